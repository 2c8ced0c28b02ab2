-- Lots are found by plain letters too where their texts have such as ł, ø or ß.
INSERT INTO search_open (search_open) VALUES ('delete-all');
INSERT INTO search_past (search_past) VALUES ('delete-all');
INSERT INTO search_open (rowid, title, description, category)
SELECT g.number * 61, folded(l.title), folded(l.description), 'in' || replace(g.category, '-', '')
FROM listing g JOIN lot l ON l.id = g.lot WHERE g.found_past = 0;
INSERT INTO search_past (rowid, title, description, category)
SELECT g.number * 61, folded(l.title), folded(l.description), 'in' || replace(g.category, '-', '')
FROM listing g JOIN lot l ON l.id = g.lot WHERE g.found_past = 1;
