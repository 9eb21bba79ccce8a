//! Statements for both engines: what is the same in each is written once.

/// Runs the same statement on whichever engine a [`Tx`](crate::db::Tx) is: `on_engine!(tx, |conn| query.execute(conn))`.
/// In the body `Engine` names sqlx's type of the engine. The value is the awaited result.
macro_rules! on_engine {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                #[allow(dead_code, reason = "only bulk statements name their engine")]
                type Engine = sqlx::Sqlite;
                let $conn = &mut **tx;
                $body.await
            }
            $crate::db::Tx::Postgres(tx) => {
                #[allow(dead_code, reason = "only bulk statements name their engine")]
                type Engine = sqlx::Postgres;
                let $conn = &mut **tx;
                $body.await
            }
        }
    };
}
pub(crate) use on_engine;

/// Runs a statement for its effect: `execute!(tx, query)` gives the number of rows that it touched.
macro_rules! execute {
    ($tx:expr, $query:expr) => {
        $crate::db::on_engine!($tx, |conn| async { $query.execute(conn).await.map(|done| done.rows_affected()) })
    };
}
pub(crate) use execute;

/// A statement that asks for the time: `with_clock!(tx, "… where lease_until < ", now)`. Leases are in the database's own
/// clock, in milliseconds, so that processes on machines with different clocks agree; each engine has its own word for
/// it.
macro_rules! with_clock {
    ($tx:expr, $($piece:tt),+) => {
        match $tx {
            $crate::db::Tx::Sqlite(_) => concat!($($crate::db::clock_piece!(sqlite $piece)),+),
            $crate::db::Tx::Postgres(_) => concat!($($crate::db::clock_piece!(postgres $piece)),+),
        }
    };
}
pub(crate) use with_clock;

/// A piece of a statement of [`with_clock!`].
macro_rules! clock_piece {
    (sqlite now) => {
        "cast(unixepoch('subsec') * 1000 as integer)"
    };
    (postgres now) => {
        "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
    };
    ($engine:ident $text:literal) => {
        $text
    };
}
pub(crate) use clock_piece;

/// Sizes of the pieces that rows are inserted in, the largest first. Few sizes make few different texts, which
/// stay prepared; beyond some hundred rows a statement gains nothing. What people do makes few rows: up to four of them
/// are one statement.
const PIECES: [usize; 6] = [256, 64, 16, 4, 3, 2];

/// The rows in pieces of [`PIECES`], a last one alone.
pub(crate) fn pieces<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = PIECES.into_iter().find(|size| *size <= rows.len()).unwrap_or(1);
        let (piece, rest) = rows.split_at_checked(size)?;
        rows = rest;
        Some(piece)
    })
}

/// Inserts rows in bulk: `bulk_insert!(tx, "insert into t (a, b)", rows, |row| row.a, row.b; "on conflict …")`.
macro_rules! bulk_insert {
    ($tx:expr, $head:literal, $rows:expr, |$row:ident| $($value:expr),+; $tail:expr) => {{
        for piece in $crate::db::pieces(&$rows) {
            $crate::db::on_engine!($tx, |conn| async {
                let mut query = sqlx::QueryBuilder::<Engine>::new(concat!($head, " "));
                query.push_values(piece, |mut values, $row| {
                    $(values.push_bind($value);)+
                });
                query.push(" ").push($tail);
                query.build().execute(conn).await.map(|done| done.rows_affected())
            })?;
        }
    }};
}
pub(crate) use bulk_insert;

/// Keys as one JSON array, the form in which SQLite takes many values as one parameter.
pub(crate) fn json_array<T: serde::Serialize>(keys: &[T]) -> String {
    serde_json::to_string(keys).expect("numbers and texts are JSON")
}

/// A query about many keys, which are its `$1`: `with_keys!(tx, query_as, "… where id in ", keys, "order by id",
/// |query, conn| query.bind(second).fetch_all(conn))`. One parameter holds them all, so that the text is the same
/// for any number and stays prepared; each engine has its own way to take a list.
macro_rules! with_keys {
    ($tx:expr, $query:path, $head:literal, $keys:expr, $tail:literal, |$built:ident, $conn:ident| $body:expr) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                let $built = $query(concat!($head, "(select value from json_each($1)) ", $tail))
                    .bind($crate::db::json_array($keys));
                let $conn = &mut **tx;
                $body.await
            }
            $crate::db::Tx::Postgres(tx) => {
                let $built = $query(concat!($head, "(select unnest($1)) ", $tail)).bind($keys);
                let $conn = &mut **tx;
                $body.await
            }
        }
    };
}
pub(crate) use with_keys;

/// Rows whose key is among `keys`: `select_in!(tx, Row, "select … where id in ", keys, "order by id", second)`.
/// Parameters after the keys begin with `$2`.
macro_rules! select_in {
    ($tx:expr, $row:ty, $head:literal, $keys:expr, $tail:literal $(, $value:expr)*) => {{
        let keys = &$keys[..];
        if keys.is_empty() {
            Vec::<$row>::new()
        } else {
            $crate::db::with_keys!($tx, sqlx::query_as::<_, $row>, $head, keys, $tail, |query, conn| query
                $(.bind($value))*
                .fetch_all(conn))?
        }
    }};
}
pub(crate) use select_in;

/// Runs a statement for its effect on the rows whose key is among `keys`, as [`select_in!`]; gives the number of
/// rows that it touched.
macro_rules! execute_in {
    ($tx:expr, $head:literal, $keys:expr, $tail:literal $(, $value:expr)*) => {{
        let keys = &$keys[..];
        if keys.is_empty() {
            0
        } else {
            $crate::db::with_keys!($tx, sqlx::query, $head, keys, $tail, |query, conn| async {
                query$(.bind($value))*.execute(conn).await.map(|done| done.rows_affected())
            })?
        }
    }};
}
pub(crate) use execute_in;

/// Reads the rows of a type by the order of their columns and not by their names:
/// `read_in_order!(Row { first, second })` above `select first, second`. For what a build reads by the hundred
/// thousand: a name is looked up for each value of each row.
macro_rules! read_in_order {
    ($row:ident { $($column:ident),+ $(,)? }) => {
        $crate::db::read_in_order!(sqlx::sqlite::SqliteRow, $row { $($column),+ });
        $crate::db::read_in_order!(sqlx::postgres::PgRow, $row { $($column),+ });
    };
    ($engine:ty, $row:ident { $($column:ident),+ }) => {
        impl sqlx::FromRow<'_, $engine> for $row {
            fn from_row(row: &$engine) -> $crate::db::Result<$row> {
                use sqlx::{Column, Row};
                let mut at = 0;
                Ok($row {
                    $($column: {
                        debug_assert_eq!(row.column(at).name(), stringify!($column), "columns in another order");
                        at += 1;
                        row.try_get(at - 1)?
                    }),+
                })
            }
        }
    };
}
pub(crate) use read_in_order;
