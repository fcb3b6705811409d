-- Queues that may not move now (held, suspended, resting) are put off: the look for due mail doesn't meet them, however many they are.

-- 0, or who put it off, as claims say it: freed with the claims of a node that is gone. Programs before look at these queues as ever.
ALTER TABLE queue ADD COLUMN put_off bigint NOT NULL DEFAULT 0;
DROP INDEX queue_due;
CREATE INDEX queue_due ON queue (queue_id) WHERE earliest_due IS NOT NULL AND put_off = 0;
CREATE INDEX queue_put_off ON queue (put_off) WHERE put_off <> 0;

UPDATE meta SET value = 3 WHERE name = 'schema';
