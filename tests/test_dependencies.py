"""What the program imports is declared, and what is declared is pinned."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def imported(folder: Path) -> set[str]:
    """The top names of all absolute imports below the folder, but for the standard library's and our own."""
    found = set()
    ours = {"producthead_mail", "tests", *(path.stem for path in (ROOT / "tests").rglob("*.py"))}
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - ours


def canonical(requirement: str) -> str:
    name = re.match(r"[\w.-]+", requirement)
    assert name
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def declared(*extras: str) -> set[str]:
    requirements = [
        *PROJECT["dependencies"],
        *(one for e in extras for one in PROJECT["optional-dependencies"][e]),
    ]
    return {canonical(one) for one in requirements} - {"producthead-mail"}


def distributions(modules: set[str]) -> set[str]:
    known = packages_distributions()
    return {canonical(known.get(name, [name])[0]) for name in modules}


def test_the_program_imports_only_what_is_declared() -> None:
    extras = set(PROJECT["optional-dependencies"]) - {"dev"}
    assert distributions(imported(ROOT / "producthead_mail")) <= declared(*extras)


def test_tests_import_only_what_is_declared() -> None:
    assert distributions(imported(ROOT / "tests")) <= declared(*PROJECT["optional-dependencies"])


def test_everything_declared_is_pinned() -> None:
    pins = {
        canonical(line)
        for line in (ROOT / "requirements" / "dev.txt").read_text().splitlines()
        if line[:1] != " "
    }
    assert declared(*PROJECT["optional-dependencies"]) <= pins
