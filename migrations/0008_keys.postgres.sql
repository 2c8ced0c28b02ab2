-- Keys by the fingerprint that a process which writes alone has of them in memory, the first half of
-- SHA-256(account, key): it is found by comparing 16 bytes, however the database collates texts, and takes
-- half the room. A record that is found by it has the key itself.
CREATE TABLE key_by_fingerprint (
    fingerprint @bytes@ NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL
);
INSERT INTO key_by_fingerprint (fingerprint, position, at)
SELECT substring(sha256(account || convert_to(idempotency_key, 'UTF8')) FROM 1 FOR 16), position, at
FROM event_key;
DROP TABLE event_key;
ALTER TABLE key_by_fingerprint RENAME TO event_key;
ALTER TABLE event_key ADD CONSTRAINT event_key_taken PRIMARY KEY (fingerprint);
CREATE INDEX event_key_by_age ON event_key (at);
