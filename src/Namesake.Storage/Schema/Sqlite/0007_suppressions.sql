-- Recipients to whom a brand sends nothing, and those whose refusals are counted.

CREATE TABLE suppression (
    brand_id      TEXT NOT NULL,
    address       TEXT NOT NULL,                -- in lower case
    since         INTEGER,                      -- NULL: only counted
    until         INTEGER,                      -- NULL: until somebody lifts it
    origin        INTEGER NOT NULL,             -- 1 reply, 2 a person, 3 an imported list, 4 bounce messages
    refusals      INTEGER NOT NULL,
    first_refusal INTEGER,
    last_refusal  INTEGER,
    reply         TEXT,
    rule          TEXT,
    message_id    INTEGER,
    reason        TEXT,
    given_by      TEXT,
    changed       INTEGER NOT NULL,
    forgotten     INTEGER,                      -- when it isn't worth keeping any more; NULL: never
    PRIMARY KEY (brand_id, address)
) WITHOUT ROWID;
CREATE INDEX suppression_listed ON suppression (brand_id, address) WHERE since IS NOT NULL;
CREATE INDEX suppression_changed ON suppression (changed);
CREATE INDEX suppression_forgotten ON suppression (forgotten) WHERE forgotten IS NOT NULL;

UPDATE meta SET value = 7 WHERE name = 'schema';
