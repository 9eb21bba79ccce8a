//! Creations, their genres and authors.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::long_text::LongText;
use super::stale::marked_again;
use super::{Result, Tx, bulk_insert, execute, on_engine, read_in_order, select_in};
use crate::model::{
    Author, AuthorId, AuthorKind, CreationId, CreationText, GenreId, MemberId, Summary, Text, TextFormat, Time,
};

/// Whether a creation is public.
pub const APPROVED: &str = "approved";

/// A creation to be inserted, with every column.
#[derive(Clone, Debug)]
pub struct NewCreation {
    /// The row.
    pub id: CreationId,
    /// The section's key.
    pub section: String,
    /// Its number in the section.
    pub number: i64,
    /// As written.
    pub title: String,
    /// Last part of its address.
    pub slug: String,
    /// Its author.
    pub author_id: Option<AuthorId>,
    /// A word of the column's check.
    pub state: &'static str,
    /// Its genre.
    pub genre_id: Option<GenreId>,
    /// Stars of the votes cast here.
    pub rating_sum: i64,
    /// Votes cast here.
    pub rating_count: i64,
    /// Has won a contest.
    pub winner: bool,
    /// How often it was read.
    pub read_count: i64,
    /// How often its file was fetched.
    pub download_count: i64,
    /// Public comments.
    pub comment_count: i64,
    /// When it became public first.
    pub published_at: Time,
    /// When it was changed last.
    pub changed_at: DateTime<Utc>,
    /// Plain text.
    pub synopsis: String,
    /// JSON object.
    pub attributes: String,
    /// How the body is written.
    pub body_format: TextFormat,
    /// The text.
    pub body: String,
}

/// Inserts creations; their lists are the caller's business.
///
/// # Errors
/// A number that is taken, an author or genre that is not there.
pub async fn insert(tx: &mut Tx, creations: &[NewCreation]) -> Result<()> {
    bulk_insert!(tx, "insert into creation (id, section, number, title, slug, author_id, state, genre_id,
        rating_sum, rating_count, winner, read_count, download_count, comment_count, published_at, changed_at,
        synopsis, attributes)", creations, |row|
        row.id, &row.section, row.number, &row.title, &row.slug, row.author_id, row.state, row.genre_id,
        row.rating_sum, row.rating_count, row.winner, row.read_count, row.download_count, row.comment_count,
        row.published_at, row.changed_at, &row.synopsis, &row.attributes; "");
    bulk_insert!(tx, "insert into creation_text (creation_id, body_format, body)", creations, |row|
        row.id, row.body_format, &row.body; "");
    Ok(())
}

/// A genre to be inserted: row, section, slug and name.
///
/// # Errors
/// A slug that its section has already.
pub async fn insert_genres(tx: &mut Tx, genres: &[(GenreId, String, String, String)]) -> Result<()> {
    bulk_insert!(tx, "insert into genre (id, section, slug, name)", genres, |row|
        row.0, &row.1, &row.2, &row.3; "");
    Ok(())
}

/// An author to be inserted.
#[derive(Clone, Debug)]
pub struct NewAuthor {
    /// The row.
    pub id: AuthorId,
    /// Member, website or a name alone.
    pub kind: AuthorKind,
    /// The member.
    pub member_id: Option<MemberId>,
    /// The name of an author who is no member.
    pub name: String,
    /// Address of a website author.
    pub website: String,
}

/// Inserts authors.
///
/// # Errors
/// A member who is an author already.
pub async fn insert_authors(tx: &mut Tx, authors: &[NewAuthor]) -> Result<()> {
    bulk_insert!(tx, "insert into author (id, kind, member_id, name, website)", authors, |row|
        row.id, row.kind, row.member_id, &row.name, &row.website; "");
    Ok(())
}

/// Inserts votes: creation, member, stars, when.
///
/// # Errors
/// A second vote of a member on one creation.
pub async fn insert_votes(tx: &mut Tx, votes: &[(CreationId, MemberId, i64, Time)]) -> Result<()> {
    bulk_insert!(tx, "insert into vote (creation_id, member_id, stars, cast_at)", votes, |row|
        row.0, row.1, row.2, row.3; "");
    Ok(())
}

read_in_order!(Summary {
    id,
    section,
    number,
    title,
    slug,
    author_id,
    genre_id,
    rating_sum,
    rating_count,
    winner,
    read_count,
    download_count,
    comment_count,
    published_at,
    changed_at,
    synopsis,
    attributes,
});

/// Approved creations by row.
///
/// # Errors
/// Where the database fails.
pub async fn summaries(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Summary>> {
    Ok(select_in!(
        tx,
        Summary,
        "select id, section, number, title, slug, author_id, genre_id,
            rating_sum + imported_rating_sum as rating_sum, rating_count + imported_rating_count as rating_count,
            winner, read_count, download_count, comment_count, published_at, changed_at, synopsis, attributes
        from creation where state = 'approved' and id in ",
        ids,
        ""
    ))
}

/// The rows of approved creations: (section, number) → id.
///
/// # Errors
/// Where the database fails.
pub async fn ids(tx: &mut Tx, addresses: &[(String, i64)]) -> Result<HashMap<(String, i64), i64>> {
    let mut found = HashMap::with_capacity(addresses.len());
    for group in addresses.chunk_by(|a, b| a.0 == b.0) {
        let numbers: Vec<i64> = group.iter().map(|(_, number)| *number).collect();
        let rows = select_in!(
            tx,
            (i64, i64),
            "select id, number from creation where number in ",
            numbers,
            "and state = 'approved' and section = $2",
            &group[0].0
        );
        found.extend(rows.into_iter().map(|(id, number)| ((group[0].0.clone(), number), id)));
    }
    Ok(found)
}

/// Where approved creations are: row, section, number.
///
/// # Errors
/// Where the database fails.
pub async fn addresses(tx: &mut Tx, ids: &[i64]) -> Result<Vec<(i64, String, i64)>> {
    Ok(select_in!(
        tx,
        (i64, String, i64),
        "select id, section, number from creation where state = 'approved' and id in ",
        ids,
        ""
    ))
}

struct TextRow {
    id: CreationId,
    source_name: String,
    source_url: String,
    body_format: TextFormat,
    body: LongText,
}

read_in_order!(TextRow { id, source_name, source_url, body_format, body });

/// Bodies and what else only the creation's own page shows.
///
/// # Errors
/// Where the database fails.
pub async fn texts(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<CreationId, CreationText>> {
    let rows = select_in!(
        tx,
        TextRow,
        "select id, source_name, source_url, body_format, body
        from creation join creation_text on creation_id = id where id in ",
        ids,
        ""
    );
    Ok(rows
        .into_iter()
        .map(|row| {
            let body = Text { source: row.body.0, format: row.body_format };
            (row.id, CreationText { source_name: row.source_name, source_url: row.source_url, body })
        })
        .collect())
}

/// Authors, members among them under their nick of today.
///
/// # Errors
/// Where the database fails.
pub async fn authors(tx: &mut Tx, ids: &[i64]) -> Result<HashMap<AuthorId, Author>> {
    let rows = select_in!(
        tx,
        Author,
        "select author.id, kind, member_id, coalesce(member.nick, name) as name, website
        from author left join member on member.id = member_id where author.id in ",
        ids,
        ""
    );
    Ok(rows.into_iter().map(|author| (author.id, author)).collect())
}

/// A genre that has had a creation.
#[derive(Clone, Debug, FromRow)]
pub struct Genre {
    /// The row.
    pub id: GenreId,
    /// The section's key.
    pub section: String,
    /// Its part of addresses.
    pub slug: String,
    /// What readers see.
    pub name: String,
}

/// All genres, by id. There are some hundred of them on a site of any size.
///
/// # Errors
/// Where the database fails.
pub async fn genres(tx: &mut Tx) -> Result<Vec<Genre>> {
    const SQL: &str = "select id, section, slug, name from genre order by id";
    on_engine!(tx, |conn| sqlx::query_as::<_, Genre>(SQL).fetch_all(conn))
}

/// Marks every approved creation's page stale, with the given priority; see [`super::stale::mark`].
///
/// # Errors
/// Where the database fails.
pub async fn mark_all(tx: &mut Tx, priority: i64) -> Result<()> {
    // Rows of unknown sections are marked as well, so that their page says what is wrong with them.
    const SQL: &str = concat!(
        "insert into stale_page (page, priority)
        select 'creation/' || section || '/' || number, $1 from creation where state = 'approved' order by 1",
        marked_again!()
    );
    execute!(tx, sqlx::query(SQL).bind(priority))?;
    Ok(())
}

/// Row, member and own name of every author, by row.
///
/// # Errors
/// Where the database fails.
pub async fn all_authors(tx: &mut Tx) -> Result<Vec<(i64, Option<i64>, String)>> {
    const SQL: &str = "select id, member_id, name from author order by id";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// Authors of public creations, whose pages are public.
///
/// # Errors
/// Where the database fails.
pub async fn published_authors(tx: &mut Tx) -> Result<HashSet<i64>> {
    const SQL: &str = "select distinct author_id from creation where state = 'approved' and author_id is not null";
    let authors: Vec<i64> = on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_all(conn))?;
    Ok(authors.into_iter().collect())
}

/// Row, section and number of every creation, public or not.
///
/// # Errors
/// Where the database fails.
pub async fn all_addresses(tx: &mut Tx) -> Result<Vec<(i64, String, i64)>> {
    const SQL: &str = "select id, section, number from creation order by id";
    on_engine!(tx, |conn| sqlx::query_as(SQL).fetch_all(conn))
}

/// Counts the public comments of all creations anew.
///
/// # Errors
/// Where the database fails.
pub async fn recount_comments(tx: &mut Tx) -> Result<()> {
    const SQL: &str = "update creation set comment_count = counted.comments
        from (select creation.id, count(comment.id) as comments from creation
                left join comment on comment.creation_id = creation.id and comment.state = 'public'
            group by creation.id) as counted
        where counted.id = creation.id and counted.comments <> creation.comment_count";
    execute!(tx, sqlx::query(SQL))?;
    Ok(())
}

/// The keys of approved creations' pages that have neither a record nor a mark, in order.
///
/// # Errors
/// Where the database fails.
pub async fn unrecorded(tx: &mut Tx) -> Result<Vec<String>> {
    const SQL: &str = "select key from (
            select 'creation/' || section || '/' || number as key from creation where state = 'approved') expected
        where not exists (select 1 from output_page where page = key)
            and not exists (select 1 from stale_page where page = key)
        order by key";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).fetch_all(conn))
}
