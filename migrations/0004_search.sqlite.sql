-- Full-text search by a listing's number, its phase and category among the words: what is looked
-- for is met without looking at what is not (docs/adr/0006).
DROP TABLE lot_search;
CREATE VIRTUAL TABLE listing_search USING fts5 (
    title, description, filed,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
INSERT INTO listing_search (rowid, title, description, filed)
SELECT g.number, l.title, l.description,
    'phase' || g.phase || ' category' || replace(g.category, '-', '')
FROM listing g JOIN lot l ON l.id = g.lot;
UPDATE listing SET found_as = phase;
