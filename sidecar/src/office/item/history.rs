//! What a thing was: every text that another one replaced, and what is different.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use generator::db::former_texts::{self, Cause, Header};
use generator::db::{Tx, editing};
use generator::model::CreationId;
use generator::site::Site;
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};
use similar::{Algorithm, ChangeTag, TextDiff};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Query;
use crate::office::desk::{Desk, Realm};

use super::fields::Field;
use super::loaded::{Loaded, load};
use super::{Item, Kind, former};

/// Versions that a page lists.
const VERSIONS: usize = 50;
/// How long a difference is looked for; beyond it, it is a coarser one.
const DIFF_TIME: Duration = Duration::from_millis(200);
/// Lines that are the same are shown up to so many beside each difference.
const CONTEXT_LINES: usize = 2;

/// Which change.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The row of what was kept; the latest without it.
    version: Option<i64>,
    /// Versions from before this row.
    before: Option<i64>,
}

#[derive(Serialize)]
struct HistoryView {
    item_url: Option<String>,
    versions: Vec<VersionView>,
    older: Option<String>,
    shown: Option<ShownView>,
    differences: Vec<Difference>,
    is_deleted: bool,
}

/// The version whose difference is shown.
#[derive(Serialize)]
struct ShownView {
    kept: Moment,
    nick: String,
    is_submitted: bool,
    /// To the one before it and the one behind it.
    earlier: Option<String>,
    later: Option<String>,
    /// The form, filled with it.
    restore: Option<String>,
    /// What it says, where nothing is there any more to compare it with.
    texts: Vec<Passage>,
}

/// A text with what it is called.
#[derive(Serialize)]
struct Passage {
    label: String,
    text: String,
}

#[derive(Serialize)]
struct VersionView {
    url: String,
    replaced: Moment,
    nick: String,
    is_submitted: bool,
    is_shown: bool,
}

/// A field that is not what it was.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    label: String,
    lines: Vec<Line>,
}

/// A line of a difference: `same`, `old`, `new` or `gap`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    tag: &'static str,
    text: String,
}

/// The versions of a thing, and what one change changed. Of texts it reads the two that are compared.
pub async fn show(State(app): State<Arc<App>>, desk: Desk, item: Item, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let loaded = load(&mut tx, &site, &item).await?;
    // What is gone has no section any more that could say whose business it was.
    let realm = loaded.as_ref().map_or(Realm::Site, |loaded| loaded.realm.clone());
    desk.permit(&realm)?;
    if loaded.is_none() && is_private(&mut tx, &item).await? {
        return Err(Fault::NotFound.into());
    }
    let (kind, key) = (item.kind.word(), item.key.as_str());
    let before = asked.before.unwrap_or(i64::MAX);
    let mut headers = former_texts::headers(&mut tx, kind, key, before, VERSIONS as i64 + 1).await?;
    if loaded.is_none() && headers.is_empty() {
        return Err(Fault::NotFound.into());
    }
    let has_older = headers.len() > VERSIONS;
    headers.truncate(VERSIONS);
    let shown = match asked.version {
        None => headers.first().cloned(),
        // Perhaps one of another page.
        Some(row) => {
            let found = former_texts::headers(&mut tx, kind, key, row.saturating_add(1), 1).await?;
            Some(found.into_iter().find(|header| header.id == row).ok_or(Fault::NotFound)?)
        }
    };
    let url = item.history_url(&site);
    let query = asked.before.map(|before| format!("&before={before}")).unwrap_or_default();
    let of = |row: i64| format!("{url}?version={row}{query}");
    let (view, differences) = match &shown {
        Some(header) => compared(&mut tx, &site, &item, header, loaded.as_ref(), of).await?,
        None => (None, Vec::new()),
    };
    drop(tx);
    let versions = headers.iter().map(|header| VersionView {
        url: of(header.id),
        replaced: moment(&site, header.replaced_at),
        nick: header.nick.clone(),
        is_submitted: header.cause == Cause::Submitted,
        is_shown: shown.as_ref().is_some_and(|shown| shown.id == header.id),
    });
    let title = loaded.as_ref().map_or(String::new(), |loaded| loaded.title.clone());
    let title = site.locale.text("office-history-of", &[("title", title.into())]);
    let view = HistoryView {
        item_url: loaded.is_some().then(|| item.url(&site)),
        is_deleted: loaded.is_none() || loaded.is_some_and(|loaded| loaded.state == "deleted"),
        versions: versions.collect(),
        older: headers.last().filter(|_| has_older).map(|last| format!("{url}?before={}", last.id)),
        shown: view,
        differences,
    };
    Ok(crate::office::page(&app, &desk, "history", &url, &title, view))
}

/// Whether it is there, but nobody's business but its author's.
async fn is_private(tx: &mut Tx, item: &Item) -> Result<bool> {
    let row = item.row().filter(|_| item.kind == Kind::Creation);
    Ok(match row {
        Some(row) => editing::creation(tx, CreationId(row)).await?.is_some(),
        None => false,
    })
}

/// A version beside the one that came after it.
async fn compared(
    tx: &mut Tx,
    site: &Site,
    item: &Item,
    header: &Header,
    loaded: Option<&Loaded>,
    of: impl Fn(i64) -> String,
) -> Result<(Option<ShownView>, Vec<Difference>)> {
    let (kind, key) = (item.kind.word(), item.key.as_str());
    let before = former::texts(tx, item, header.id).await?.ok_or(Fault::NotFound)?;
    let later = former_texts::next(tx, kind, key, header.id).await?;
    let earlier = former_texts::headers(tx, kind, key, header.id, 1).await?.pop();
    let fields = loaded.map(|loaded| loaded.fields.clone()).unwrap_or_default();
    let after = match later {
        Some(row) => former::texts(tx, item, row).await?,
        None => loaded.map(Loaded::values),
    };
    let is_changeable = |loaded: &Loaded| !matches!(loaded.state.as_str(), "deleted" | "expired");
    let is_same_format = loaded.is_some_and(|loaded| loaded.values().get("format") == before.get("format"));
    let view = ShownView {
        kept: moment(site, header.replaced_at),
        nick: header.nick.clone(),
        is_submitted: header.cause == Cause::Submitted,
        earlier: earlier.map(|header| of(header.id)),
        later: later.map(&of),
        restore: loaded
            .filter(|loaded| is_changeable(loaded) && is_same_format)
            .map(|_| format!("{}?version={}", item.url(site), header.id)),
        texts: match after {
            Some(_) => Vec::new(),
            None => before.iter().map(|(name, text)| passage(site, name, text)).collect(),
        },
    };
    let Some(after) = after else { return Ok((Some(view), Vec::new())) };
    Ok((Some(view), found(fields, before, after).await?))
}

/// A text of what is not there any more, whose form nobody knows.
fn passage(site: &Site, name: &str, text: &str) -> Passage {
    let label = match name {
        "title" => site.locale.text("office-field-title", &[]),
        "synopsis" => site.locale.text("office-field-synopsis", &[]),
        "body" => site.locale.text("office-field-body", &[]),
        name => name.to_owned(),
    };
    Passage { label, text: text.to_owned() }
}

/// As [`differences`], beside whatever else is to be done.
///
/// # Errors
/// A defect in the program.
pub async fn found(
    fields: Vec<Field>,
    before: BTreeMap<String, String>,
    after: BTreeMap<String, String>,
) -> Result<Vec<Difference>> {
    let diff = move || differences(&fields, &before, &after);
    tokio::task::spawn_blocking(diff).await.map_err(|error| Fault::Internal(error.to_string()).into())
}

/// What is different, field by field, in the form's order; fields that the form does not know come last.
pub fn differences(
    fields: &[Field],
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<Difference> {
    let known = fields.iter().map(|field| (field.name.as_str(), field.label.as_str()));
    let others = before.keys().chain(after.keys()).map(String::as_str);
    let others: std::collections::BTreeSet<&str> =
        others.filter(|name| !fields.iter().any(|field| field.name == *name)).collect();
    known
        .chain(others.into_iter().map(|name| (name, name)))
        .filter_map(|(name, label)| {
            let of = |values: &BTreeMap<String, String>| values.get(name).cloned().unwrap_or_default();
            let (old, new) = (of(before), of(after));
            (old != new).then(|| Difference { label: label.to_owned(), lines: lines(&old, &new) })
        })
        .collect()
}

/// The lines of both texts, those that are the same only near a difference.
fn lines(old: &str, new: &str) -> Vec<Line> {
    // A last line without an end is the same line with one.
    let (old, new) = (format!("{old}\n"), format!("{new}\n"));
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).timeout(DIFF_TIME).diff_lines(&old, &new);
    let mut lines = Vec::new();
    for (nth, group) in diff.grouped_ops(CONTEXT_LINES).iter().enumerate() {
        if nth > 0 {
            lines.push(Line { tag: "gap", text: String::new() });
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let tag = match change.tag() {
                ChangeTag::Equal => "same",
                ChangeTag::Delete => "old",
                ChangeTag::Insert => "new",
            };
            lines.push(Line { tag, text: change.value().trim_end_matches('\n').to_owned() });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{differences, lines};

    #[test]
    fn a_difference_is_its_lines_and_what_stands_beside_them() {
        let old = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine";
        let new = "one\ntwo\nthree\nFOUR\nfive\nsix\nseven\neight\nnine\nten";
        let shown: Vec<(&str, String)> = lines(old, new).into_iter().map(|line| (line.tag, line.text)).collect();
        let expected =
            [("same", "two"), ("same", "three"), ("old", "four"), ("new", "FOUR"), ("same", "five"), ("same", "six")];
        assert_eq!(shown[..6].iter().map(|(tag, text)| (*tag, text.as_str())).collect::<Vec<_>>(), expected);
        assert!(shown.contains(&("gap", String::new())) && shown.contains(&("new", "ten".to_owned())), "{shown:?}");
        assert!(!shown.iter().any(|(_, text)| text == "one"));
    }

    #[test]
    fn only_fields_that_differ_are_shown() {
        let values = |title: &str| [("title".to_owned(), title.to_owned()), ("body".to_owned(), "x".to_owned())].into();
        let shown = differences(&[], &values("a"), &values("b"));
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0].label, "title");
        assert!(differences(&[], &values("a"), &values("a")).is_empty());
    }
}
