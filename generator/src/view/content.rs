//! Pages of running text: the editors', those of content/pages, charters, credits; and the pages that
//! lead elsewhere or nowhere.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::{EditorsPage, Text, TextFormat};
use crate::page::{Page, Part};
use crate::text::TEXT_PREFIX;
use crate::text::plain;

use super::creation::discussion_path;
use super::head::Head;
use super::parts::{Html, Link, MemberLink};
use super::{Context, View, view};

#[derive(Serialize)]
struct ContentView {
    head: Head,
    title: String,
    body: Html,
}

#[derive(Serialize)]
struct CharterView {
    head: Head,
    section: Link,
    body: Html,
}

#[derive(Serialize)]
struct CreditsGroup {
    title: String,
    text: Option<Html>,
    members: Vec<MemberLink>,
}

#[derive(Serialize)]
struct CreditsView {
    head: Head,
    groups: Vec<CreditsGroup>,
}

#[derive(Serialize)]
struct HeadOnly {
    head: Head,
}

#[derive(Serialize)]
struct RedirectView {
    target: String,
    canonical: String,
}

#[derive(Serialize)]
struct RobotsView {
    sitemap: String,
    barred: Vec<String>,
    disallow: Vec<String>,
}

/// A page of the editors, or a section's charter.
pub(super) fn editors_page(cx: &Context<'_>, page: &Page, text: &EditorsPage) -> View {
    let path = cx.path(page);
    let body = cx.html(&text.body, 1, TEXT_PREFIX);
    let description = match text.description.trim() {
        "" => plain::plain(&text.body, 160),
        description => description.to_owned(),
    };
    match page {
        Page::Charter(section) => {
            let section = cx.section_link(section);
            let title = cx.t("charter-title", &[("section", &section.title)]);
            let head = cx.head(&path, title, &description).below(section.clone()).in_menu(&section.url);
            view(path, CharterView { head, section, body })
        }
        _ => {
            let title = text.title.clone();
            let head = cx.head(&path, title.clone(), &description).in_menu(&path);
            view(path, ContentView { head, title, body })
        }
    }
}

/// A page that configuration alone makes.
pub(super) fn plain_page(cx: &Context<'_>, slug: &str) -> Option<View> {
    let page = cx.site.pages.get(slug)?;
    let text = EditorsPage {
        title: page.title.clone(),
        description: page.description.clone(),
        body: Text { source: page.body.clone(), format: TextFormat::Markdown },
    };
    Some(editors_page(cx, &Page::Content(slug.to_owned()), &text))
}

/// A page without anything from the database.
pub(super) fn plain(cx: &Context<'_>, page: &Page) -> View {
    let path = cx.path(page);
    match page {
        Page::Content(slug) if let Some(view) = plain_page(cx, slug) => view,
        Page::Robots => {
            let sitemap = cx.site.absolute(&cx.path(&Page::SitemapIndex));
            // The first words alone: what is below one of them is the sidecar's as well.
            let rooms: BTreeSet<&str> = cx.site.rooms().collect();
            let is_within = |room: &str| {
                rooms.iter().any(|other| room.strip_prefix(other).is_some_and(|rest| rest.starts_with('/')))
            };
            let disallow = rooms.iter().filter(|room| !is_within(room)).map(|room| format!("/{room}/")).collect();
            view(path, RobotsView { sitemap, barred: cx.site.config.robots_barred.clone(), disallow })
        }
        _ => {
            let mut head = cx.head(&path, cx.t("not-found-title", &[]), "");
            head.noindex = true;
            view(path, HeadOnly { head })
        }
    }
}

/// Who made the site.
pub(super) fn credits(cx: &Context<'_>) -> View {
    let path = cx.path(&Page::Credits);
    let head = cx.head(&path, cx.t("credits-title", &[]), &cx.t("credits-description", &[])).in_menu(&path);
    let groups = cx
        .site
        .config
        .credits
        .iter()
        .enumerate()
        .map(|(index, group)| CreditsGroup {
            title: group.title.clone(),
            text: cx.optional_html(group.text.as_deref().unwrap_or(""), TextFormat::Markdown, 2, &format!("s{index}-")),
            members: group
                .members
                .iter()
                .map(|nick| match cx.rows.bylines.get(nick) {
                    Some(byline) => cx.member_link(byline),
                    None => MemberLink { nick: nick.clone(), url: None, level: None, icon: None },
                })
                .collect(),
        })
        .collect();
    view(path, CreditsView { head, groups })
}

/// An old path that leads to a page; `None` where that page is not there.
pub(super) fn redirect(cx: &Context<'_>, page: &Page, target: &Page, creation: Option<i64>) -> Option<View> {
    let url = match (target, creation) {
        (Page::Creation { .. }, creation) => cx.creation_path(cx.rows.summaries.get(&creation?)?),
        (Page::Author { id, part }, _) => cx.author_path(cx.rows.authors.get(id)?, *part),
        (Page::Member(id), _) => cx.member_path(*id, &cx.rows.profiles.get(id)?.nick),
        (Page::Discussion { archive, .. }, creation) => {
            discussion_path(cx, cx.rows.summaries.get(&creation?)?, Part::Archive(*archive))
        }
        (Page::Redirect(_), _) => return None,
        (page, _) => cx.path(page),
    };
    let path = cx.path(page);
    if url == path {
        return None;
    }
    let canonical = cx.site.absolute(&url);
    let mut view = view(path, RedirectView { target: url, canonical: canonical.clone() });
    view.redirect = Some(canonical);
    Some(view)
}
