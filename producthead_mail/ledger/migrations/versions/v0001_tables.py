"""The tables as the first ledgers had them; never changed again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
UNFINISHED = sa.text("state IN (0, 1, 2, 5)")
VISIBLE = sa.text("state != 'planning'")


def upgrade() -> None:
    """Makes every table."""
    op.create_table(
        "meta",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    _sends()
    _batches()
    _moves()
    _exceptions()
    _approvals()
    _suppressions()


def _sends() -> None:
    op.create_table(
        "send",
        sa.Column("id", ID, primary_key=True),
        sa.Column("edition", sa.String(200), nullable=False),
        sa.Column("transport", sa.String(20), nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
        sa.Column("selected", sa.BigInteger, nullable=False),
        sa.Column("send_at", sa.Double),
        sa.Column("not_before", sa.Double, nullable=False),
        sa.Column("rate", sa.Integer),
        sa.Column("created_at", sa.Double, nullable=False),
    )
    op.create_index(
        "send_once",
        "send",
        ["edition", "transport", "part"],
        unique=True,
        sqlite_where=VISIBLE,
        postgresql_where=VISIBLE,
    )
    op.create_table(
        "send_group",
        sa.Column("send_id", ID, sa.ForeignKey("send.id"), nullable=False),
        sa.Column("grp", sa.Integer, nullable=False),
        sa.Column("batch_id", sa.String(100), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("send_id", "grp"),
    )


def _batches() -> None:
    op.create_table(
        "batch",
        sa.Column("send_id", ID, sa.ForeignKey("send.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("recipients", sa.SmallInteger, nullable=False),
        sa.Column("first_rid", sa.BigInteger, nullable=False),
        sa.Column("last_rid", sa.BigInteger, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("owner", sa.String(40)),
        sa.Column("lease_until", sa.Double),
        sa.Column("grp", sa.Integer),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("message_id", sa.String(100)),
        sa.Column("reason", sa.Text),
        sa.Column("parent", sa.Integer),
        sa.PrimaryKeyConstraint("send_id", "seq"),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "batch_unfinished",
        "batch",
        ["send_id", "seq"],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )
    op.create_index("batch_rid", "batch", ["send_id", "first_rid"])
    for table, content in (("batch_list", "rids"), ("batch_body", "personalizations")):
        op.create_table(
            table,
            sa.Column("send_id", ID, nullable=False),
            sa.Column("seq", sa.Integer, nullable=False),
            sa.Column(content, sa.LargeBinary, nullable=False),
            sa.PrimaryKeyConstraint("send_id", "seq"),
        )


def _moves() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", ID, primary_key=True),
        sa.Column("send_id", ID, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("owner", sa.String(40)),
        sa.Column("message_id", sa.String(100)),
        sa.Column("reason", sa.Text),
    )
    op.create_index("attempt_batch", "attempt", ["send_id", "seq"])
    op.create_table(
        "decision",
        sa.Column("id", ID, primary_key=True),
        sa.Column("send_id", ID, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("how", sa.String(12), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )


def _exceptions() -> None:
    op.create_table(
        "exception",
        sa.Column("id", ID, primary_key=True),
        sa.Column("send_id", ID, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("row", sa.BigInteger, nullable=False),
        sa.Column("rid", sa.BigInteger),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("exception_kind", "exception", ["send_id", "kind"])
    op.create_index("exception_rid", "exception", ["rid", "send_id"])


def _approvals() -> None:
    op.create_table(
        "test_send",
        sa.Column("id", ID, primary_key=True),
        sa.Column("edition", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("transport", sa.String(20), nullable=False),
        sa.Column("recipients", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
    op.create_index("test_send_edition", "test_send", ["edition"])
    op.create_table(
        "approval",
        sa.Column("id", ID, primary_key=True),
        sa.Column("edition", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("untested", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )


def _suppressions() -> None:
    op.create_table(
        "suppression",
        sa.Column("rid", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("rid", "kind"),
    )
    op.create_table(
        "suppression_pull",
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("until", sa.Double, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
    )
