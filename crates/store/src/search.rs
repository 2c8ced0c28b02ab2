//! Full-text search: the one place where the engines part, for each has its own. Both know a lot in one
//! of two indexes, among those that are or will be sold, or among those that were.

use crate::sql::{Dialect, Statement, Value, params};
use gavel_domain::LotId;
use gavel_engine::About;

/// A lot's row in an index of SQLite's is its listing's number times this. FTS5 finds out by linear
/// probing whether a row is deleted; of numbers that follow each other, as those of ended lots mostly
/// do, it would probe long runs.
const APART: i64 = 61;

/// A text as SQLite looks through it, where it is a function of this name. FTS5 takes the marks off letters, and
/// knows nothing of those that are written without one and stand for others all the same; this makes of them what
/// PostgreSQL's `unaccent` does.
pub(crate) fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'ł' | 'Ł' => folded.push('l'),
            'ø' | 'Ø' => folded.push('o'),
            'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
            'ħ' | 'Ħ' => folded.push('h'),
            'ŧ' | 'Ŧ' => folded.push('t'),
            'ŋ' | 'Ŋ' => folded.push('n'),
            'ı' => folded.push('i'),
            'æ' | 'Æ' => folded.push_str("ae"),
            'œ' | 'Œ' => folded.push_str("oe"),
            'þ' | 'Þ' => folded.push_str("th"),
            'ß' | 'ẞ' => folded.push_str("ss"),
            _ => folded.push(letter),
        }
    }
    folded
}

/// Which lots are looked through.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Among {
    Open,
    Past,
    All,
}

/// The word under which a category is known.
fn category_word(dialect: Dialect, slug: &str) -> String {
    let plain: String = slug.chars().filter(char::is_ascii_alphanumeric).collect();
    match dialect {
        // Looked for in its own column alone.
        Dialect::Sqlite => format!("in{plain}"),
        // No word of a text has a colon in it.
        Dialect::Postgres => format!("in:{plain}"),
    }
}

/// Has a new lot found by its words.
pub(crate) fn insert(dialect: Dialect, lot: LotId, about: &About) -> Statement {
    let sql = match dialect {
        Dialect::Sqlite => format!(
            "INSERT INTO search_open (rowid, title, description, category) \
             SELECT number * {APART}, folded(?2), folded(?3), ?4 FROM listing WHERE lot = ?1"
        ),
        Dialect::Postgres => "INSERT INTO search_open (number, words) \
             SELECT number, to_tsvector('house', ?2 || ' ' || ?3) || array_to_tsvector(ARRAY[?4]) \
             FROM listing WHERE lot = ?1"
            .to_owned(),
    };
    Statement::new(sql, lot_params(dialect, lot, about))
}

/// Has a listed lot found by other words.
pub(crate) fn update(dialect: Dialect, lot: LotId, about: &About) -> Statement {
    let sql = match dialect {
        Dialect::Sqlite => format!(
            "UPDATE search_open SET title = folded(?2), description = folded(?3), category = ?4 \
             WHERE rowid = (SELECT number * {APART} FROM listing WHERE lot = ?1)"
        ),
        Dialect::Postgres => "UPDATE search_open SET words = \
             to_tsvector('house', ?2 || ' ' || ?3) || array_to_tsvector(ARRAY[?4]) \
             WHERE number = (SELECT number FROM listing WHERE lot = ?1)"
            .to_owned(),
    };
    Statement::new(sql, lot_params(dialect, lot, about))
}

fn lot_params(dialect: Dialect, lot: LotId, about: &About) -> Vec<Value> {
    params![
        lot.0,
        about.title.as_str(),
        about.description.as_str(),
        category_word(dialect, &about.category),
    ]
}

/// Moves the first `?1` of the listings that `which` names from the open ones to those that were.
pub(crate) fn refile(dialect: Dialect, which: &str, count: u32) -> [Statement; 2] {
    let some = |what: &str| format!("(SELECT {what} {which} ORDER BY number LIMIT ?1)");
    let statements = match dialect {
        Dialect::Sqlite => [
            format!(
                "INSERT INTO search_past (rowid, title, description, category) \
                 SELECT g.number * {APART}, folded(l.title), folded(l.description), \
                 'in' || replace(g.category, '-', '') \
                 FROM listing g JOIN lot l ON l.id = g.lot WHERE g.number IN {}",
                some("number")
            ),
            format!(
                "DELETE FROM search_open WHERE rowid IN {}",
                some(&format!("number * {APART}"))
            ),
        ],
        Dialect::Postgres => [
            format!(
                "INSERT INTO search_past (number, words) \
                 SELECT number, words FROM search_open WHERE number IN {}",
                some("number")
            ),
            format!("DELETE FROM search_open WHERE number IN {}", some("number")),
        ],
    };
    statements.map(|sql| Statement::new(sql, params![count]))
}

/// Has the lots found whose listings' numbers follow one, up to another.
pub(crate) fn index(dialect: Dialect, after: i64, up_to: i64) -> [Statement; 2] {
    let index = |index: &str, past: u8| {
        let insert = match dialect {
            Dialect::Sqlite => format!(
                "INSERT INTO {index} (rowid, title, description, category) \
                 SELECT g.number * {APART}, folded(l.title), folded(l.description), \
                 'in' || replace(g.category, '-', '')"
            ),
            Dialect::Postgres => format!(
                "INSERT INTO {index} (number, words) \
                 SELECT g.number, to_tsvector('house', l.title || ' ' || l.description) \
                 || array_to_tsvector(ARRAY['in:' || replace(g.category, '-', '')])"
            ),
        };
        let sql = format!(
            "{insert} FROM listing g JOIN lot l ON l.id = g.lot \
             WHERE g.found_past = {past} AND g.number > ?1 AND g.number <= ?2"
        );
        Statement::new(sql, params![after, up_to])
    };
    [index("search_open", 0), index("search_past", 1)]
}

/// A query for the numbers of the newest listings that match, with its parameters: up to `most` in each
/// index that is looked through. Every word must be there, and may go on.
pub(crate) fn matching(
    dialect: Dialect,
    among: Among,
    words: &[String],
    category: Option<&str>,
    most: u32,
) -> (String, Vec<Value>) {
    let newest = |index: &str| match dialect {
        Dialect::Sqlite => format!(
            "SELECT rowid / {APART} AS number FROM (SELECT rowid FROM {index} \
             WHERE {index} MATCH ?1 ORDER BY rowid DESC LIMIT ?2) AS newest"
        ),
        Dialect::Postgres => format!(
            "SELECT number FROM (SELECT number FROM {index} \
             WHERE words @@ (to_tsquery('house', ?1) && CAST(?3 AS tsquery)) \
             ORDER BY number DESC LIMIT ?2) AS newest"
        ),
    };
    let sql = match among {
        Among::Open => newest("search_open"),
        Among::Past => newest("search_past"),
        Among::All => format!("{} UNION ALL {}", newest("search_open"), newest("search_past")),
    };
    let word = category.map(|slug| category_word(dialect, slug));
    let params = match dialect {
        Dialect::Sqlite => params![fts5_query(words, word.as_deref()), most],
        Dialect::Postgres => {
            let category = word.map_or(String::new(), |word| format!("'{word}'"));
            params![ts_query(words), most, category]
        }
    };
    (sql, params)
}

/// Each word quoted, so that none is an operator, and each a prefix.
fn fts5_query(words: &[String], category: Option<&str>) -> String {
    let quoted = words.iter().map(|word| format!("\"{}\"*", folded(word).replace('"', "\"\"")));
    let query = format!("{{title description}} : ({})", quoted.collect::<Vec<_>>().join(" "));
    match category {
        Some(word) => format!("{query} AND category : {word}"),
        None => query,
    }
}

/// The same for PostgreSQL.
fn ts_query(words: &[String]) -> String {
    let quoted = words.iter().map(|word| {
        let inside = word.replace('\\', "").replace('\'', "''");
        format!("'{inside}':*")
    });
    quoted.collect::<Vec<_>>().join(" & ")
}
