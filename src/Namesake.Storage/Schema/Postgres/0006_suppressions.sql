-- Recipients to whom a brand sends nothing, and those whose refusals are counted. Nodes of the version before don't look here.

CREATE TABLE suppression (
    brand_id      text COLLATE "C" NOT NULL,
    address       text COLLATE "C" NOT NULL,        -- in lower case
    since         bigint,                           -- NULL: only counted
    until         bigint,                           -- NULL: until somebody lifts it
    origin        smallint NOT NULL,                -- 1 reply, 2 a person, 3 an imported list, 4 bounce messages
    refusals      integer NOT NULL,
    first_refusal bigint,
    last_refusal  bigint,
    reply         text,
    rule          text,
    message_id    bigint,
    reason        text,
    given_by      text,
    changed       bigint NOT NULL,
    forgotten     bigint,                           -- when it isn't worth keeping any more; NULL: never
    PRIMARY KEY (brand_id, address)
);
CREATE INDEX suppression_listed ON suppression (brand_id, address) WHERE since IS NOT NULL;
CREATE INDEX suppression_changed ON suppression (changed, brand_id, address);
CREATE INDEX suppression_forgotten ON suppression (forgotten) WHERE forgotten IS NOT NULL;

UPDATE meta SET value = 6 WHERE name = 'schema';
