-- The way back to a peer becomes part of the queue's key; the number of messages is kept instead of counted.

CREATE TABLE queue_2 (
    queue_id     INTEGER NOT NULL PRIMARY KEY,
    brand_id     TEXT NOT NULL,
    source_id    TEXT NOT NULL,
    domain       TEXT NOT NULL,
    via          TEXT NOT NULL,                 -- "host:port" that overrides routing; '': routed by domain
    waiting      INTEGER NOT NULL,              -- recipients in state 0, claimed ones included
    earliest_due INTEGER,                       -- of those not claimed: never later than the truth; NULL: none
    UNIQUE (brand_id, source_id, domain, via)
);
INSERT INTO queue_2 SELECT queue_id, brand_id, source_id, domain, '', waiting, earliest_due FROM queue;

-- Mail with a way of its own gets a queue of its own, and leaves the one it shared.
INSERT INTO queue_2 (brand_id, source_id, domain, via, waiting, earliest_due)
    SELECT q.brand_id, q.source_id, q.domain, m.via, count(*) FILTER (WHERE r.state = 0), min(r.due) FILTER (WHERE r.state = 0 AND r.claim = 0)
    FROM message m JOIN recipient r USING (message_id) JOIN queue q USING (queue_id)
    WHERE m.via IS NOT NULL GROUP BY q.queue_id, m.via;
UPDATE recipient SET queue_id = (
    SELECT n.queue_id FROM queue o, message m, queue_2 n
    WHERE o.queue_id = recipient.queue_id AND m.message_id = recipient.message_id
        AND n.brand_id = o.brand_id AND n.source_id = o.source_id AND n.domain = o.domain AND n.via = m.via)
WHERE message_id IN (SELECT message_id FROM message WHERE via IS NOT NULL);
-- earliest_due of the queues left may now be too early, which it is allowed to be.
UPDATE queue_2 SET waiting = (SELECT count(*) FROM recipient r WHERE r.queue_id = queue_2.queue_id AND r.state = 0)
WHERE EXISTS (SELECT 1 FROM queue_2 n WHERE n.via <> '' AND n.brand_id = queue_2.brand_id AND n.source_id = queue_2.source_id AND n.domain = queue_2.domain);

DROP TABLE queue;
ALTER TABLE queue_2 RENAME TO queue;
-- Small, because only queues with unclaimed mail are in it: the dispatcher asks several times a second.
CREATE INDEX queue_due ON queue (queue_id, earliest_due) WHERE earliest_due IS NOT NULL;
ALTER TABLE message DROP COLUMN via;

-- messages: rows of message, kept by the writer, because counting a million takes longer than a reader may.
INSERT INTO meta (name, value) SELECT 'messages', count(*) FROM message;
UPDATE meta SET value = 2 WHERE name = 'schema';
