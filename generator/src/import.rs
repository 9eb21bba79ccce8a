//! Moving in: a Graveyard database becomes ours.
//!
//! Tables come over one after the other, those first that others refer to: [`run`] is the way of each, [`mod@write`] its
//! end, the files named by subject say what becomes of a row. Then what follows from rows as a whole is made: ordinals,
//! counts, marks ([`finish`]), and old password hashes are wrapped ([`passwords`]). Each batch is one transaction; an
//! import that was interrupted is run again and goes on, one that has nothing to do changes nothing.

mod addresses;
pub mod body;
mod circumstances;
mod community;
mod context;
mod creations;
pub mod encoding;
mod finish;
mod genres;
mod gifts;
mod gone;
mod here;
mod kinds;
mod known_as;
mod letters;
mod mail;
mod old_password;
mod old_paths;
mod older;
pub mod passwords;
mod people;
mod places;
mod prepare;
pub mod progress;
mod reader;
mod registrations;
mod renamed;
pub mod report;
mod row;
mod run;
pub mod source;
pub mod tables;
mod tavern;
pub mod times;
mod waiting_files;
mod write;

use std::io::Write;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::db::{Db, import_lock};
use crate::publish::searchable::{self, Beside};
use crate::site::Site;
use crate::text::counted;

use self::context::Known;
use self::prepare::Hosts;
use self::progress::Progress;
use self::report::Report;
use self::run::Run;
use self::source::Source;
use self::times::Times;

/// Django's accounts, which members' rows are read along with.
const ACCOUNTS: &str = "auth_user";

/// What stops an import; what was committed until then stays, and running it again goes on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The source fails.
    #[error(transparent)]
    Source(#[from] source::Error),
    /// The database fails.
    #[error("the database fails while table {table} is written: {source}")]
    Database {
        /// The source's table, or ours.
        table: &'static str,
        /// Why.
        source: sqlx::Error,
    },
    /// The report's file cannot be written.
    #[error("cannot write the report: {0}")]
    Report(std::io::Error),
    /// Two at once.
    #[error(
        "another import is writing into this database; wait until it is through, or end it, and import again: it goes on \
        where that one stopped"
    )]
    Running,
    /// Last week's dump after this evening's.
    #[error(
        "the source is older than what was imported before: its newest letter and its members' newest visit lie behind; \
        nothing was changed; import a newer one, or add --older-source if this one counts"
    )]
    Older,
    /// No salt, or no thread.
    #[error("cannot hash a password: {0}")]
    Wrap(String),
}

/// What the caller of an import decides.
#[derive(Default)]
pub struct Options {
    /// How the source's times are to be read.
    pub times: Times,
    /// Names of the site and of its uploads in old addresses.
    pub site_hosts: Vec<String>,
    /// See [`Options::site_hosts`].
    pub upload_hosts: Vec<String>,
    /// Where findings go, a line of JSON each.
    pub findings: Option<Box<dyn Write + Send>>,
    /// Leave old hashes for a later run.
    pub without_passwords: bool,
    /// Import also a source that is older than what came over before.
    pub older_source: bool,
    /// Rows of one transaction, where it is not the usual number.
    pub batch_rows: Option<usize>,
}

/// Imports a source. Faults of single rows and tables are in the report; they don't stop it. The report says what was
/// done, also where the import was broken off.
///
/// # Errors
/// Where the source, the database or the report's file fails as a whole; where another import is running.
pub async fn import(
    source: Source,
    db: &Db,
    site: &Arc<Site>,
    options: Options,
    now: DateTime<Utc>,
    progress: Progress,
) -> (Report, Result<(), Error>) {
    let lock = match import_lock::take(db).await {
        Ok(Some(lock)) => lock,
        Ok(None) => return (Report::default(), Err(Error::Running)),
        Err(source) => return (Report::default(), Err(Error::Database { table: "imported_row", source })),
    };
    let mut options = options;
    let mut report = Report::new(options.findings.take());
    let outcome = work(&mut report, source, db, site, options, now, progress).await;
    let ended = report.end().map_err(Error::Report);
    drop(lock);
    (report, outcome.and(ended))
}

async fn work(
    report: &mut Report,
    mut source: Source,
    db: &Db,
    site: &Arc<Site>,
    options: Options,
    now: DateTime<Utc>,
    progress: Progress,
) -> Result<(), Error> {
    let hosts = Hosts { site: options.site_hosts, uploads: options.upload_hosts };
    let cx = prepare::context(&mut source, site, options.times, &hosts).await?;
    let batch_rows = options.batch_rows.unwrap_or(run::BATCH_ROWS).max(1);
    let cx = Known::new(cx);
    let mut run = Run { db, source, cx, report, progress, now, batch_rows };
    if !options.older_source {
        older::refuse(&mut run).await?;
    }
    // Without it sections are called as ever, which must be said.
    run.has(&tables::PAGES);
    prepare::check_sections(&mut run);
    people(&mut run).await?;
    creations(&mut run).await?;
    community(&mut run).await?;
    tavern(&mut run).await?;
    between_members(&mut run).await?;
    let pending = last_of_the_source(&mut run).await;
    // What is left takes minutes and needs no source; all rows are here, so it is done also where the source is gone.
    let Run { source, report, progress, .. } = run;
    source.close().await;
    if finish::is_due(db).await? {
        report.wrote = true;
        // First, since finishing takes away what tells the next run that there is something left to do.
        waiting_files::note(db, site, report).await?;
        finish::finish(db, site, &progress).await?;
    }
    let failed = |source| Error::Database { table: "search_entry", source };
    searchable::catch_up(db, Beside::Nobody).await.map_err(failed)?;
    let pending = pending?;
    if options.without_passwords {
        report.passwords.pending = pending.count();
        return Ok(());
    }
    passwords::wrap_pending(db, pending, report, &progress).await
}

/// Says what is in the source and comes over with no table: accounts of Django's that are no members, and tables that
/// nobody reads.
async fn left_behind(run: &mut Run<'_>) -> Result<(), Error> {
    let (all, alone) = run.source.accounts_alone().await?;
    if all > 0 {
        let counts = run.report.counts(ACCOUNTS);
        counts.read += all;
        let with_members = all - alone.len() as u64;
        if with_members > 0 {
            *counts.skipped.entry("with-their-members").or_default() += with_members;
        }
        for key in alone {
            run.report.skip(ACCOUNTS, &key, "account-without-member").map_err(Error::Report)?;
        }
    }
    let unread = run.source.unread_tables().await?;
    if !unread.is_empty() {
        let each = unread.iter().map(|(name, count)| format!("{name} ({})", counted(count.unsigned_abs(), "row")));
        run.report.notes.push(format!(
            "tables of the source that no import reads, and that stay behind: {}",
            each.collect::<Vec<_>>().join(", ")
        ));
    }
    Ok(())
}

async fn last_of_the_source(run: &mut Run<'_>) -> Result<passwords::Pending, Error> {
    old_paths::leave(run).await?;
    left_behind(run).await?;
    passwords::pending(run).await
}

async fn people(run: &mut Run<'_>) -> Result<(), Error> {
    here::nicks(run).await?;
    here::authors(run).await?;
    known_as::expected(run).await?;
    run.table(people::MEMBERS_JOB).await?;
    here::members(run).await?;
    prepare::first_authors(run).await?;
    run.table(people::AUTHORS_JOB).await?;
    here::authors(run).await?;
    let authors = prepare::works_authors(run).await?;
    run.more_rows(people::WORKS_AUTHORS_JOB, &authors).await?;
    here::authors(run).await?;
    known_as::settled(run).await
}

async fn creations(run: &mut Run<'_>) -> Result<(), Error> {
    let genres = genres::rows(run).await?;
    match tables::CREATIONS.iter().all(|table| run.source.lacks(table).is_none()) {
        true => run.rows(genres::GENRES_JOB, &genres).await?,
        // Those of a table that cannot be read are not gone.
        false => run.more_rows(genres::GENRES_JOB, &genres).await?,
    }
    genres::look(run).await?;
    here::creations(run).await?;
    for table in tables::CREATIONS {
        run.table(creations::job(table)).await?;
    }
    here::creations(run).await?;
    run.table(creations::VOTES_JOB).await?;
    run.table(community::COMMENTS_JOB).await
}

async fn community(run: &mut Run<'_>) -> Result<(), Error> {
    run.table(community::NEWS_JOB).await?;
    run.table(community::FORUM_JOB).await?;
    here::ads(run).await?;
    for job in [
        community::MARKET_JOB,
        community::DATING_JOB,
        community::LINKS_JOB,
        community::EDITORS_ARTICLES_JOB,
        community::CHARTERS_JOB,
    ] {
        run.table(job).await?;
    }
    Ok(())
}

async fn tavern(run: &mut Run<'_>) -> Result<(), Error> {
    run.table(tavern::SECTIONS_JOB).await?;
    run.table(tavern::TABLES_JOB).await?;
    here::tavern_tables(run).await?;
    if run.has(&tables::TAVERN_ACCESS) {
        let rows = run.source.all(&tables::TAVERN_ACCESS).await?;
        let access = tavern::merge_access(&run.cx, &rows);
        // A ban must not be lifted because somebody with a similar nick came.
        run.rows_beside(tavern::ACCESS_JOB, &access.rows, &access.unclear).await?;
        let table = tables::TAVERN_ACCESS.name;
        run.report.counts(table).read += access.merged + access.orphans.len() as u64;
        if access.merged > 0 {
            *run.report.counts(table).skipped.entry("merged").or_default() += access.merged;
        }
        for (key, reason) in access.orphans {
            run.report.skip(table, &key, reason).map_err(Error::Report)?;
        }
    }
    for job in [tavern::BOARDS_JOB, tavern::BOOKMARKS_JOB, tavern::VISITS_JOB, tavern::RELATIONS_JOB, tavern::POSTS_JOB]
    {
        run.table(job).await?;
    }
    Ok(())
}

async fn between_members(run: &mut Run<'_>) -> Result<(), Error> {
    for job in [
        letters::LETTERS_JOB,
        gifts::RUNES_JOB,
        gifts::REPUTATION_JOB,
        gifts::AWARDS_JOB,
        gifts::MENTORSHIPS_JOB,
        gifts::MEMBER_RATINGS_JOB,
        mail::SUBSCRIPTIONS_JOB,
        mail::BLACKLIST_JOB,
        mail::UNSUBSCRIBE_JOB,
        registrations::REGISTRATIONS_JOB,
    ] {
        run.table(job).await?;
    }
    Ok(())
}
