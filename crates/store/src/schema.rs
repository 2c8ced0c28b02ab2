//! The migrations, in order. One is never changed once it has been released.

/// Name and text of every migration, for SQLite.
pub(crate) fn sqlite() -> Vec<String> {
    [
        include_str!("../../../migrations/0001_house.sql"),
        include_str!("../../../migrations/0002_search.sqlite.sql"),
        include_str!("../../../migrations/0003_running.sql"),
        include_str!("../../../migrations/0004_search.sqlite.sql"),
        include_str!("../../../migrations/0005_search.sqlite.sql"),
    ]
    .into_iter()
    .map(|sql| {
        sql.replace("@bytes@", "BLOB")
            .replace("@position@", "INTEGER NOT NULL PRIMARY KEY")
            .replace("@clustered@", "WITHOUT ROWID")
    })
    .collect()
}
