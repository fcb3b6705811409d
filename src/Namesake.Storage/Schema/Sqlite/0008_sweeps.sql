-- What may change its source, and what has outlived its time, is found by indexes of its own: such a look costs what it finds, not what waits.
-- Fresh mail is stored claimed and leaves claimed, so it is never in one of these.

CREATE INDEX recipient_untried ON recipient (queue_id, message_id, ordinal) WHERE state = 0 AND claim = 0 AND attempts = 0;
CREATE INDEX recipient_tried ON recipient (queue_id, message_id, ordinal) WHERE state = 0 AND claim = 0 AND attempts > 0;
CREATE INDEX recipient_expiry ON recipient (expires, message_id, ordinal) WHERE claim = 0 AND state <> 1;

UPDATE meta SET value = 8 WHERE name = 'schema';
