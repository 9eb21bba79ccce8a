//! After a deploy: which pages the files affect that have changed, and marking these. What it does not know to be
//! narrower is everything.
//!
//! The dependencies are those of the new files alone, and that suffices: a template whose references have changed has
//! changed itself, so whatever it reached is reached through it.

use std::collections::BTreeSet;
use std::fmt;

use crate::db::{self, Tx};
use crate::page::{PRIORITY_BULK, PRIORITY_LIST, Page, Sitemap};
use crate::site::Site;
use crate::text::counted;
use crate::view::template::{shows_kind, template};

use super::generation::{Change, Difference, LAYOUT, Parts};
use super::{Builder, Error, everything, while_doing};

/// Keys read at a time: some hundred kilobytes.
const KEYS: i64 = 5_000;

/// What was marked for a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// What has changed; `None` where nothing is known of the release before.
    pub change: Option<Change>,
    /// How many pages it affects.
    pub pages: u64,
    /// Whether that is all there are.
    pub all: bool,
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.change {
            Some(change) => write!(f, "{change}: ")?,
            None => f.write_str("nothing is known of the files before: ")?,
        }
        let all = if self.all { "all " } else { "" };
        write!(f, "{all}{} marked", counted(self.pages, "page"))
    }
}

/// So many changes are said one by one.
const LINES_MAX: usize = 20;

/// What is said of them to an operator.
pub fn lines(marked: &[Marked]) -> impl Iterator<Item = String> {
    let rest = marked.len().saturating_sub(LINES_MAX);
    let more = (rest > 0).then(|| format!("and {rest} more files"));
    marked.iter().take(LINES_MAX).map(Marked::to_string).chain(more)
}

/// What a change affects.
enum Reach<'a> {
    Everything,
    /// Pages that are rendered by these templates.
    Templates(BTreeSet<&'a str>),
    /// Pages that show creations of this kind.
    Kind(&'a str),
    /// Very few pages; some of them may be new.
    Pages(Vec<Page>),
}

impl<'a> Reach<'a> {
    fn of(change: &'a Change, builder: &'a Builder) -> Reach<'a> {
        let references = &builder.renderer.references;
        let Some((folder, name)) = change.part.split_once('/') else { return Reach::Everything };
        match folder {
            "templates" => Reach::Templates(references.reached_by_template(name)),
            "static" => Reach::Templates(references.reached_by_asset(name)),
            "content" => {
                if let Some(kind) = within(name, "kinds/", ".toml") {
                    return Reach::Kind(kind);
                }
                let Some(slug) = within(name, "pages/", ".md") else { return Reach::Everything };
                let mut pages = vec![Page::Content(slug.to_owned())];
                if change.difference != Difference::Changed {
                    pages.push(Page::Sitemap(Sitemap::Pages));
                }
                Reach::Pages(pages)
            }
            _ => Reach::Everything,
        }
    }

    /// Whether it reaches a page that is there already.
    fn includes(&self, site: &Site, page: &Page) -> bool {
        match self {
            Reach::Everything => true,
            Reach::Templates(templates) => templates.contains(template(site, page)),
            Reach::Kind(kind) => shows_kind(site, page, kind),
            Reach::Pages(pages) => pages.contains(page),
        }
    }
}

fn within<'a>(name: &'a str, before: &str, after: &str) -> Option<&'a str> {
    name.strip_prefix(before)?.strip_suffix(after).filter(|name| !name.contains('/'))
}

/// Marks what differs from the former generation; says for what, and how much. The caller has locked alone.
///
/// # Errors
/// More pages would fall out than the site allows at once; or the database fails.
pub(super) async fn mark(
    tx: &mut Tx,
    builder: &Builder,
    former: &Parts,
    allow_deletions: bool,
) -> Result<Vec<Marked>, Error> {
    let doing = while_doing("marking what a deploy has changed");
    let changes = builder.parts.changes_since(former);
    let reaches: Vec<Reach> = changes.iter().map(|change| Reach::of(change, builder)).collect();
    let is_everything = |reach: &Reach| matches!(reach, Reach::Everything);
    if former.is_empty() || reaches.iter().any(is_everything) {
        everything::mark(tx, &builder.site, allow_deletions).await?;
        let pages = db::stale::count(tx).await.map_err(&doing)?.unsigned_abs();
        let mut reasons: Vec<Change> =
            changes.iter().zip(&reaches).filter(|(_, reach)| is_everything(reach)).map(|it| it.0.clone()).collect();
        // It follows from the others, where there are others.
        if reasons.iter().any(|change| change.part != LAYOUT) {
            reasons.retain(|change| change.part != LAYOUT);
        }
        let reasons = if former.is_empty() { vec![None] } else { reasons.into_iter().map(Some).collect() };
        return Ok(reasons.into_iter().map(|change| Marked { change, pages, all: true }).collect());
    }
    let gone = changes
        .iter()
        .zip(&reaches)
        .filter(|(change, reach)| change.difference == Difference::Gone && matches!(reach, Reach::Pages(_)));
    everything::guard(tx, &builder.site, gone.count() as i64, allow_deletions).await?;
    // A builder of the former generation may be rendering a page right now that has no record yet.
    db::claims::renew_claimed(tx).await.map_err(&doing)?;
    let counts = mark_reached(tx, &builder.site, &reaches).await.map_err(&doing)?;
    let marked = changes.into_iter().zip(counts);
    Ok(marked.map(|(change, pages)| Marked { change: Some(change), pages, all: false }).collect())
}

/// Marks the pages that any of these reaches; says how many each does.
async fn mark_reached(tx: &mut Tx, site: &Site, reaches: &[Reach<'_>]) -> db::Result<Vec<u64>> {
    let mut counts = vec![0; reaches.len()];
    // These may have no record yet.
    let mut named: BTreeSet<&Page> = BTreeSet::new();
    for (reach, count) in reaches.iter().zip(&mut counts) {
        if let Reach::Pages(pages) = reach {
            *count = pages.len() as u64;
            named.extend(pages);
        }
    }
    let named: Vec<Page> = named.into_iter().cloned().collect();
    db::stale::mark(tx, &named, PRIORITY_BULK).await?;
    let wide: Vec<usize> = (0..reaches.len()).filter(|at| !matches!(reaches[*at], Reach::Pages(_))).collect();
    if wide.is_empty() {
        return Ok(counts);
    }
    let mut after = String::new();
    loop {
        let keys = db::records::keys_after(tx, &after, KEYS).await?;
        let Some(last) = keys.last() else { return Ok(counts) };
        after.clone_from(last);
        let mut marks = Vec::new();
        for key in keys {
            let Ok(page) = key.parse::<Page>() else {
                // Of another release: it is for the builder to find out what it is now.
                marks.push((key, PRIORITY_LIST + PRIORITY_BULK));
                continue;
            };
            let mut is_reached = false;
            for at in wide.iter().filter(|at| reaches[**at].includes(site, &page)) {
                counts[*at] += 1;
                is_reached = true;
            }
            if is_reached {
                marks.push((key, page.priority() + PRIORITY_BULK));
            }
        }
        db::stale::mark_keys(tx, marks).await?;
    }
}
