-- What was seen of each source: what stands now, and its changes of the last months. Nodes of the version before don't look here.

CREATE TABLE observed (
    source_id text NOT NULL,
    kind      smallint NOT NULL,                    -- 1 verdict, 2 PTR names, 3 forward addresses, 4 EHLO name, 5 observed address, 6 policy
    subject   text NOT NULL,                        -- what it is about: an address, a name with its type; '': the source as such
    value     text NOT NULL,                        -- several are sorted and joined by ', '; '': none
    before    text,                                 -- NULL: the first of its subject
    at        bigint NOT NULL,
    origin    text NOT NULL,                        -- who said so
    vantage   text NOT NULL,                        -- the node that saw it
    PRIMARY KEY (source_id, kind)
);

CREATE TABLE observed_change (
    change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id text NOT NULL,
    kind      smallint NOT NULL,
    subject   text NOT NULL,
    value     text NOT NULL,
    before    text,
    at        bigint NOT NULL,
    origin    text NOT NULL,
    vantage   text NOT NULL
);
CREATE INDEX observed_change_source ON observed_change (source_id, kind, change_id);
CREATE INDEX observed_change_at ON observed_change (at);
-- Which names an address has borne, and which addresses a name.
CREATE INDEX observed_change_address ON observed_change (subject) WHERE kind = 4;
CREATE INDEX observed_change_name ON observed_change (before) WHERE kind = 4;

UPDATE meta SET value = 4 WHERE name = 'schema';
