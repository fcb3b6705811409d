-- Mail that somebody keeps back: its recipients are in state 2, and each says by which hold. Nodes of the version before pass them over.

CREATE TABLE hold (
    hold_id  bigint PRIMARY KEY,                    -- drawn from the message ids
    reason   text NOT NULL,
    given_by text NOT NULL,
    since    bigint NOT NULL,
    until    bigint                                 -- NULL: until somebody releases it
);

-- state: 0 waiting, 1 undeliverable, 2 held. hold_id: in state 2 only.
ALTER TABLE recipient ADD COLUMN hold_id bigint;
CREATE INDEX recipient_held ON recipient (queue_id, message_id, ordinal) INCLUDE (hold_id, claim) WHERE state = 2;
CREATE INDEX recipient_hold ON recipient (hold_id) WHERE state = 2;

-- waiting counts them too.
ALTER TABLE queue ADD COLUMN held bigint NOT NULL DEFAULT 0;

UPDATE meta SET value = 2 WHERE name = 'schema';
