"""Compiled templates, kept by name and source: in memory, and in a folder where one is given."""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from types import CodeType

import jinja2
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket

MOST = 400
"""Codes in memory; a studio that runs for weeks sees every save."""


class TemplateCodes(BytecodeCache):
    """A save compiles one partial, not the layout; a second process compiles nothing."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}
        self._folder: FileSystemBytecodeCache | None = None

    def keep_in(self, folder: Path) -> None:
        """Use a folder, too; one that can't be written is as good as none."""
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            self._folder = FileSystemBytecodeCache(str(folder), f"%s-{_version()}.code")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code into the bucket where there is some."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))
        if bucket.code is None and self._folder:
            try:
                self._folder.load_bytecode(bucket)
            except Exception:  # noqa: BLE001 - whatever a broken file holds: compile anew
                bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the bucket's code."""
        if bucket.code is None:
            return
        if len(self._codes) >= MOST:
            self._codes.clear()
        self._codes[bucket.key, bucket.checksum] = bucket.code
        if self._folder:
            with suppress(OSError):
                self._folder.dump_bytecode(bucket)


def _version() -> str:
    """Jinja's version and how the environment is set: either decides what the code is."""
    settings = Path(__file__).with_name("templates.py").read_bytes()
    return sha256(jinja2.__version__.encode() + settings).hexdigest()[:12]
