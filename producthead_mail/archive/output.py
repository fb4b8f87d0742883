"""The folder that the site is written into: only what changed, and nothing that isn't the site's."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from producthead_mail.errors import InputError, Problem
from producthead_mail.spread import spread

LIST = ".producthead-archive.json"
"""In the folder: the files that are the site's, so that any other is left alone."""
DRAFT = ".producthead-archive.new"
"""In the folder: what a page is written to before it takes its place."""
_FORM = 1
_OF_HOSTS = frozenset(["CNAME", "LICENSE", "README.md", "_headers", "_redirects", "robots.txt"])
"""What a new checkout of a site's folder holds beside hidden files; the same names are no page's."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A file of the site: what decides its bytes, and how they are made."""

    path: str
    """Relative to the folder, with forward slashes."""
    key: str
    """The same key, the same bytes."""
    make: Callable[[], bytes]
    stays: bool = False
    """Whether it outlives the plan: mail that went out still loads its pictures."""


@dataclass(frozen=True, slots=True)
class Made:
    """A file of the site as it was written."""

    key: str
    size: int
    modified: int
    """Nanoseconds, as the file system says."""
    stays: bool = False


@dataclass(slots=True)
class Counts:
    """What became of the files."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass(slots=True)
class Output:
    """A folder with its list of files."""

    folder: Path
    made: dict[str, Made]
    counts: Counts = field(default_factory=Counts)

    def write(self, plan: Mapping[str, Planned]) -> Counts:
        """What became of the files; then the folder holds what is planned.

        InputError where somebody else's file is in the way. A run that was interrupted leaves whole files
        only, and the next one goes on; of two at the same time one waits for the other.
        """
        with _alone(self.folder):
            self.made = open_output(self.folder).made
            return self._written(plan)

    def _written(self, plan: Mapping[str, Planned]) -> Counts:
        self._refuse_foreign(plan)
        # All of it before the first is written: a template that fails half-way leaves the site as it was.
        stale = {path for path, one in plan.items() if not self._is_current(one)}
        pages = [plan[path] for path in plan if path in stale and not plan[path].stays]
        ready = dict(zip([one.path for one in pages], spread(lambda one: one.make(), pages), strict=True))
        if self._mode(DRAFT):  # a killed run's; the disk may be read-only, with nothing to do
            (self.folder / DRAFT).unlink()
        ahead = {path: self.made.get(path, Made("", 0, 0)) for path in plan}
        self._keep({**self.made, **ahead})
        self.counts.unchanged = len(plan) - len(stale)
        kept = {
            path: self._put(one, ready.get(path)) if path in stale else self.made[path]
            for path, one in plan.items()
        }
        for path in self.made.keys() - plan.keys():
            if self.made[path].stays:
                kept[path] = self.made[path]
            else:
                self._remove(path)
        self._keep(kept)
        return self.counts

    def _refuse_foreign(self, plan: Mapping[str, Planned]) -> None:
        foreign = {path for path in plan if self._is_taken(path)}
        foreign |= {one for one in folders_of(plan) if (mode := self._mode(one)) and not stat.S_ISDIR(mode)}
        if foreign:
            message = "is not the archive's, and stands where one of its pages belongs"
            raise InputError(
                Problem(str(self.folder / path), 0, 0, message, "move it away") for path in foreign
            )

    def _is_taken(self, path: str) -> bool:
        mode = self._mode(path)
        return stat.S_ISDIR(mode) or (bool(mode) and path not in self.made)

    def _mode(self, path: str) -> int:
        """What lies there, a symbolic link as such; 0 for nothing."""
        try:
            return os.lstat(f"{self.folder}/{path}").st_mode
        except (FileNotFoundError, NotADirectoryError):
            return 0

    def _is_current(self, one: Planned) -> bool:
        old = self.made.get(one.path)
        return old is not None and old.key == one.key and _is_as_made(self.folder / one.path, old)

    def _put(self, one: Planned, ready: bytes | None) -> Made:
        target = self.folder / one.path
        data = one.make() if ready is None else ready
        if _reads(target, data):
            self.counts.unchanged += 1
        else:
            self.counts.written += 1
            self._replace(target, data)
        state = target.stat()
        return Made(one.key, state.st_size, state.st_mtime_ns, one.stays)

    def _remove(self, path: str) -> None:
        target = self.folder / path
        if target.parent.resolve() != (self.folder.resolve() / path).parent:
            return  # a symbolic link leads elsewhere
        with suppress(FileNotFoundError):
            target.unlink()
            self.counts.removed += 1
        for folder in target.relative_to(self.folder).parents:
            if folder != Path():
                with suppress(OSError):  # somebody else's file is in it
                    (self.folder / folder).rmdir()

    def _keep(self, made: Mapping[str, Made]) -> None:
        rows = {path: [one.key, one.size, one.modified, int(one.stays)] for path, one in sorted(made.items())}
        text = json.dumps({"form": _FORM, "files": rows}, ensure_ascii=False, separators=(",", ":"))
        data = text.encode("utf-8", "surrogateescape")
        if not _reads(self.folder / LIST, data):
            self._replace(self.folder / LIST, data)

    def _replace(self, target: Path, data: bytes) -> None:
        """Puts a file in place at once, without waiting for the disk as `files.put` does.

        After a crash of the machine a page may be missing or empty, but it can be built again; thousands of
        waits for the disk would take minutes.
        """
        draft = self.folder / DRAFT
        try:
            draft.write_bytes(data)
            try:
                draft.replace(target)
            except FileNotFoundError:
                target.parent.mkdir(parents=True, exist_ok=True)
                draft.replace(target)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise


def open_output(folder: Path) -> Output:
    """The folder, new or with what an earlier run made; InputError where it is somebody else's."""
    shown, remedy = str(folder), "name another folder, or empty this one"
    try:
        document = json.loads((folder / LIST).read_bytes())
        made = {
            _inside(path): Made(row[0], row[1], row[2], bool(row[3]))
            for path, row in document["files"].items()
        }
    except NotADirectoryError:
        raise InputError([Problem(shown, 0, 0, "is not a folder", "name another")]) from None
    except FileNotFoundError:
        names = {path.name for path in folder.iterdir()} if folder.is_dir() else set[str]()
        if any(not name.startswith(".") for name in names - _OF_HOSTS):
            message = "is neither empty nor an archive that this command made"
            raise InputError([Problem(shown, 0, 0, message, remedy)]) from None
        return Output(folder, {})
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        message = f"its {LIST} can't be read, so nobody knows which files are the archive's"
        raise InputError([Problem(shown, 0, 0, message, remedy)]) from None
    return Output(folder, made)


def folders_of(paths: Iterable[str]) -> set[str]:
    """Every folder that the files lie in, below the root."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _inside(path: str) -> str:
    """The path; ValueError where it isn't one below the folder: what is listed may be removed."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0] == "/" or ".." in parts or "\0" in path or path == LIST:
        raise ValueError(path)
    return path


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder until the end; the kernel gives it up with the process."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems have no such locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_as_made(target: Path, old: Made) -> bool:
    try:
        state = target.stat()
    except OSError:
        return False
    return (state.st_size, state.st_mtime_ns) == (old.size, old.modified)


def _reads(target: Path, data: bytes) -> bool:
    try:
        return target.stat().st_size == len(data) and target.read_bytes() == data
    except OSError:
        return False
