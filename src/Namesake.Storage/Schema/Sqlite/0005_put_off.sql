-- Queues that may not move now (held, suspended, resting) are put off: the look for due mail doesn't meet them, however many they are.

-- 0, or the run whose dispatcher put it off: a start takes up again what earlier runs left.
ALTER TABLE queue ADD COLUMN put_off INTEGER NOT NULL DEFAULT 0;
DROP INDEX queue_due;
CREATE INDEX queue_due ON queue (queue_id, earliest_due) WHERE earliest_due IS NOT NULL AND put_off = 0;
CREATE INDEX queue_put_off ON queue (put_off) WHERE put_off <> 0;

UPDATE meta SET value = 5 WHERE name = 'schema';
