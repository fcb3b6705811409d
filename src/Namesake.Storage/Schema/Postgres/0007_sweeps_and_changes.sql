-- What may change its source, and what has outlived its time, is found by indexes of its own: such a look costs what it finds, not what waits.
-- Fresh mail is stored claimed and leaves claimed, so it is never in one of these. Nodes of the version before keep them up without knowing.

CREATE INDEX recipient_untried ON recipient (queue_id, message_id, ordinal) WHERE state = 0 AND claim = 0 AND attempts = 0;
CREATE INDEX recipient_tried ON recipient (queue_id, message_id, ordinal) WHERE state = 0 AND claim = 0 AND attempts > 0;
CREATE INDEX recipient_expiry ON recipient (expires, message_id, ordinal) WHERE claim = 0 AND state <> 1;

-- Where a hold is still in use. Its condition is not that of recipient_held: who looks through what one queue holds must not be led through all that is held,
-- as right after a mass hold, when the statistics know of none.
DROP INDEX recipient_hold;
CREATE INDEX recipient_hold ON recipient (hold_id) WHERE hold_id IS NOT NULL;

-- What has been undeliverable for as long as events are kept goes: its due says since when. Of what the version before set aside, it is when the next attempt would have been.

CREATE INDEX recipient_undeliverable_since ON recipient (due) WHERE state = 1;

-- What nodes tell each other: what operators and the rules stopped on one of them is found by when it was stored, by the server's clock. What is forgotten stays for a day as an empty state.
CREATE INDEX identity_state_changed ON identity_state (changed, name);
CREATE INDEX frozen_changed ON frozen (changed, name);

UPDATE meta SET value = 7 WHERE name = 'schema';
