//! Creations: their coming, changing, moving and going; votes.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use crate::db::creations::{Genre, NewCreation};
use crate::db::{Result, Tx, creations, execute, json_array, on_engine, places};
use crate::model::{AuthorId, AuthorKind, CreationId, GenreId, MemberId, Text, Time};

/// What must be known of a creation to say which pages show it.
#[derive(Clone, Debug, FromRow)]
pub struct Standing {
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
    /// A word of the column's check.
    pub state: String,
    /// Its author.
    pub author_id: Option<AuthorId>,
    /// The member who is the author.
    pub member_id: Option<MemberId>,
    /// Its genre.
    pub genre_id: Option<GenreId>,
    /// The genre's part of addresses.
    pub genre_slug: Option<String>,
    /// Plain text.
    pub synopsis: String,
    /// JSON object.
    pub attributes: String,
    /// Won a contest.
    pub winner: bool,
    /// Stars of all votes, imported ones included.
    pub rating_sum: i64,
    /// Number of votes, imported ones included.
    pub rating_count: i64,
    /// When it became public first.
    pub published_at: Time,
    /// When it will be published by itself.
    pub publish_at: Time,
}

macro_rules! standing {
    ($tail:literal) => {
        concat!(
            "select creation.id, creation.section, number, title, creation.slug, state, author_id, author.member_id,
                genre_id, genre.slug as genre_slug, synopsis, attributes, winner,
                rating_sum + imported_rating_sum as rating_sum,
                rating_count + imported_rating_count as rating_count, published_at, publish_at
            from creation left join author on author.id = author_id left join genre on genre.id = genre_id ",
            $tail
        )
    };
}

/// A creation, locked against other writers until the transaction ends.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(tx: &mut Tx, id: CreationId) -> Result<Option<Standing>> {
    let sql = match tx {
        Tx::Sqlite(_) => standing!("where creation.id = $1"),
        Tx::Postgres(_) => standing!("where creation.id = $1 for no key update of creation"),
    };
    on_engine!(tx, |conn| sqlx::query_as(sql).bind(id).fetch_optional(conn))
}

/// Creations in the order of their rows, locked in it as by [`by_id`]. Those that are gone are left out.
///
/// # Errors
/// Where the database fails.
pub async fn by_ids(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Standing>> {
    const SQLITE: &str = standing!("where creation.id in (select value from json_each($1)) order by creation.id");
    const POSTGRES: &str =
        standing!("where creation.id in (select unnest($1)) order by creation.id for no key update of creation");
    match tx {
        Tx::Sqlite(tx) => sqlx::query_as(SQLITE).bind(json_array(ids)).fetch_all(&mut **tx).await,
        Tx::Postgres(tx) => sqlx::query_as(POSTGRES).bind(ids).fetch_all(&mut **tx).await,
    }
}

/// An author's approved creations behind the row `after`, up to `count`.
///
/// # Errors
/// Where the database fails.
pub async fn of_author(tx: &mut Tx, author: AuthorId, after: i64, count: i64) -> Result<Vec<Standing>> {
    const SQL: &str = standing!(
        "where creation.author_id = $1 and creation.id > $2 and state = 'approved' order by creation.id limit $3"
    );
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(author).bind(after).bind(count).fetch_all(conn))
}

/// The next number of a section; none is given twice.
///
/// # Errors
/// Where the database fails.
pub async fn next_number(tx: &mut Tx, section: &str) -> Result<i64> {
    const SQL: &str = "select coalesce(max(number), 0) from creation where section = $1";
    let taken: i64 = on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(section).fetch_one(conn))?;
    places::next_number(tx, &format!("number/{section}"), taken).await
}

/// Remembers a creation's number as used, before it leaves it.
///
/// # Errors
/// Where the database fails.
pub async fn keep_number(tx: &mut Tx, section: &str, number: i64) -> Result<()> {
    places::keep_number(tx, &format!("number/{section}"), number).await
}

/// A row that no creation has had.
///
/// # Errors
/// Where the database fails.
pub async fn next_id(tx: &mut Tx) -> Result<CreationId> {
    if let Tx::Postgres(tx) = tx {
        const SQL: &str = "select nextval(pg_get_serial_sequence('creation', 'id'))";
        return Ok(CreationId(sqlx::query_scalar(SQL).fetch_one(&mut **tx).await?));
    }
    // SQLite would give the row of a creation that was deleted to the next one.
    let taken: i64 =
        on_engine!(tx, |conn| sqlx::query_scalar("select coalesce(max(id), 0) from creation").fetch_one(conn))?;
    Ok(CreationId(places::next_number(tx, "id/creation", taken).await?))
}

/// Inserts a creation with where its text was taken from.
///
/// # Errors
/// As [`creations::insert`].
pub async fn insert(tx: &mut Tx, creation: NewCreation, source_name: &str, source_url: &str) -> Result<()> {
    const SQL: &str = "update creation set source_name = $2, source_url = $3 where id = $1";
    let id = creation.id;
    creations::insert(tx, &[creation]).await?;
    execute!(tx, sqlx::query(SQL).bind(id).bind(source_name).bind(source_url))?;
    Ok(())
}

/// What an edit leaves in a creation.
#[derive(Clone, Debug)]
pub struct Edited<'a> {
    /// As written.
    pub title: &'a str,
    /// Made of the title.
    pub slug: &'a str,
    /// Plain text.
    pub synopsis: &'a str,
    /// JSON object.
    pub attributes: &'a str,
    /// The text.
    pub body: &'a Text,
    /// Where it was taken from.
    pub source_name: &'a str,
    /// Address of that source.
    pub source_url: &'a str,
}

/// Writes an edited creation.
///
/// # Errors
/// Where the database fails.
pub async fn edit(tx: &mut Tx, id: CreationId, edited: &Edited<'_>, now: DateTime<Utc>) -> Result<()> {
    const ROW: &str = "update creation set title = $2, slug = $3, synopsis = $4, attributes = $5, source_name = $6,
        source_url = $7, changed_at = $8 where id = $1";
    const TEXT: &str = "update creation_text set body_format = $2, body = $3 where creation_id = $1";
    execute!(
        tx,
        sqlx::query(ROW)
            .bind(id)
            .bind(edited.title)
            .bind(edited.slug)
            .bind(edited.synopsis)
            .bind(edited.attributes)
            .bind(edited.source_name)
            .bind(edited.source_url)
            .bind(now)
    )?;
    execute!(tx, sqlx::query(TEXT).bind(id).bind(edited.body.format).bind(&edited.body.source))?;
    Ok(())
}

/// Makes a creation public; the first time is kept.
///
/// # Errors
/// Where the database fails.
pub async fn publish(tx: &mut Tx, id: CreationId, at: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "update creation set state = 'approved', publish_at = null,
        published_at = coalesce(published_at, $2), changed_at = case when published_at is null then $2 else changed_at end
        where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(at))?;
    Ok(())
}

/// Moves a creation to another state.
///
/// # Errors
/// A word that is no state.
pub async fn set_state(tx: &mut Tx, id: CreationId, state: &str) -> Result<()> {
    const SQL: &str = "update creation set state = $2, publish_at = null where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(state))?;
    Ok(())
}

/// Says when a creation is to be published, or that it is not.
///
/// # Errors
/// Where the database fails.
pub async fn schedule(tx: &mut Tx, id: CreationId, publish_at: Time) -> Result<()> {
    execute!(tx, sqlx::query("update creation set publish_at = $2 where id = $1").bind(id).bind(publish_at))?;
    super::schedule::forget(tx, "creation", id.0).await
}

/// Puts a creation into another section.
///
/// # Errors
/// A number that is taken.
pub async fn set_section(
    tx: &mut Tx,
    id: CreationId,
    section: &str,
    number: i64,
    genre: Option<GenreId>,
    now: DateTime<Utc>,
) -> Result<()> {
    const SQL: &str = "update creation set section = $2, number = $3, genre_id = $4, changed_at = $5 where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(section).bind(number).bind(genre).bind(now))?;
    Ok(())
}

/// Gives a creation a genre, or none.
///
/// # Errors
/// Where the database fails.
pub async fn set_genre(tx: &mut Tx, id: CreationId, genre: Option<GenreId>, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "update creation set genre_id = $2, changed_at = $3 where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(genre).bind(now))?;
    Ok(())
}

/// Gives a creation an author, or none.
///
/// # Errors
/// Where the database fails.
pub async fn set_author(tx: &mut Tx, id: CreationId, author: Option<AuthorId>, now: DateTime<Utc>) -> Result<()> {
    const SQL: &str = "update creation set author_id = $2, changed_at = $3 where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(author).bind(now))?;
    Ok(())
}

/// Deletes a creation with its text, votes and comments; its lists are the caller's business.
///
/// # Errors
/// Where the database fails.
pub async fn delete(tx: &mut Tx, id: CreationId) -> Result<()> {
    if matches!(tx, Tx::Sqlite(_)) {
        places::keep_number(tx, "id/creation", id.0).await?;
        let comments: i64 =
            on_engine!(tx, |conn| sqlx::query_scalar("select coalesce(max(id), 0) from comment").fetch_one(conn))?;
        places::keep_number(tx, "id/comment", comments).await?;
    }
    execute!(tx, sqlx::query("delete from creation where id = $1").bind(id))?;
    Ok(())
}

/// The stars, 0 to 5, of a member's vote on a creation, if there is one.
///
/// # Errors
/// Where the database fails.
pub async fn vote(tx: &mut Tx, id: CreationId, member: MemberId) -> Result<Option<i64>> {
    const SQL: &str = "select stars from vote where creation_id = $1 and member_id = $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(id).bind(member).fetch_optional(conn))
}

/// Casts a vote in place of the former one and moves the sum by the difference. A vote that came with the import stays in
/// the sum and the count that came along, which are the source's alone: so another import can follow them, and the
/// difference that was made here is neither lost nor counted twice.
///
/// # Errors
/// A member or creation that is not there.
pub async fn cast(
    tx: &mut Tx,
    id: CreationId,
    member: MemberId,
    stars: i64,
    former: Option<i64>,
    now: DateTime<Utc>,
) -> Result<()> {
    const VOTE: &str = "insert into vote (creation_id, member_id, stars, cast_at) values ($1, $2, $3, $4)
        on conflict (creation_id, member_id) do update set stars = excluded.stars, cast_at = excluded.cast_at,
            corrected = true";
    const HERE: &str = "update creation set rating_sum = rating_sum + $2, rating_count = rating_count + $3
        where id = $1";
    execute!(tx, sqlx::query(VOTE).bind(id).bind(member).bind(stars).bind(now))?;
    let (stars_more, votes_more) = former.map_or((stars, 1), |former| (stars - former, 0));
    execute!(tx, sqlx::query(HERE).bind(id).bind(stars_more).bind(votes_more))?;
    Ok(())
}

/// A genre by its row.
///
/// # Errors
/// Where the database fails.
pub async fn genre(tx: &mut Tx, id: GenreId) -> Result<Option<Genre>> {
    const SQL: &str = "select id, section, slug, name from genre where id = $1";
    on_engine!(tx, |conn| sqlx::query_as(SQL).bind(id).fetch_optional(conn))
}

/// Adds a genre; `None` where the section has one of the same slug.
///
/// # Errors
/// Where the database fails.
pub async fn add_genre(tx: &mut Tx, section: &str, slug: &str, name: &str) -> Result<Option<GenreId>> {
    const SQL: &str = "insert into genre (section, slug, name) values ($1, $2, $3)
        on conflict (section, slug) do nothing returning id";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(section).bind(slug).bind(name).fetch_optional(conn))
}

/// The genre of a section by its part of addresses.
///
/// # Errors
/// Where the database fails.
pub async fn genre_of_slug(tx: &mut Tx, section: &str, slug: &str) -> Result<Option<GenreId>> {
    const SQL: &str = "select id from genre where section = $1 and slug = $2";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(section).bind(slug).fetch_optional(conn))
}

/// The name of the genre that a creation without one was imported with; `None` where there is nothing to settle.
///
/// # Errors
/// Where the database fails.
pub async fn wanted_genre(tx: &mut Tx, id: CreationId) -> Result<Option<String>> {
    const SQL: &str = "select genre_wanted from creation where id = $1 and genre_id is null and genre_wanted <> ''";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(id).fetch_optional(conn))
}

/// Gives a creation the genre that it was imported with.
///
/// # Errors
/// Where the database fails.
pub async fn settle_genre(tx: &mut Tx, id: CreationId, genre: Option<GenreId>) -> Result<()> {
    const SQL: &str = "update creation set genre_id = $2, genre_wanted = '' where id = $1";
    execute!(tx, sqlx::query(SQL).bind(id).bind(genre))?;
    Ok(())
}

/// Whether there is such an author.
///
/// # Errors
/// Where the database fails.
pub async fn is_author(tx: &mut Tx, id: AuthorId) -> Result<bool> {
    const SQL: &str = "select exists (select 1 from author where id = $1)";
    on_engine!(tx, |conn| sqlx::query_scalar(SQL).bind(id).fetch_one(conn))
}

/// The author that a member is, made at the first asking; says whether it was made now.
///
/// # Errors
/// A member who is not there.
pub async fn author_of(tx: &mut Tx, member: MemberId) -> Result<AuthorId> {
    const THERE: &str = "select id from author where member_id = $1";
    const ADD: &str = "insert into author (kind, member_id) values ($2, $1) on conflict (member_id) do nothing";
    let there = on_engine!(tx, |conn| sqlx::query_scalar(THERE).bind(member).fetch_optional(conn))?;
    if let Some(id) = there {
        return Ok(id);
    }
    // Another change may have added it in between; then there is one as well.
    execute!(tx, sqlx::query(ADD).bind(member).bind(AuthorKind::Member))?;
    on_engine!(tx, |conn| sqlx::query_scalar(THERE).bind(member).fetch_one(conn))
}
