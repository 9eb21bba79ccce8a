//! What the search knows: an entry for each public creation, member and forum post, with its words. Words come folded
//! from [`crate::text::words`], the same on both engines; SQLite keeps them in an FTS5 table beside the entries,
//! PostgreSQL in vectors within them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::{FromRow, PgConnection, Postgres, QueryBuilder, Sqlite, SqliteConnection};

use super::{Result, Tx, execute, execute_in, on_engine, pieces, select_in};
use crate::model::{Text, TextFormat, Time};
use crate::text::words::is_beginning;

/// What an entry stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Kind {
    /// A member's work.
    Creation,
    /// A member.
    Member,
    /// A post in the forum.
    Forum,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Creation, Kind::Member, Kind::Forum];
}

/// A public thing as the search reads it.
#[derive(Clone, Debug)]
pub struct Source {
    /// The row.
    pub item_id: i64,
    /// A creation's section.
    pub section: String,
    /// A title or nick; empty for a post.
    pub title: String,
    /// When it became public.
    pub dated_at: Time,
    /// All else that it says.
    pub texts: Vec<Text>,
    /// A creation's attributes, a JSON object.
    pub attributes: String,
}

#[derive(FromRow)]
struct SourceRow {
    item_id: i64,
    section: String,
    title: String,
    dated_at: Time,
    synopsis: String,
    attributes: String,
    body_format: TextFormat,
    body: String,
}

/// Those of the things that are public.
///
/// # Errors
/// Where the database fails.
pub async fn sources(tx: &mut Tx, kind: Kind, ids: &[i64]) -> Result<Vec<Source>> {
    let rows = match kind {
        Kind::Creation => select_in!(
            tx,
            SourceRow,
            "select id as item_id, section, title, published_at as dated_at, synopsis, attributes, body_format, body
            from creation join creation_text on creation_id = id where state = 'approved' and id in ",
            ids,
            ""
        ),
        Kind::Member => select_in!(
            tx,
            SourceRow,
            "select id as item_id, '' as section, nick as title, registered_at as dated_at, '' as synopsis,
                '' as attributes, description_format as body_format, description as body
            from member where id in ",
            ids,
            ""
        ),
        Kind::Forum => select_in!(
            tx,
            SourceRow,
            "select id as item_id, '' as section, '' as title, posted_at as dated_at, '' as synopsis,
                '' as attributes, body_format, body
            from forum_post where state = 'public' and id in ",
            ids,
            ""
        ),
    };
    let source = |row: SourceRow| Source {
        item_id: row.item_id,
        section: row.section,
        title: row.title,
        dated_at: row.dated_at,
        texts: vec![
            Text { source: row.synopsis, format: TextFormat::Markdown },
            Text { source: row.body, format: row.body_format },
        ],
        attributes: row.attributes,
    };
    Ok(rows.into_iter().map(source).collect())
}

/// The statement of [`ids_after`] for a kind, whose public rows are `$rows`. Each half ends by itself: a union of whole
/// tables would be made anew for every batch.
macro_rules! ids_after {
    ($kind:literal, $rows:literal) => {
        concat!(
            "select id from (select id from ",
            $rows,
            " id > $1 order by id limit $2) as public
            union
            select item_id from (select item_id from search_entry where kind = '",
            $kind,
            "' and item_id > $1 order by item_id limit $2) as indexed
            order by 1 limit $2"
        )
    };
}

/// What is public or has an entry, behind a row, in order, at most `count`.
///
/// # Errors
/// Where the database fails.
pub async fn ids_after(tx: &mut Tx, kind: Kind, after: i64, count: i64) -> Result<Vec<i64>> {
    let sql = match kind {
        Kind::Creation => ids_after!("creation", "creation where state = 'approved' and"),
        Kind::Member => ids_after!("member", "member where"),
        Kind::Forum => ids_after!("forum", "forum_post where state = 'public' and"),
    };
    on_engine!(tx, |conn| sqlx::query_scalar(sql).bind(after).bind(count).fetch_all(conn))
}

/// An entry about to be written.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What it stands for.
    pub kind: Kind,
    /// Which of its kind.
    pub item_id: i64,
    /// A creation's section.
    pub section: String,
    /// When it became public.
    pub dated_at: Time,
    /// The words of its title, each once.
    pub title_words: Vec<String>,
    /// The words of all of it, each once.
    pub words: Vec<String>,
}

impl Entry {
    fn digest(&self) -> Vec<u8> {
        let mut digest = blake3::Hasher::new();
        let dated_at = self.dated_at.map(|at| at.timestamp_micros()).unwrap_or(i64::MIN);
        digest.update(&dated_at.to_le_bytes());
        for words in [std::slice::from_ref(&self.section), &self.title_words, &self.words] {
            for word in words {
                digest.update(word.as_bytes()).update(b" ");
            }
            digest.update(b"\n");
        }
        digest.finalize().as_bytes().to_vec()
    }
}

/// The digests of entries that there are, by row of the thing.
///
/// # Errors
/// Where the database fails.
async fn digests(tx: &mut Tx, kind: Kind, ids: &[i64]) -> Result<Vec<(i64, i64, Vec<u8>)>> {
    Ok(select_in!(
        tx,
        (i64, i64, Vec<u8>),
        "select item_id, id, digest from search_entry where item_id in ",
        ids,
        "and kind = $2",
        kind
    ))
}

/// Makes the entries of these things be these: what of them is not among the entries has none. Says how many were
/// written or removed.
///
/// # Errors
/// Where the database fails.
pub async fn replace(tx: &mut Tx, kind: Kind, ids: &[i64], entries: &[Entry]) -> Result<u64> {
    let there = digests(tx, kind, ids).await?;
    let there: HashMap<i64, (i64, Vec<u8>)> =
        there.into_iter().map(|(item, id, digest)| (item, (id, digest))).collect();
    let stay: HashSet<i64> = entries.iter().map(|entry| entry.item_id).collect();
    let gone: Vec<i64> = there.iter().filter(|(item, _)| !stay.contains(item)).map(|(_, (id, _))| *id).collect();
    let digested = entries.iter().map(|entry| (entry, entry.digest()));
    let changed: Vec<(&Entry, Vec<u8>)> =
        digested.filter(|(entry, digest)| there.get(&entry.item_id).is_none_or(|(_, known)| known != digest)).collect();
    if let Tx::Sqlite(_) = tx {
        let former = changed.iter().filter_map(|(entry, _)| there.get(&entry.item_id)).map(|(id, _)| *id);
        let outdated: Vec<i64> = former.chain(gone.iter().copied()).collect();
        execute_in!(tx, "delete from search_index where rowid in ", outdated, "");
    }
    let removed = execute_in!(tx, "delete from search_entry where id in ", gone, "");
    for piece in pieces(&changed) {
        match tx {
            Tx::Sqlite(tx) => write_sqlite(tx, piece).await?,
            Tx::Postgres(tx) => write_postgres(tx, piece).await?,
        }
    }
    Ok(removed + changed.len() as u64)
}

/// The words are in a table of their own, under the entry's row.
async fn write_sqlite(conn: &mut SqliteConnection, entries: &[(&Entry, Vec<u8>)]) -> Result<()> {
    let mut query = QueryBuilder::<Sqlite>::new("insert into search_entry (kind, item_id, section, dated_at, digest) ");
    query.push_values(entries, |mut row, (entry, digest)| {
        row.push_bind(entry.kind).push_bind(entry.item_id).push_bind(&entry.section).push_bind(entry.dated_at);
        row.push_bind(digest);
    });
    query.push(
        " on conflict (kind, item_id) do update set section = excluded.section, dated_at = excluded.dated_at,
            digest = excluded.digest returning item_id, id",
    );
    let ids: Vec<(i64, i64)> = query.build_query_as().fetch_all(&mut *conn).await?;
    let ids: HashMap<i64, i64> = ids.into_iter().collect();
    let mut query = QueryBuilder::<Sqlite>::new("insert into search_index (rowid, title, body) ");
    query.push_values(entries, |mut row, (entry, _)| {
        row.push_bind(ids.get(&entry.item_id).copied());
        row.push_bind(entry.title_words.join(" ")).push_bind(entry.words.join(" "));
    });
    query.build().execute(conn).await.map(drop)
}

/// The words are vectors of the entry, made of texts in which they stand apart by spaces: an array of arrays would have
/// to have equally many in each.
async fn write_postgres(conn: &mut PgConnection, entries: &[(&Entry, Vec<u8>)]) -> Result<()> {
    const WORDS: &str = "array_to_tsvector(string_to_array(";
    let mut query = QueryBuilder::<Postgres>::new(
        "insert into search_entry (kind, item_id, section, dated_at, digest, title_words, words) ",
    );
    query.push_values(entries, |mut row, (entry, digest)| {
        row.push_bind(entry.kind).push_bind(entry.item_id).push_bind(&entry.section).push_bind(entry.dated_at);
        row.push_bind(digest);
        for words in [&entry.title_words, &entry.words] {
            row.push(WORDS).push_bind_unseparated(words.join(" ")).push_unseparated(", ' '))");
        }
    });
    query.push(
        " on conflict (kind, item_id) do update set section = excluded.section, dated_at = excluded.dated_at,
            digest = excluded.digest, title_words = excluded.title_words, words = excluded.words",
    );
    query.build().execute(conn).await.map(drop)
}

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Question {
    /// Every one of these begins a word of what is found; letters and digits, folded.
    pub beginnings: Vec<String>,
    /// Things of this kind alone.
    pub kind: Option<Kind>,
    /// Creations of this section alone; any where it is empty.
    pub section: String,
}

/// A thing that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromRow)]
pub struct Hit {
    /// What it is.
    pub kind: Kind,
    /// Which of its kind.
    pub item_id: i64,
}

/// Entries that a question is answered from: more than a community writes in twenty years. Beyond it those count that were
/// indexed last.
const CANDIDATES: i64 = 200_000;

/// Up to `count` things with all of the words in their title, then others with all of the words, up to `count`; the newest
/// first. On PostgreSQL a question that takes longer than two seconds fails with an outage.
///
/// # Errors
/// Where the database fails, or takes too long.
pub async fn find(tx: &mut Tx, question: &Question, count: i64) -> Result<Vec<Hit>> {
    if question.beginnings.is_empty() {
        return Ok(Vec::new());
    }
    if let Tx::Postgres(tx) = tx {
        sqlx::query("set local statement_timeout = '2s'").execute(&mut **tx).await?;
    }
    let mut hits = find_in(tx, question, true, count).await?;
    let others = find_in(tx, question, false, count).await?;
    let in_titles: HashSet<Hit> = hits.iter().copied().collect();
    hits.extend(others.into_iter().filter(|hit| !in_titles.contains(hit)));
    Ok(hits)
}

async fn find_in(tx: &mut Tx, question: &Question, in_titles: bool, count: i64) -> Result<Vec<Hit>> {
    const SQLITE: &str = "select kind, item_id from search_entry
        where id in (
            select search_index.rowid from search_index join search_entry as entry on entry.id = search_index.rowid
            where search_index match $1 and ($2 is null or entry.kind = $2) and ($3 = '' or entry.section = $3)
            order by search_index.rowid desc limit $5)
        order by dated_at is null, dated_at desc, id desc limit $4";
    macro_rules! postgres {
        ($column:literal) => {
            concat!(
                "select kind, item_id from search_entry where ",
                $column,
                " @@ cast($1 as tsquery) and ($2::text is null or kind = $2) and ($3 = '' or section = $3) and $5 > 0
                order by dated_at is null, dated_at desc, id desc limit $4"
            )
        };
    }
    let (sql, asked) = match tx {
        Tx::Sqlite(_) => {
            let word = |word: &String| format!("\"{word}\"{}", if is_beginning(word) { "*" } else { "" });
            let words: Vec<String> = question.beginnings.iter().map(word).collect();
            let words = words.join(" AND ");
            (SQLITE, if in_titles { format!("title : ({words})") } else { words })
        }
        Tx::Postgres(_) => {
            let word = |word: &String| format!("'{word}'{}", if is_beginning(word) { ":*" } else { "" });
            let words: Vec<String> = question.beginnings.iter().map(word).collect();
            (if in_titles { postgres!("title_words") } else { postgres!("words") }, words.join(" & "))
        }
    };
    on_engine!(tx, |conn| sqlx::query_as(sql)
        .bind(asked)
        .bind(question.kind)
        .bind(&question.section)
        .bind(count)
        .bind(CANDIDATES)
        .fetch_all(conn))
}

/// What is known of all entries together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct State {
    /// The version of the words that every public thing has an entry of; 0 where that is not certain.
    pub version: i64,
    /// Another one since it was last said that it is not certain.
    pub epoch: i64,
}

/// What is known of all entries together.
///
/// # Errors
/// Where the database fails.
pub async fn state(tx: &mut Tx) -> Result<State> {
    const SQL: &str = "select version, epoch from search_state";
    let state: Option<State> = on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_optional(conn))?;
    Ok(state.unwrap_or_default())
}

/// Notes that every public thing has its entry, unless it was said that this is not certain since `epoch`. Gives whether
/// it was noted.
///
/// # Errors
/// Where the database fails.
pub async fn set_version(tx: &mut Tx, version: i64, epoch: i64) -> Result<bool> {
    const SQL: &str = "insert into search_state (only_row, version, epoch) values (1, $1, $2)
        on conflict (only_row) do update set version = excluded.version where search_state.epoch = excluded.epoch";
    Ok(execute!(tx, sqlx::query(SQL).bind(version).bind(epoch))? > 0)
}

/// Notes that public things may be without their entries, or with others: rows were written past the one door.
///
/// # Errors
/// Where the database fails.
pub async fn distrust(tx: &mut Tx) -> Result<()> {
    const SQL: &str = "insert into search_state (only_row, version, epoch) values (1, 0, 1)
        on conflict (only_row) do update set version = 0, epoch = search_state.epoch + 1";
    execute!(tx, sqlx::query(SQL))?;
    Ok(())
}

/// An entry's own account of itself, for tests: kind, item, section, when.
pub type Listed = (Kind, i64, String, Option<DateTime<Utc>>, Vec<u8>);

/// All entries in order, for tests of what the index holds.
///
/// # Errors
/// Where the database fails.
pub async fn all(tx: &mut Tx) -> Result<Vec<Listed>> {
    const SQL: &str = "select kind, item_id, section, dated_at, digest from search_entry order by kind, item_id";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}
