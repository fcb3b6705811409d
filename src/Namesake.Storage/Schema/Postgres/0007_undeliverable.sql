-- What has been undeliverable for as long as events are kept goes: its due says since when. Of what the version before set aside, it is when the next attempt would have been.

CREATE INDEX recipient_undeliverable_since ON recipient (due) WHERE state = 1;

UPDATE meta SET value = 7 WHERE name = 'schema';
