-- The spool. Times are microseconds since 1970 (UTC). Mail never refers to configuration by foreign key: a brand that is gone must not take its mail along.
-- Events live in day tables (event_YYYYMMDD) made by the writer, because they are dropped whole.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

-- schema: must equal what the program knows. run: counts starts; a claim carries the run that made it. last_id: no id at or below it is given again.
INSERT INTO meta (name, value) VALUES ('schema', 1), ('run', 0), ('last_id', 0);

CREATE TABLE message (
    message_id  INTEGER NOT NULL PRIMARY KEY,   -- microseconds at acceptance, monotone
    brand_id    TEXT NOT NULL,
    sender      TEXT,                           -- NULL: the null reverse-path
    eight_bit   INTEGER NOT NULL,
    smtp_utf8   INTEGER NOT NULL,
    is_dsn      INTEGER NOT NULL,
    in_file     INTEGER NOT NULL,               -- 1: content is bodies/<id>.eml; 0: it is in body
    return_part INTEGER,                        -- RFC 3461 RET: 0 full, 1 headers; NULL: not asked
    envelope_id TEXT,
    size        INTEGER NOT NULL,
    client      TEXT NOT NULL,
    via         TEXT
);

CREATE TABLE body (
    message_id INTEGER NOT NULL PRIMARY KEY,
    brand_id   TEXT NOT NULL,
    content    BLOB NOT NULL
);

-- One row per (brand, source, recipient domain); waiting and earliest_due are kept by the writer, once per batch.
CREATE TABLE queue (
    queue_id     INTEGER NOT NULL PRIMARY KEY,
    brand_id     TEXT NOT NULL,
    source_id    TEXT NOT NULL,
    domain       TEXT NOT NULL,
    waiting      INTEGER NOT NULL,              -- recipients in state 0, claimed ones included
    earliest_due INTEGER,                       -- of those not claimed: never later than the truth; NULL: none
    UNIQUE (brand_id, source_id, domain)
);

-- Small, because only queues with unclaimed mail are in it: the dispatcher asks several times a second.
CREATE INDEX queue_due ON queue (queue_id, earliest_due) WHERE earliest_due IS NOT NULL;

CREATE TABLE recipient (
    message_id INTEGER NOT NULL,
    ordinal    INTEGER NOT NULL,
    brand_id   TEXT NOT NULL,
    queue_id   INTEGER NOT NULL,
    address    TEXT NOT NULL,
    notify     INTEGER,                         -- RFC 3461 NOTIFY: 0 never, 1 success, 2 failure, 4 delay; NULL: not asked
    original   TEXT,                            -- RFC 3461 ORCPT: type;address
    state      INTEGER NOT NULL,                -- 0 waiting, 1 undeliverable
    claim      INTEGER NOT NULL,                -- 0 free, else the run that claimed it
    counted    INTEGER NOT NULL,                -- 1: the claim counted an attempt, which may be given back
    due        INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    attempts   INTEGER NOT NULL,
    last_reply TEXT,
    delay_told INTEGER NOT NULL,
    PRIMARY KEY (message_id, ordinal)
) WITHOUT ROWID;

-- Ready work by queue. Carries claim so that the claims of dead runs are found by reading this index alone.
CREATE INDEX recipient_waiting ON recipient (queue_id, due, claim) WHERE state = 0;
CREATE INDEX recipient_undeliverable ON recipient (queue_id) WHERE state = 1;

-- Verdicts and proof; values are opaque to the spool.
CREATE TABLE identity_state (
    name    TEXT NOT NULL PRIMARY KEY,
    state   TEXT NOT NULL,
    changed INTEGER NOT NULL
) WITHOUT ROWID;
