-- Full-text search by a listing's number: of lots that are sold or to be sold, and of those that were,
-- so that what is looked for is met without looking at what is not (docs/adr/0006).
DROP TABLE lot_search;
CREATE VIRTUAL TABLE search_open USING fts5 (
    title, description, category,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
CREATE VIRTUAL TABLE search_past USING fts5 (
    title, description, category,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO search_open (rowid, title, description, category)
SELECT g.number, l.title, l.description, 'in' || replace(g.category, '-', '')
FROM listing g JOIN lot l ON l.id = g.lot WHERE g.found_past = 0;
INSERT INTO search_past (rowid, title, description, category)
SELECT g.number, l.title, l.description, 'in' || replace(g.category, '-', '')
FROM listing g JOIN lot l ON l.id = g.lot WHERE g.found_past = 1;
