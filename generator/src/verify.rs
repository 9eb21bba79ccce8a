//! `verify`: renders every page and compares it with its record and with what the target really holds.
//!
//! Nothing is written. A live site changes meanwhile: a page that is marked is no difference, nor is one that somebody
//! has touched between the look at the database and the look at its file. Memory holds one batch, the pages of lists
//! (some megabytes, see ARCHITECTURE) and the differences, up to [`DIFFERENCES_MAX`].

mod missing;
mod pages;
mod surplus;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, Utc};

use crate::build::target::{self, Mismatch};
use crate::build::{self, Builder};
use crate::db;

/// So many differences are kept one by one, and mended at once.
const DIFFERENCES_MAX: usize = 100_000;

/// How one file and the database differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// A page's file is not on the target.
    Missing,
    /// A page's file holds something else than the page.
    Different,
    /// The page has changed, and nobody has marked it.
    Outdated,
    /// A page was never written, and nobody has marked it.
    Unrecorded,
    /// The page belongs to another path by now, and nobody has marked it.
    Moved,
    /// There is a record of something that is no page (any more), and nobody has marked it.
    NoPage,
    /// A file belongs to no page.
    Surplus,
    /// The page cannot be rendered, for this reason; its file is as it was.
    Fault(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Difference::Missing => "missing: the file is not there",
            Difference::Different => "different: the file is not what the page is",
            Difference::Outdated => "outdated: the page has changed since it was written",
            Difference::Unrecorded => "unrecorded: the page was never written",
            Difference::Moved => "moved: the page belongs to another path",
            Difference::NoPage => "gone: there is no such page any more",
            Difference::Surplus => "surplus: the file belongs to no page",
            Difference::Fault(reason) => return write!(f, "faulty: {reason}"),
        })
    }
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Pages looked at.
    pub pages: u64,
    /// Pages that are marked already: the next build writes them.
    pub waiting: u64,
    /// By path.
    pub differences: BTreeMap<String, Found>,
    /// How many more there are than were kept, faults apart.
    pub more: u64,
    /// How many more faults there are than were kept. They stay, however often all is mended.
    pub more_faults: u64,
    kept_max: usize,
    faults_kept: usize,
    mendable_kept: usize,
}

/// A difference with the page that it is about, where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The page's key; a file that belongs to no page has none.
    pub page: Option<String>,
    /// What is wrong.
    pub difference: Difference,
}

impl Findings {
    fn add(&mut self, path: String, page: Option<String>, difference: Difference) {
        // Faults take no room from what can be mended, which the next run would not come to either.
        let (kept, more) = match difference {
            Difference::Fault(_) => (&mut self.faults_kept, &mut self.more_faults),
            _ => (&mut self.mendable_kept, &mut self.more),
        };
        if *kept < self.kept_max {
            *kept += 1;
            self.differences.insert(path, Found { page, difference });
        } else {
            *more += 1;
        }
    }

    /// Pages whose file no builder can make right.
    pub fn faults(&self) -> usize {
        self.differences.values().filter(|found| matches!(found.difference, Difference::Fault(_))).count()
    }
}

/// A site that cannot be verified.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// As for a build: the database, the target or a task fails.
    #[error(transparent)]
    Build(#[from] build::Error),
    /// Nothing was built there.
    #[error("{location} holds no site of this database; run `generator build` first")]
    NotBuilt {
        /// The target.
        location: String,
    },
    /// Something else than a row has changed.
    #[error(
        "the program, its content, templates, static files or settings are not those of the last build, so that any \
        page may differ; run `generator build` first"
    )]
    Generation,
}

impl From<Mismatch> for Error {
    fn from(mismatch: Mismatch) -> Error {
        Error::Build(mismatch.into())
    }
}

/// Compares the whole target with the database.
///
/// # Errors
/// A target that is not this database's, a generation that was not built, a database or target that fails.
pub async fn verify(builder: &Builder) -> Result<Findings, Error> {
    verify_keeping(builder, DIFFERENCES_MAX).await
}

/// As [`verify`], keeping so many differences one by one and counting the others.
///
/// # Errors
/// As [`verify`].
pub async fn verify_keeping(builder: &Builder, kept_max: usize) -> Result<Findings, Error> {
    check_target(builder).await?;
    let mut findings = Findings { kept_max, ..Findings::default() };
    pages::compare(builder, &mut findings).await?;
    missing::find(builder, &mut findings).await?;
    surplus::find(builder, &mut findings).await?;
    Ok(findings)
}

/// Makes sure that the records are about this target and that it was built by what would render it now.
async fn check_target(builder: &Builder) -> Result<(), Error> {
    let doing = build::while_doing("looking whose the target is");
    let location = builder.store.location();
    let mut tx = builder.db.snapshot().await.map_err(&doing)?;
    let known = db::target::current(&mut tx).await.map_err(&doing)?;
    let database = db::target::known_database_id(&mut tx).await.map_err(&doing)?;
    let generation = db::generations::newest(&mut tx).await.map_err(&doing)?;
    let (Some(found), Some(known)) = (target::read(&builder.store).await?, known) else {
        return Err(Error::NotBuilt { location });
    };
    if Some(&found.database) != database.as_ref() {
        return Err(Mismatch::Foreign { location, owner: found.database }.into());
    }
    if found.target != known.id {
        return Err(Error::NotBuilt { location });
    }
    if generation.as_ref() != Some(&builder.generation) {
        return Err(Error::Generation);
    }
    Ok(())
}

/// What was done about the differences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// Pages that were marked, so that the next build writes them.
    pub marked: usize,
    /// Files of no page that were removed.
    pub removed: usize,
    /// Assets that were written.
    pub assets: usize,
}

/// Marks the pages that differ, writes assets, and removes the files that belong to no page. A page that cannot be
/// rendered is left as it is.
///
/// # Errors
/// Where the database or the target fails, or another builder has taken over.
pub async fn mend(builder: &Builder, findings: &Findings, now: DateTime<Utc>) -> Result<Mended, build::Error> {
    let mut pages = Vec::new();
    let mut surplus = Vec::new();
    for (path, found) in &findings.differences {
        match (&found.page, &found.difference) {
            (_, Difference::Fault(_)) => {}
            (Some(page), _) => pages.push(page.clone()),
            (None, Difference::Surplus) => surplus.push((path.clone(), false)),
            (None, _) => {}
        }
    }
    builder.mend(&pages, &surplus, now).await.map(|(assets, removed)| Mended { marked: pages.len(), removed, assets })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_take_no_room_from_what_can_be_mended() {
        let mut findings = Findings { kept_max: 2, ..Findings::default() };
        for nth in 0..4 {
            findings.add(format!("/{nth}/"), None, Difference::Fault("its row makes no sense".to_owned()));
        }
        for nth in 4..7 {
            findings.add(format!("/{nth}/"), None, Difference::Missing);
        }
        let kept: Vec<&str> = findings.differences.keys().map(String::as_str).collect();
        assert_eq!(kept, ["/0/", "/1/", "/4/", "/5/"]);
        assert_eq!((findings.more, findings.more_faults), (1, 2));
    }
}
