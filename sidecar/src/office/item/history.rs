//! What a thing was: every text that another one replaced, and what is different.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use generator::db::editing::{self, Former};
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};
use similar::{Algorithm, ChangeTag, TextDiff};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Query;
use crate::office::desk::{Desk, Realm};

use super::Item;
use super::fields::{Field, values};
use super::loaded::load;

/// Versions that are shown.
const VERSIONS: i64 = 100;
/// How long a difference is looked for; beyond it, it is a coarser one.
const DIFF_TIME: Duration = Duration::from_millis(200);
/// Lines that are the same are shown up to so many beside each difference.
const CONTEXT_LINES: usize = 2;

/// Which change.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The row of what was replaced; the latest without it.
    version: Option<i64>,
}

#[derive(Serialize)]
struct HistoryView {
    item_url: Option<String>,
    versions: Vec<VersionView>,
    differences: Vec<Difference>,
    is_deleted: bool,
}

#[derive(Serialize)]
struct VersionView {
    url: String,
    replaced: Moment,
    nick: String,
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

/// The versions of a thing, and what one change changed.
pub async fn show(State(app): State<Arc<App>>, desk: Desk, item: Item, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let loaded = load(&mut tx, &site, &item).await?;
    // What is gone has no section any more that could say whose business it was.
    let realm = loaded.as_ref().map_or(Realm::Site, |loaded| loaded.realm.clone());
    desk.permit(&realm)?;
    let former = editing::former(&mut tx, item.kind.word(), &item.key, VERSIONS).await?;
    drop(tx);
    if loaded.is_none() && former.is_empty() {
        return Err(Fault::NotFound.into());
    }
    let at = asked.version.map_or(Some(0), |id| former.iter().position(|version| version.id == id));
    let at = at.ok_or(Fault::NotFound)?;
    let fields = loaded.as_ref().map(|loaded| loaded.fields.clone()).unwrap_or_default();
    let now = loaded.as_ref().map(|loaded| values(&loaded.fields, loaded.format)).unwrap_or_default();
    let differences = match former.get(at) {
        None => Vec::new(),
        Some(before) => {
            let before = read(before);
            let after = at.checked_sub(1).and_then(|at| former.get(at)).map_or(now, read);
            let diff = move || differences(&fields, &before, &after);
            tokio::task::spawn_blocking(diff).await.map_err(|error| Fault::Internal(error.to_string()))?
        }
    };
    let url = item.history_url(&site);
    let versions = former
        .iter()
        .enumerate()
        .map(|(nth, version)| VersionView {
            url: format!("{url}?version={}", version.id),
            replaced: moment(&site, version.replaced_at),
            nick: version.nick.clone(),
            is_shown: nth == at,
        })
        .collect();
    let title = loaded.as_ref().map_or(String::new(), |loaded| loaded.title.clone());
    let title = site.locale.text("office-history-of", &[("title", title.into())]);
    let view = HistoryView {
        item_url: loaded.is_some().then(|| item.url(&site)),
        is_deleted: loaded.is_none() || loaded.is_some_and(|loaded| loaded.state == "deleted"),
        versions,
        differences,
    };
    Ok(crate::office::page(&app, &desk, "history", &url, &title, view))
}

fn read(version: &Former) -> BTreeMap<String, String> {
    serde_json::from_str(&version.fields).unwrap_or_default()
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
