"""Official MJML and juice on Node, to measure against; installed into build/bench once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "bench"
PACKAGES = ("mjml@5.4.1", "juice@11.1.1")
SERVER = """
import { createInterface } from 'node:readline';
import mjml2html from 'mjml';
import juice from 'juice';

for await (const line of createInterface({ input: process.stdin })) {
  const { source, rounds, inline, validate } = JSON.parse(line);
  if (validate) {
    let errors;
    try {
      errors = (await mjml2html(source, { validationLevel: 'soft' })).errors.map((error) => error.message);
    } catch (error) {
      errors = [error.message];
    }
    console.log(JSON.stringify(errors));
    continue;
  }
  const times = [];
  let html = '';
  for (let round = 0; round < rounds; round++) {
    const start = process.hrtime.bigint();
    html = (await mjml2html(source, { validationLevel: 'skip' })).html;
    if (inline) html = juice(html, { removeStyleTags: false });
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  console.log(JSON.stringify({ html, times }));
}
"""


class Official:
    """A Node process that compiles with official MJML as often as asked."""

    def __init__(self) -> None:
        install()
        script = FOLDER / "server.mjs"
        script.write_text(SERVER, encoding="utf-8")
        self._process = subprocess.Popen(
            ["node", script.name],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Official:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait()

    def compile(self, source: str, rounds: int = 1, *, inline: bool = False) -> tuple[str, list[float]]:
        """The HTML, and the milliseconds of each round; `inline` puts its styles through juice again."""
        answer = self._ask({"source": source, "rounds": rounds, "inline": inline})
        return answer["html"], answer["times"]

    def validate(self, source: str) -> list[str]:
        """What its validator says."""
        return list(self._ask({"source": source, "validate": True}))

    def _ask(self, question: dict[str, object]) -> Any:
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def install() -> None:
    """Put the packages into build/bench; exits with words where there is no Node."""
    if not (shutil.which("node") and shutil.which("npm")):
        sys.exit("needs Node and npm")
    if all((FOLDER / "node_modules" / name.split("@")[0]).is_dir() for name in PACKAGES):
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "package.json").write_text('{"private": true}', encoding="utf-8")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", *PACKAGES]
    subprocess.run(command, cwd=FOLDER, check=True)


def cli() -> list[str]:
    """The command line of official MJML."""
    return ["node", str(FOLDER / "node_modules" / "mjml" / "bin" / "mjml")]
