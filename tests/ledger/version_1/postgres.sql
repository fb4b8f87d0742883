CREATE TABLE meta (
    key VARCHAR(40) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (key)
);

CREATE TABLE send (
    id BIGSERIAL NOT NULL,
    edition VARCHAR(200) NOT NULL,
    transport VARCHAR(20) NOT NULL,
    part INTEGER NOT NULL,
    state VARCHAR(12) NOT NULL,
    owner VARCHAR(40) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    message BYTEA NOT NULL,
    selected BIGINT NOT NULL,
    send_at DOUBLE PRECISION,
    not_before DOUBLE PRECISION NOT NULL,
    rate INTEGER,
    created_at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX send_once ON send (edition, transport, part) WHERE state != 'planning';

CREATE TABLE batch_list (
    send_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    rids BYTEA NOT NULL,
    PRIMARY KEY (send_id, seq)
);

CREATE TABLE batch_body (
    send_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    personalizations BYTEA NOT NULL,
    PRIMARY KEY (send_id, seq)
);

CREATE TABLE attempt (
    id BIGSERIAL NOT NULL,
    send_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    state SMALLINT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    owner VARCHAR(40),
    message_id VARCHAR(100),
    reason TEXT,
    PRIMARY KEY (id)
);

CREATE INDEX attempt_batch ON attempt (send_id, seq);

CREATE TABLE exception (
    id BIGSERIAL NOT NULL,
    send_id BIGINT NOT NULL,
    kind VARCHAR(12) NOT NULL,
    row BIGINT NOT NULL,
    rid BIGINT,
    at DOUBLE PRECISION NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX exception_rid ON exception (rid, send_id);

CREATE INDEX exception_kind ON exception (send_id, kind);

CREATE TABLE test_send (
    id BIGSERIAL NOT NULL,
    edition VARCHAR(200) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    transport VARCHAR(20) NOT NULL,
    recipients TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX test_send_edition ON test_send (edition);

CREATE TABLE approval (
    id BIGSERIAL NOT NULL,
    edition VARCHAR(200) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    untested TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE decision (
    id BIGSERIAL NOT NULL,
    send_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    how VARCHAR(12) NOT NULL,
    reason TEXT NOT NULL,
    by VARCHAR(200) NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE suppression (
    rid BIGINT NOT NULL,
    kind VARCHAR(20) NOT NULL,
    reason TEXT NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (rid, kind)
);

CREATE TABLE suppression_pull (
    kind VARCHAR(40) NOT NULL,
    until DOUBLE PRECISION NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (kind)
);

CREATE TABLE batch (
    send_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    state SMALLINT NOT NULL,
    recipients SMALLINT NOT NULL,
    first_rid BIGINT NOT NULL,
    last_rid BIGINT NOT NULL,
    epoch INTEGER NOT NULL,
    owner VARCHAR(40),
    lease_until DOUBLE PRECISION,
    grp INTEGER,
    at DOUBLE PRECISION NOT NULL,
    message_id VARCHAR(100),
    reason TEXT,
    parent INTEGER,
    PRIMARY KEY (send_id, seq),
    FOREIGN KEY(send_id) REFERENCES send (id)
)
 WITH (fillfactor = 70);

CREATE INDEX batch_unfinished ON batch (send_id, seq) WHERE state IN (0, 1, 2, 5);

CREATE INDEX batch_rid ON batch (send_id, first_rid);

CREATE TABLE send_group (
    send_id BIGINT NOT NULL,
    grp INTEGER NOT NULL,
    batch_id VARCHAR(100) NOT NULL,
    state VARCHAR(12) NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (send_id, grp),
    FOREIGN KEY(send_id) REFERENCES send (id)
);
