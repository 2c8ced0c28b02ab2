-- Full-text search by a listing's number: of lots that are sold or to be sold, and of those that were
-- (docs/adr/0006). Case and accents are ignored.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION house (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION house
    ALTER MAPPING FOR asciihword, asciiword, hword, hword_asciipart, hword_part, word
    WITH unaccent, simple;
CREATE TABLE search_open (
    number BIGINT NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_open_by_word ON search_open USING gin (words);
CREATE TABLE search_past (
    number BIGINT NOT NULL PRIMARY KEY,
    words TSVECTOR NOT NULL
);
CREATE INDEX search_past_by_word ON search_past USING gin (words);
