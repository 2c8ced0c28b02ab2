-- The same two indexes without their own copy of the words, which `lot` holds. An ended lot then
-- leaves a mark instead of entries to be merged away, and searches stay as quick as in a small house.
-- A row stands under 61 times its listing's number: FTS5 looks for marks by linear probing, where
-- numbers that follow each other make long runs (docs/adr/0006).
DROP TABLE search_open;
DROP TABLE search_past;
CREATE VIRTUAL TABLE search_open USING fts5 (
    title, description, category,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3',
    content = '', contentless_delete = 1
);
CREATE VIRTUAL TABLE search_past USING fts5 (
    title, description, category,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3',
    content = '', contentless_delete = 1
);
INSERT INTO search_open (rowid, title, description, category)
SELECT g.number * 61, l.title, l.description, 'in' || replace(g.category, '-', '')
FROM listing g JOIN lot l ON l.id = g.lot WHERE g.found_past = 0;
INSERT INTO search_past (rowid, title, description, category)
SELECT g.number * 61, l.title, l.description, 'in' || replace(g.category, '-', '')
FROM listing g JOIN lot l ON l.id = g.lot WHERE g.found_past = 1;
