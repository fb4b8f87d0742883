"""The ledger's tables: small hot rows apart from what never changes."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Table,
    Text,
    literal_column,
    text,
)

VERSION = 1

metadata = MetaData()

_id = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "meta",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
"""`version`, `ledger` (its id), `recipient_key` (hex; addresses are hashed with it)."""

send = Table(
    "send",
    metadata,
    Column("id", _id, primary_key=True),
    Column("edition", String(200), nullable=False),
    Column("transport", String(20), nullable=False),
    Column("part", Integer, nullable=False),  # 1, then one more for each top-up
    Column("state", String(12), nullable=False),  # planning, ready, paused, cancelled
    Column("owner", String(40), nullable=False),  # who plans it
    Column("digest", String(64), nullable=False),
    Column("message", LargeBinary, nullable=False),  # frozen and compressed
    Column("selected", BigInteger, nullable=False),
    Column("send_at", Double),  # Unix time, as all times here
    Column("not_before", Double, nullable=False),  # after a 429 or by the rate; for all processes
    Column("rate", Integer),  # recipients an hour at most
    Column("created_at", Double, nullable=False),
)
"""One plan of an edition; invisible while it is being written (state `planning`)."""

Index(
    "send_once",
    send.c.edition,
    send.c.transport,
    send.c.part,
    unique=True,
    sqlite_where=send.c.state != "planning",
    postgresql_where=send.c.state != "planning",
)

batch = Table(
    "batch",
    metadata,
    Column("send_id", _id, ForeignKey("send.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("recipients", SmallInteger, nullable=False),
    Column("first_rid", BigInteger, nullable=False),
    Column("last_rid", BigInteger, nullable=False),
    Column("epoch", Integer, nullable=False),  # grows with every claim: the fence
    Column("owner", String(40)),
    Column("lease_until", Double),  # PostgreSQL: by its clock; SQLite knows the living by their lock files
    Column("grp", Integer),  # the send group of a fenced send
    Column("at", Double, nullable=False),  # of the last move
    Column("message_id", String(100)),
    Column("reason", Text),
    Column("parent", Integer),  # the void batch it replaces
    PrimaryKeyConstraint("send_id", "seq"),
    postgresql_with={"fillfactor": 70},
)
"""What the state machine updates: small, so that an update is cheap."""

_UNFINISHED = text("state IN (0, 1, 2, 5)")
Index(
    "batch_unfinished",
    batch.c.send_id,
    batch.c.seq,
    sqlite_where=_UNFINISHED,
    postgresql_where=_UNFINISHED,
)
Index("batch_rid", batch.c.send_id, batch.c.first_rid)
unfinished_batch = batch.c.state.in_([literal_column(number) for number in ("0", "1", "2", "5")])
"""Makes a question go by the index of unfinished batches: SQLite takes it for numbers, not for parameters."""

batch_list = Table(
    "batch_list",
    metadata,
    Column("send_id", _id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("rids", LargeBinary, nullable=False),  # ascending, 8 bytes each, big-endian
    PrimaryKeyConstraint("send_id", "seq"),
)
"""Who is in a batch: never changed, kept for good."""

batch_body = Table(
    "batch_body",
    metadata,
    Column("send_id", _id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("personalizations", LargeBinary, nullable=False),  # compressed JSON
    PrimaryKeyConstraint("send_id", "seq"),
)
"""What a batch sends beside the message; it holds addresses, so it goes once the batch is settled."""

send_group = Table(
    "send_group",
    metadata,
    Column("send_id", _id, ForeignKey("send.id"), nullable=False),
    Column("grp", Integer, nullable=False),
    Column("batch_id", String(100), nullable=False),  # SendGrid's name for it
    Column("state", String(12), nullable=False),  # open, cancelling, cancelled
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("send_id", "grp"),
)
"""SendGrid's handle on scheduled mail: what can be cancelled together."""

attempt = Table(
    "attempt",
    metadata,
    Column("id", _id, primary_key=True),
    Column("send_id", _id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("state", SmallInteger, nullable=False),  # moved to
    Column("at", Double, nullable=False),
    Column("owner", String(40)),
    Column("message_id", String(100)),
    Column("reason", Text),
)
"""One row a move; only ever added to."""

Index("attempt_batch", attempt.c.send_id, attempt.c.seq)

exception = Table(
    "exception",
    metadata,
    Column("id", _id, primary_key=True),
    Column("send_id", _id, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("row", BigInteger, nullable=False),  # in the audience; 0 where SendGrid named the address
    Column("rid", BigInteger),
    Column("at", Double, nullable=False),
    Column("reason", Text, nullable=False),
)
"""A selected row without a place in a batch, and why."""

Index("exception_kind", exception.c.send_id, exception.c.kind)
Index("exception_rid", exception.c.rid, exception.c.send_id)

test_send = Table(
    "test_send",
    metadata,
    Column("id", _id, primary_key=True),
    Column("edition", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("transport", String(20), nullable=False),
    Column("recipients", Text, nullable=False),  # JSON array of addresses
    Column("at", Double, nullable=False),
)
"""A test send: which bytes, when, to whom."""

Index("test_send_edition", test_send.c.edition)

approval = Table(
    "approval",
    metadata,
    Column("id", _id, primary_key=True),
    Column("edition", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("untested", Text, nullable=False),  # the reason; empty where a test send was made
    Column("at", Double, nullable=False),
)
"""Who may go out: written beside the digest in the edition's file, for the record."""

decision = Table(
    "decision",
    metadata,
    Column("id", _id, primary_key=True),
    Column("send_id", _id, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("how", String(12), nullable=False),  # accepted, resend, abandon
    Column("reason", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", Double, nullable=False),
)
"""What a person decided about a batch in doubt."""

suppression = Table(
    "suppression",
    metadata,
    Column("rid", BigInteger, nullable=False),
    Column(
        "kind", String(20), nullable=False
    ),  # bounce, spam_report, invalid_email, unsubscribe, group, local
    Column("reason", Text, nullable=False),
    Column("at", Double, nullable=False),
    PrimaryKeyConstraint("rid", "kind"),
)
"""Who must not get mail: by id, without an address."""

suppression_pull = Table(
    "suppression_pull",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("until", Double, nullable=False),  # the newest entry seen: the next pull begins there
    Column("at", Double, nullable=False),
)
"""How far SendGrid's suppressions were read."""
