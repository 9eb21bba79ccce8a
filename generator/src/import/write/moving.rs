//! Rows whose key or address changes: where they stood, a redirect leads on; where a page comes to stand, a redirect
//! gives way.

use std::collections::BTreeSet;

use super::super::context::Context;
use super::super::people::MEMBER;
use super::super::run::Job;
use super::Writing;
use super::decide::Fate;
use super::here::{Here, key_from, key_of};
use crate::db::shape::{self, Of, Shape, Value, Values};
use crate::db::{Tx, members, redirects};
use crate::model::AuthorId;
use crate::page::{Page, Part};
use crate::text::slug::slug_or;

/// A page that is somewhere else now.
struct Move {
    from: (Page, String),
    to: (Page, String),
}

/// Gives rows their new keys and leaves redirects; gives the pages that are stale by it, and those of changed rows.
pub(super) async fn move_rows(
    tx: &mut Tx,
    cx: &Context,
    job: &Job,
    here: &Here,
    rows: &[Writing],
) -> sqlx::Result<Vec<Page>> {
    let mut pages = Vec::new();
    let mut keys = Vec::new();
    let mut moves = Vec::new();
    let mut arrived = BTreeSet::new();
    for row in rows {
        let Ok(made) = &row.made else { continue };
        let (shape, values) = &made[0];
        let after = addresses(cx, job, values);
        match (row.fate, &row.before) {
            (Fate::New, _) => arrived.extend(after.into_iter().map(|(path, _)| path)),
            (Fate::Changed { content: true }, Some(before)) => {
                let old_key = key_from(shape, &before.row_key);
                let left = here.row(shape, &old_key).map_or_else(Vec::new, |values| addresses(cx, job, values));
                let new_key = key_of(&made[0]);
                if old_key != new_key {
                    keys.push((*shape, old_key, new_key));
                }
                pages.extend(left.iter().chain(&after).map(|(_, page)| page.clone()));
                for ((old_path, old), (new_path, new)) in left.into_iter().zip(after) {
                    if old_path != new_path {
                        arrived.insert(new_path.clone());
                        moves.push(Move { from: (old, old_path), to: (new, new_path) });
                    }
                }
            }
            _ => {}
        }
    }
    rename(tx, &keys).await?;
    lead_on(tx, cx, &moves, &arrived, &mut pages).await?;
    Ok(pages)
}

/// Lets members who get another nick leave theirs before anybody takes it: each nick is one member's at any time.
pub(super) async fn leave_nicks(tx: &mut Tx, here: &Here, rows: &[Writing]) -> sqlx::Result<()> {
    let leaves = |row: &Writing| {
        let (shape, values) = row.made.as_ref().ok()?.first()?;
        let nick = shape.columns.iter().position(|column| column.name == "nick")?;
        let is_changed = row.fate == Fate::Changed { content: true } && shape.table == MEMBER.table;
        let there = here.row(shape, &key_of(row.made.as_ref().ok()?.first()?)).filter(|_| is_changed)?;
        match (&there[0], there[nick] != values[nick]) {
            (Value::Integer(id), true) => Some(*id),
            _ => None,
        }
    };
    let leaving: Vec<i64> = rows.iter().filter_map(leaves).collect();
    members::leave_nicks(tx, &leaving).await
}

/// The pages whose addresses a row makes, with their paths: its own, and of a member who is an author the author's too.
fn addresses(cx: &Context, job: &Job, values: &Values) -> Vec<(String, Page)> {
    let Some((page, name)) = (job.page)(values) else { return Vec::new() };
    let author = match &page {
        Page::Member(id) => cx.author_of_member.get(&id.0).map(|author| AuthorId(*author)),
        _ => None,
    };
    let author = author.map(|id| Page::Author { id, part: Part::Head });
    std::iter::once(page).chain(author).map(|page| (path(cx, &page, name), page)).collect()
}

/// The path of a page, whose slug is made of a name.
fn path(cx: &Context, page: &Page, name: &str) -> String {
    let words = &cx.site.config.paths;
    let otherwise = match page {
        Page::Creation { .. } => &words.creation_without_slug,
        _ => &words.person_without_slug,
    };
    words.path(page, &slug_or(name, otherwise))
}

/// By way of keys that nobody has: rows may exchange theirs.
async fn rename(tx: &mut Tx, keys: &[(&'static Shape, Vec<Value>, Vec<Value>)]) -> sqlx::Result<()> {
    let nobodys = |at: usize, shape: &Shape| -> Vec<Value> {
        let of = |column: &shape::Column| match column.of {
            Of::Integer => Value::Integer(i64::MIN + at as i64),
            _ => Value::Text(format!("\u{1}{at}")),
        };
        shape.columns[..shape.keys()].iter().map(of).collect()
    };
    for (at, (shape, old, _)) in keys.iter().enumerate() {
        shape::rename(tx, shape, old, &nobodys(at, shape)).await?;
    }
    for (at, (shape, _, new)) in keys.iter().enumerate() {
        shape::rename(tx, shape, &nobodys(at, shape), new).await?;
    }
    Ok(())
}

async fn lead_on(
    tx: &mut Tx,
    cx: &Context,
    moves: &[Move],
    arrived: &BTreeSet<String>,
    pages: &mut Vec<Page>,
) -> sqlx::Result<()> {
    // Redirects that lead to a page under another name follow it, again by way of a name that no page has.
    let renamed: Vec<&Move> = moves.iter().filter(|one| one.from.0 != one.to.0).collect();
    for (at, one) in renamed.iter().enumerate() {
        redirects::repoint(tx, &one.from.0.to_string(), &format!("\u{1}{at}")).await?;
    }
    for (at, one) in renamed.iter().enumerate() {
        redirects::repoint(tx, &format!("\u{1}{at}"), &one.to.0.to_string()).await?;
    }
    let places: Vec<String> = arrived.iter().cloned().collect();
    for path in redirects::by_paths(tx, &places).await?.into_keys() {
        redirects::remove(tx, &path).await?;
        pages.push(Page::Redirect(path));
    }
    for Move { from: (page, path), to } in moves {
        // The site's own files may have a page where an editors' page was.
        let stands = matches!(page, Page::Content(slug) if cx.site.pages.contains_key(slug));
        if !stands && !arrived.contains(path) {
            redirects::put(tx, path, &to.0.to_string()).await?;
            pages.push(Page::Redirect(path.clone()));
        }
    }
    Ok(())
}
