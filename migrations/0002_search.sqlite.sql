-- Full-text search is where the engines really part: here FTS5, accents and case ignored.
CREATE VIRTUAL TABLE lot_search USING fts5 (
    title, description, lot UNINDEXED,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
