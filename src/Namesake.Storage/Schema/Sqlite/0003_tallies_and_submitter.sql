-- Who handed mail in becomes part of it, what was handed in is summed up by day, and who may not hand in any more is remembered.

-- The authenticated user; without one the client's address; 'dsn' for our own. Of mail from before only the address is known.
ALTER TABLE message ADD COLUMN submitter TEXT NOT NULL DEFAULT '';
UPDATE message SET submitter = client;

-- Sums of a day (UTC). Rows are overwritten, never added to: a write that is repeated counts once.
CREATE TABLE tally (
    day        INTEGER NOT NULL,                -- 20261124
    scope      INTEGER NOT NULL,                -- 1 reseller, 2 brand, 3 user, 4 client, 5 sender, 6 source
    name       TEXT NOT NULL,
    messages   INTEGER NOT NULL,
    recipients INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    PRIMARY KEY (day, scope, name)
) WITHOUT ROWID;

-- Frozen submitters; values are opaque to the spool.
CREATE TABLE freeze (
    name    TEXT NOT NULL PRIMARY KEY,
    state   TEXT NOT NULL,
    changed INTEGER NOT NULL
) WITHOUT ROWID;

UPDATE meta SET value = 3 WHERE name = 'schema';
