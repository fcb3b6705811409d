-- Mail that somebody keeps back: its recipients are in state 2, and each says by which hold.

CREATE TABLE hold (
    hold_id INTEGER NOT NULL PRIMARY KEY,       -- drawn from the message ids
    reason  TEXT NOT NULL,
    given_by TEXT NOT NULL,
    since   INTEGER NOT NULL,
    until   INTEGER                             -- NULL: until somebody releases it
);

-- state: 0 waiting, 1 undeliverable, 2 held. hold_id: in state 2 only.
ALTER TABLE recipient ADD COLUMN hold_id INTEGER;
-- What an operator looks through and releases queue by queue; carries claim so that a start finds the claims of dead runs in it.
CREATE INDEX recipient_held ON recipient (queue_id, message_id, ordinal, hold_id, claim) WHERE state = 2;
CREATE INDEX recipient_hold ON recipient (hold_id) WHERE state = 2;

-- waiting counts them too.
ALTER TABLE queue ADD COLUMN held INTEGER NOT NULL DEFAULT 0;

UPDATE meta SET value = 4 WHERE name = 'schema';
