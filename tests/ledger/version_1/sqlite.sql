CREATE TABLE meta (
    "key" VARCHAR(40) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY ("key")
);

CREATE TABLE send (
    id INTEGER NOT NULL,
    edition VARCHAR(200) NOT NULL,
    transport VARCHAR(20) NOT NULL,
    part INTEGER NOT NULL,
    state VARCHAR(12) NOT NULL,
    owner VARCHAR(40) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    message BLOB NOT NULL,
    selected BIGINT NOT NULL,
    send_at DOUBLE,
    not_before DOUBLE NOT NULL,
    rate INTEGER,
    created_at DOUBLE NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX send_once ON send (edition, transport, part) WHERE state != 'planning';

CREATE TABLE batch_list (
    send_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    rids BLOB NOT NULL,
    PRIMARY KEY (send_id, seq)
);

CREATE TABLE batch_body (
    send_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    personalizations BLOB NOT NULL,
    PRIMARY KEY (send_id, seq)
);

CREATE TABLE attempt (
    id INTEGER NOT NULL,
    send_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    state SMALLINT NOT NULL,
    at DOUBLE NOT NULL,
    owner VARCHAR(40),
    message_id VARCHAR(100),
    reason TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX attempt_batch ON attempt (send_id, seq);

CREATE TABLE exception (
    id INTEGER NOT NULL,
    send_id INTEGER NOT NULL,
    kind VARCHAR(12) NOT NULL,
    "row" BIGINT NOT NULL,
    rid BIGINT,
    at DOUBLE NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX exception_rid ON exception (rid, send_id);

CREATE INDEX exception_kind ON exception (send_id, kind);

CREATE TABLE test_send (
    id INTEGER NOT NULL,
    edition VARCHAR(200) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    transport VARCHAR(20) NOT NULL,
    recipients TEXT NOT NULL,
    at DOUBLE NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX test_send_edition ON test_send (edition);

CREATE TABLE approval (
    id INTEGER NOT NULL,
    edition VARCHAR(200) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    untested TEXT NOT NULL,
    at DOUBLE NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE decision (
    id INTEGER NOT NULL,
    send_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    how VARCHAR(12) NOT NULL,
    reason TEXT NOT NULL,
    "by" VARCHAR(200) NOT NULL,
    at DOUBLE NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE suppression (
    rid BIGINT NOT NULL,
    kind VARCHAR(20) NOT NULL,
    reason TEXT NOT NULL,
    at DOUBLE NOT NULL,
    PRIMARY KEY (rid, kind)
);

CREATE TABLE suppression_pull (
    kind VARCHAR(40) NOT NULL,
    until DOUBLE NOT NULL,
    at DOUBLE NOT NULL,
    PRIMARY KEY (kind)
);

CREATE TABLE batch (
    send_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    state SMALLINT NOT NULL,
    recipients SMALLINT NOT NULL,
    first_rid BIGINT NOT NULL,
    last_rid BIGINT NOT NULL,
    epoch INTEGER NOT NULL,
    owner VARCHAR(40),
    lease_until DOUBLE,
    grp INTEGER,
    at DOUBLE NOT NULL,
    message_id VARCHAR(100),
    reason TEXT,
    parent INTEGER,
    PRIMARY KEY (send_id, seq),
    FOREIGN KEY(send_id) REFERENCES send (id)
);

CREATE INDEX batch_unfinished ON batch (send_id, seq) WHERE state IN (0, 1, 2, 5);

CREATE INDEX batch_rid ON batch (send_id, first_rid);

CREATE TABLE send_group (
    send_id INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    batch_id VARCHAR(100) NOT NULL,
    state VARCHAR(12) NOT NULL,
    at DOUBLE NOT NULL,
    PRIMARY KEY (send_id, grp),
    FOREIGN KEY(send_id) REFERENCES send (id)
);
