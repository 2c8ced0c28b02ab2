-- What several servers need that share a house.

-- Positions of the log, a block of 256 at a time: as many as an engine commits at once. An engine takes
-- one when it has loaded what it decides on, so a lot's records are in order, whoever made them.
CREATE SEQUENCE event_position INCREMENT BY 256;

-- The log by idempotency key, of the last day. Where one process writes, it is in memory.
CREATE TABLE event_key (
    account @bytes@ NOT NULL,
    idempotency_key TEXT NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    CONSTRAINT event_key_taken PRIMARY KEY (account, idempotency_key)
);
CREATE INDEX event_key_by_age ON event_key (at);
