//! The home page and what's new.

use serde::Serialize;

use crate::db::lists::Items;
use crate::model::{CommentOn, Text, TextFormat};
use crate::page::Page;

use super::creation::comment_page;
use super::head::Head;
use super::messages::{NewsItem, news_items};
use super::parts::{Comment, Html, Link};
use super::sections::{CreationItem, items, items_with_excerpts};
use super::{Context, View, view};

#[derive(Serialize)]
struct HomeView {
    head: Head,
    intro: Option<Html>,
    news: Vec<NewsItem>,
    creations: Vec<CreationItem>,
}

#[derive(Serialize)]
struct NewestComment {
    creation: Link,
    comment: Comment,
}

#[derive(Serialize)]
struct NewestView {
    head: Head,
    creations: Vec<CreationItem>,
    comments: Vec<NewestComment>,
}

/// The home page.
pub(super) fn home(cx: &Context<'_>, news: &Items, creations: &Items) -> View {
    let path = cx.path(&Page::Home);
    let config = &cx.site.config;
    let mut head = cx.head(&path, config.title.clone(), &config.description).in_menu(&path);
    head.is_home = true;
    head.breadcrumbs.clear();
    let intro = config
        .intro
        .as_ref()
        .map(|intro| cx.html(&Text { source: intro.clone(), format: TextFormat::Markdown }, 1, "intro-"));
    let context = HomeView { head, intro, news: news_items(cx, news), creations: items_with_excerpts(cx, creations) };
    view(path, context)
}

/// The latest creations and comments, by count: no clock decides what is new.
pub(super) fn newest(cx: &Context<'_>, creations: &Items, comments: &[CommentOn]) -> View {
    let path = cx.path(&Page::Newest);
    let head = cx.head(&path, cx.t("newest-title", &[]), &cx.t("newest-description", &[])).in_menu(&path);
    let comments = comments
        .iter()
        .filter_map(|on| {
            let summary = cx.rows.summaries.get(&on.creation_id.0)?;
            let page = comment_page(cx, summary, on);
            Some(NewestComment { creation: cx.creation_link(summary), comment: cx.comment(&on.comment, &page) })
        })
        .collect();
    view(path, NewestView { head, creations: items(cx, creations), comments })
}
