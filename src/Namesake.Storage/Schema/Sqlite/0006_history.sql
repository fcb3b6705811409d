-- What was seen of each source: what stands now, and its changes of the last months. A verdict never depends on it.

CREATE TABLE observed (
    source_id TEXT NOT NULL,
    kind      INTEGER NOT NULL,                 -- 1 verdict, 2 PTR names, 3 forward addresses, 4 EHLO name, 5 observed address, 6 policy
    subject   TEXT NOT NULL,                    -- what it is about: an address, a name with its type; '': the source as such
    value     TEXT NOT NULL,                    -- several are sorted and joined by ', '; '': none
    before    TEXT,                             -- NULL: the first of its subject
    at        INTEGER NOT NULL,
    origin    TEXT NOT NULL,                    -- who said so
    vantage   TEXT NOT NULL,                    -- the node that saw it
    PRIMARY KEY (source_id, kind)
) WITHOUT ROWID;

CREATE TABLE observed_change (
    change_id INTEGER NOT NULL PRIMARY KEY,
    source_id TEXT NOT NULL,
    kind      INTEGER NOT NULL,
    subject   TEXT NOT NULL,
    value     TEXT NOT NULL,
    before    TEXT,
    at        INTEGER NOT NULL,
    origin    TEXT NOT NULL,
    vantage   TEXT NOT NULL
);
CREATE INDEX observed_change_source ON observed_change (source_id, kind);
CREATE INDEX observed_change_at ON observed_change (at);
-- Which names an address has borne, and which addresses a name.
CREATE INDEX observed_change_address ON observed_change (subject) WHERE kind = 4;
CREATE INDEX observed_change_name ON observed_change (before) WHERE kind = 4;

UPDATE meta SET value = 6 WHERE name = 'schema';
