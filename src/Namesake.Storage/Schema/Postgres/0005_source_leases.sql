-- Which node sends from which source. Nodes of the version before don't look here: they must not run beside those that do.

CREATE TABLE source_lease (
    source_id text PRIMARY KEY,
    node      text NOT NULL,                        -- for people
    holder    uuid NOT NULL,                        -- one process: another of the same node is another holder
    token     bigint NOT NULL,                      -- raised by one whenever the holder changes
    since     timestamptz NOT NULL,
    until     timestamptz NOT NULL                  -- by the server's clock; from then on others may take it
) WITH (fillfactor = 50);

UPDATE meta SET value = 5 WHERE name = 'schema';
