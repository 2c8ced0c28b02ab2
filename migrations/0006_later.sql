-- What commits must not wait for each other at, and what they leave for later.

-- What happened on a day (of UTC, counted from the epoch), summed up with every commit and added up by
-- whoever reads it. Each writer counts in rows of its own: at one they would follow each other.
CREATE TABLE tally_by_writer (
    day BIGINT NOT NULL,
    -- users, created, sold, unsold, cancelled, bids
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    writer BIGINT NOT NULL DEFAULT @writer@,
    count BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (day, kind, category, writer)
) @clustered@;
INSERT INTO tally_by_writer (day, kind, category, writer, count, amount)
SELECT day, kind, category, 0, count, amount FROM tally;
DROP TABLE tally;
ALTER TABLE tally_by_writer RENAME TO tally;

-- Lots (16 bytes each, one after the other) that lists do not know by their latest price, bids and end
-- yet, by the position of the record that they were left with.
CREATE TABLE unfound (
    position BIGINT NOT NULL PRIMARY KEY,
    lots @bytes@ NOT NULL
) @clustered@;
