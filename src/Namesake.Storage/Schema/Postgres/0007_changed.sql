-- What nodes tell each other: what operators and the rules stopped on one of them is found by when it was stored, by the server's clock. What is forgotten stays for a day as an empty state.
CREATE INDEX identity_state_changed ON identity_state (changed, name);
CREATE INDEX frozen_changed ON frozen (changed, name);

UPDATE meta SET value = 7 WHERE name = 'schema';
