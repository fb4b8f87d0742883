"""`python -m tests.standin --port 8030`: the stand-in in a process of its own."""

import argparse
import threading

from tests.standin.account import Account
from tests.standin.server import Standin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--key", default="SG.standin")
    parser.add_argument("--no-validate", action="store_true", help="accept any JSON at once")
    options = parser.parse_args()
    with Standin(options.port, Account(key=options.key), validate=not options.no_validate) as standin:
        print(standin.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
