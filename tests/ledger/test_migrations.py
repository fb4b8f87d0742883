"""The ledger's tables, from any earlier version to today's and on to a later one."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

import producthead_mail
from producthead_mail.errors import InputError
from producthead_mail.ledger.migrate import MIGRATIONS
from producthead_mail.ledger.schema import VERSION, metadata
from tests.ledger_fixtures import Place

PACKAGE = Path(producthead_mail.__file__).parent
NEXT, LAST = VERSION + 1, VERSION + 2

OPEN = """
import sys, time
from pathlib import Path
from producthead_mail.ledger.database import open_ledger
url, default, package, go = sys.argv[1:]
import producthead_mail
assert Path(producthead_mail.__file__).parent == Path(package)
print("ready", flush=True)
while go and not Path(go).exists():
    time.sleep(0.001)
ledger = open_ledger(url, Path(default))
print(ledger.identity, ledger.recipient_key.hex(), "alembic" in sys.modules)
"""

WITH_A_NOTE = f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{NEXT:04}", "{VERSION:04}"

def upgrade():
    op.add_column("send", sa.Column("note", sa.Text, nullable=False, server_default="none"))
    op.create_table("later", sa.Column("id", sa.Integer, primary_key=True))
"""

WITH_A_STOP = f"""
import os, time
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{LAST:04}", "{NEXT:04}"

def upgrade():
    op.execute("UPDATE send SET note = edition")
    if "STOP" in os.environ:
        print("in the middle", flush=True)
        time.sleep(100)
    with op.batch_alter_table("batch") as batch:
        batch.drop_column("parent")
"""


class Program:
    """A copy of this program, or of a later one, that opens the ledger in a process of its own."""

    def __init__(self, place: Place, package: Path = PACKAGE) -> None:
        self._place = place
        self._package = package
        self._processes: list[subprocess.Popen[str]] = []

    def start(self, go: Path | None = None, **environment: str) -> "subprocess.Popen[str]":
        """The process, about to open the ledger: at once, or when the file `go` is there."""
        arguments = [self._place.url, str(self._place.default), str(self._package), str(go or "")]
        process = subprocess.Popen(
            [sys.executable, "-c", OPEN, *arguments],
            cwd=self._package.parent,  # where Python looks first
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._processes.append(process)
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        return process

    def open(self) -> list[str]:
        """The ledger's id, its key and whether Alembic was imported."""
        return answer(self.start())

    def end(self) -> None:
        """No process is left over, whatever became of the test."""
        for process in self._processes:
            process.kill()
            process.communicate()


def answer(process: "subprocess.Popen[str]") -> list[str]:
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return said.split()


@pytest.fixture
def today(place: Place) -> Iterator[Program]:
    program = Program(place)
    yield program
    program.end()


@pytest.fixture
def later(place: Place, tmp_path: Path) -> Iterator[Program]:
    """This program, two revisions on."""
    package = tmp_path / "later" / PACKAGE.name
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    versions = package / "ledger" / "migrations" / "versions"
    (versions / f"v{NEXT:04}_note.py").write_text(WITH_A_NOTE)
    (versions / f"v{LAST:04}_stop.py").write_text(WITH_A_STOP)
    schema = package / "ledger" / "schema.py"
    schema.write_text(schema.read_text().replace(f"\nVERSION = {VERSION}\n", f"\nVERSION = {LAST}\n"))
    program = Program(place, package)
    yield program
    program.end()


@pytest.fixture
def connection(place: Place) -> Iterator[Connection]:
    """Straight to the database, without opening the ledger; whatever it does is committed at once."""
    place.default.parent.mkdir(exist_ok=True)
    url = make_url(place.url or f"sqlite:///{place.default}")
    if place.url:
        url = url.set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as opened:
        yield opened
    engine.dispose()


DATA = """
INSERT INTO meta VALUES ('version', '1'), ('ledger', '5eed'), ('recipient_key', 'abcd');
INSERT INTO send VALUES (7, 'one', 'sendgrid', 1, 'ready', 'me', 'd', '', 2, NULL, 0, NULL, 1.5);
INSERT INTO batch VALUES (7, 1, 3, 2, -5, 9, 4, 'me', NULL, NULL, 2.5, 'id', NULL, NULL);
INSERT INTO attempt VALUES (1, 7, 1, 4, 3, 2.5, 'me', 'id', NULL);
INSERT INTO exception VALUES (1, 7, 'invalid', 3, NULL, 2.0, 'no @');
INSERT INTO suppression VALUES (-77, 'bounce', 'gone', 3.0);
"""
"""Of a send with one accepted batch."""


@pytest.fixture
def first(place: Place, connection: Connection) -> Connection:
    """A ledger with data in it, as version 1 made it before there were revisions."""
    tables = (Path(__file__).parent / "version_1" / f"{place.backend}.sql").read_text()
    for statement in f"{tables}\n{DATA}".split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
    return connection


SHAPE = {
    "sqlite": """
        SELECT t.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
          FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'
        UNION ALL SELECT t.name, 'foreign key', f."from", f."table", f."to", ''
          FROM sqlite_master t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
        UNION ALL SELECT tbl_name, name, sql, '', '', '' FROM sqlite_master WHERE type = 'index'
    """,
    "postgres": """
        SELECT t.relname, c.attname, format_type(c.atttypid, c.atttypmod), c.attnotnull::text,
               pg_get_expr(d.adbin, d.adrelid)
          FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
               LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = c.attnum
         WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace
        UNION ALL SELECT relname, 'option', reloptions::text, '', '' FROM pg_class
         WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND reloptions IS NOT NULL
        UNION ALL SELECT tablename, indexname, replace(indexdef, current_schema() || '.', ''), '', ''
          FROM pg_indexes WHERE schemaname = current_schema()
        UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
          FROM pg_constraint WHERE connamespace = current_schema()::regnamespace
    """,
}
"""Every column, index, constraint and option, whatever its place in the table."""


def shape(connection: Connection) -> set[tuple[object, ...]]:
    name = "sqlite" if connection.dialect.name == "sqlite" else "postgres"
    return {tuple(row) for row in connection.exec_driver_sql(SHAPE[name])}


def rows(connection: Connection, table: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table} ORDER BY 1"))]


def versions(connection: Connection) -> list[object]:
    return list(connection.execute(text("SELECT value FROM meta WHERE key = 'version'")).scalars())


def test_revisions_are_numbered_up_to_this_version_without_a_branch() -> None:
    scripts = ScriptDirectory(MIGRATIONS)
    found = [script.revision for script in scripts.walk_revisions()]
    assert found == [f"{number:04}" for number in range(VERSION, 0, -1)]
    assert [Path(script.path).name[:5] for script in scripts.walk_revisions()] == [f"v{one}" for one in found]


def test_the_first_revision_makes_what_version_1_had(first: Connection) -> None:
    expected = shape(first)
    assert ("batch", "option", "{fillfactor=70}", "", "") in expected or first.dialect.name == "sqlite"
    metadata.drop_all(first)
    assert shape(first) == set()
    with Operations.context(MigrationContext.configure(first)):
        ScriptDirectory(MIGRATIONS).get_revision("0001").module.upgrade()
    assert shape(first) == expected


def test_revisions_make_the_tables_that_the_code_knows(place: Place, connection: Connection) -> None:
    place.open().close()
    made = shape(connection)
    assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    metadata.drop_all(connection)
    metadata.create_all(connection)
    assert shape(connection) == made


def test_a_ledger_of_version_1_keeps_its_data(place: Place, first: Connection) -> None:
    ledger = place.open()
    assert (ledger.identity, ledger.recipient_key) == ("5eed", b"\xab\xcd")
    ledger.close()
    assert versions(first) == [str(VERSION)]
    assert rows(first, "batch")[0][:7] == (7, 1, 3, 2, -5, 9, 4)
    assert rows(first, "suppression") == [(-77, "bounce", "gone", 3.0)]
    assert compare_metadata(MigrationContext.configure(first), metadata) == []


def test_alembic_is_imported_only_for_tables_that_are_behind(today: Program, later: Program) -> None:
    identity, key, imported = today.open()
    assert imported == "True"
    assert today.open() == [identity, key, "False"]
    assert later.open() == [identity, key, "True"]
    assert later.open() == [identity, key, "False"]


def test_processes_that_open_a_new_ledger_at_once_get_the_same(today: Program, tmp_path: Path) -> None:
    go = tmp_path / "go"
    processes = [today.start(go) for _ in range(4)]
    go.touch()
    answers = [answer(process) for process in processes]
    assert len({(identity, key) for identity, key, _ in answers}) == 1
    assert sorted(imported for *_, imported in answers) == ["False", "False", "False", "True"]


def test_a_kill_in_the_middle_leaves_the_ledger_as_it_was(
    place: Place, first: Connection, later: Program
) -> None:
    place.open().close()
    before, sends = shape(first), rows(first, "send")
    kill_in_the_middle(later)
    place.open().close()  # nothing is left half done: today's program goes on with it
    assert (shape(first), rows(first, "send"), versions(first)) == (before, sends, [str(VERSION)])

    assert later.open() == ["5eed", "abcd", "True"]
    assert versions(first) == [str(LAST)]
    assert rows(first, "send") == [(*sends[0], "one")]
    assert rows(first, "batch")[0][:7] == (7, 1, 3, 2, -5, 9, 4)
    assert rows(first, "later") == []
    with pytest.raises(InputError, match=rf"newer version of this program \(schema {LAST}, known is"):
        place.open()


def test_a_kill_while_a_ledger_is_made_leaves_no_tables(connection: Connection, later: Program) -> None:
    kill_in_the_middle(later)
    assert shape(connection) == set()
    assert later.open()[2] == "True"
    assert versions(connection) == [str(LAST)]


def kill_in_the_middle(program: Program) -> None:
    process = program.start(STOP="1")
    assert process.stdout
    assert process.stdout.readline() == "in the middle\n"
    process.kill()
    process.wait()


@pytest.mark.parametrize("version", ["0", "-1", "ae1027a6acf", "1.0"])
def test_a_version_that_no_revision_has_is_refused(place: Place, first: Connection, version: str) -> None:
    first.execute(text("UPDATE meta SET value = :version WHERE key = 'version'"), {"version": version})
    with pytest.raises(InputError, match=f"newer version of this program .schema {version}, known is"):
        place.open()


def test_a_table_of_another_program_is_left_alone(place: Place, connection: Connection) -> None:
    connection.execute(text("CREATE TABLE meta (key VARCHAR(40) PRIMARY KEY, value TEXT)"))
    with pytest.raises(InputError, match="its table `meta` is another program's; name a database"):
        place.open()
    assert {table for table, *_ in shape(connection)} == {"meta"}


def test_a_wheel_holds_the_revisions(tmp_path: Path) -> None:
    root = PACKAGE.parent
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, tmp_path)
    shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", "."]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, "."], cwd=tmp_path, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = [name for name in zipfile.ZipFile(wheel).namelist() if "/versions/" in name]
    assert len([name for name in packed if re.search(r"/v\d{4}_\w+\.py$", name)]) == VERSION
