//! A creation's own page and the archive pages of its discussion.

use serde::Serialize;

use crate::db::lists::Items;
use crate::model::{CommentOn, CreationId, CreationText, Summary, Text, TextFormat};
use crate::page::{Page, Part};
use crate::site::section::Section;
use crate::text::TEXT_PREFIX;
use crate::text::markdown::safe_url;
use crate::text::plain::plain;

use super::attributes::{self, Attribute, File};
use super::head::Head;
use super::parts::{AuthorLink, Comment, Html, Image, Link, Moment, Pager, Rating, pager, rating, title};
use super::{Context, Fault, View, view};

#[derive(Serialize)]
struct CreationView {
    head: Head,
    section: Link,
    kind: String,
    id: i64,
    title: String,
    number: i64,
    author: Option<AuthorLink>,
    published: Option<Moment>,
    rating: Option<Rating>,
    genre: Option<Link>,
    synopsis: String,
    image: Option<Image>,
    file: Option<File>,
    attributes: Vec<Attribute>,
    passages: Vec<Attribute>,
    body_label: Option<String>,
    body: Option<Html>,
    source: Option<Source>,
    previous: Option<Link>,
    next: Option<Link>,
    discussion: Discussion,
}

/// Where a text was taken from.
#[derive(Serialize)]
struct Source {
    name: String,
    url: Option<String>,
}

#[derive(Serialize)]
struct Discussion {
    comments: Vec<Comment>,
    total: i64,
    older: Option<String>,
}

#[derive(Serialize)]
struct DiscussionView {
    head: Head,
    creation: Link,
    section: Link,
    comments: Vec<Comment>,
    pager: Pager,
}

/// A creation with its newest comments.
pub(super) fn creation(
    cx: &Context<'_>,
    page: &Page,
    id: CreationId,
    older: Option<i64>,
    newer: Option<i64>,
    comments: &Items,
) -> Result<View, Fault> {
    let (summary, section) = row(cx, page, id)?;
    let text = cx.rows.texts.get(&id).ok_or_else(|| missing(page))?;
    let kind = cx.site.kind(section);
    let title = title(summary);
    let attributes = attributes::read(cx, summary, kind, text.body.format, &title)?;
    let author = cx.author_link(summary.author_id);
    let path = cx.creation_path(summary);
    let body = &text.body;
    let has_body = !body.source.trim().is_empty();
    let neighbour = |id: Option<i64>| cx.rows.summaries.get(&id?).map(|summary| cx.creation_link(summary));
    let section_link = cx.section_link(&section.key);

    let mut head = cx
        .head(&path, title.clone(), &description(cx, summary, section, body, author.as_ref()))
        .below(section_link.clone())
        .in_menu(&section_link.url);
    head.og_type = "article";
    head.image = attributes.image.clone().map(|image| absolute(cx, image));

    let size = cx.site.config.page_sizes.discussion;
    let discussion_pager = pager(comments.issued, size, Part::Head, |part| discussion_path(cx, summary, part));
    let context = CreationView {
        section: section_link,
        kind: section.kind.clone(),
        id: summary.id.0,
        number: summary.number,
        published: cx.moment(summary.published_at),
        rating: kind.rated.then(|| rating(summary.rating_sum, summary.rating_count, summary.winner)),
        genre: genre_link(cx, summary),
        synopsis: summary.synopsis.trim().to_owned(),
        image: attributes.image,
        file: attributes.file,
        attributes: attributes.facts,
        passages: attributes.passages,
        body_label: kind.body.clone(),
        body: has_body.then(|| cx.html(body, body_heading_level(kind.body.as_ref()), TEXT_PREFIX)),
        source: source(text),
        previous: neighbour(older),
        next: neighbour(newer),
        discussion: Discussion {
            comments: cx.comments(comments, size, &cx.rows.comments, |part| discussion_path(cx, summary, part)),
            total: summary.comment_count,
            older: discussion_pager.older,
        },
        head,
        title,
        author,
    };
    Ok(view(path, context))
}

/// An archive page of a discussion.
pub(super) fn discussion(cx: &Context<'_>, page: &Page, id: CreationId, comments: &Items) -> Result<View, Fault> {
    let Page::Discussion { archive, .. } = page else { return Err(missing(page)) };
    let (summary, section) = row(cx, page, id)?;
    let part = Part::Archive(*archive);
    let path = discussion_path(cx, summary, part);
    let creation = cx.creation_link(summary);
    let section = cx.section_link(&section.key);
    let size = cx.site.config.page_sizes.discussion;
    let shown = cx.comments(comments, size, &cx.rows.comments, |part| discussion_path(cx, summary, part));
    let name = cx.t("discussion-title", &[("creation", &creation.title)]);
    let head = cx.head(&path, name, "").below(section.clone()).in_menu(&section.url).part(
        cx,
        part,
        creation.url.clone(),
        shown.is_empty(),
    );
    let pager = pager(comments.issued, size, part, |part| discussion_path(cx, summary, part));
    Ok(view(path, DiscussionView { head, creation, section, comments: shown, pager }))
}

/// A link to a genre's page.
pub(super) fn genre_link(cx: &Context<'_>, summary: &Summary) -> Option<Link> {
    let genre = cx.rows.genre(summary.genre_id?)?;
    let page = Page::Genre { section: genre.section.clone(), genre: genre.slug.clone(), part: Part::Head };
    Some(Link { title: genre.name.clone(), url: cx.path(&page) })
}

/// The head of a discussion is the creation's own page.
pub(super) fn discussion_path(cx: &Context<'_>, summary: &Summary, part: Part) -> String {
    match part {
        Part::Head => cx.creation_path(summary),
        Part::Archive(archive) => {
            let page = Page::Discussion { section: summary.section.clone(), number: summary.number, archive };
            cx.site.path(&page, &cx.creation_slug(summary))
        }
    }
}

/// The page where a comment will always be found.
pub(super) fn comment_page(cx: &Context<'_>, summary: &Summary, on: &CommentOn) -> String {
    discussion_path(cx, summary, Part::permanent(on.ordinal, on.issued, cx.site.config.page_sizes.discussion))
}

fn row<'a>(cx: &'a Context<'_>, page: &Page, id: CreationId) -> Result<(&'a Summary, &'a Section), Fault> {
    let summary = cx.rows.summaries.get(&id.0).ok_or_else(|| missing(page))?;
    let section = cx.site.section(&summary.section).ok_or_else(|| {
        Fault(format!(
            "creation {} is in section `{}`, but there is no content/sections/{}.toml",
            summary.number, summary.section, summary.section
        ))
    })?;
    Ok((summary, section))
}

fn missing(page: &Page) -> Fault {
    Fault(format!("{page}: its row is gone since the batch began"))
}

/// A body below its own label begins one level lower.
fn body_heading_level(label: Option<&String>) -> usize {
    if label.is_some() { 2 } else { 1 }
}

fn source(text: &CreationText) -> Option<Source> {
    let name = text.source_name.trim();
    let url = safe_url(&text.source_url).filter(|url| url.contains("://")).map(str::to_owned);
    match (name, url) {
        ("", None) => None,
        ("", Some(url)) => Some(Source { name: url.clone(), url: Some(url) }),
        (name, url) => Some(Source { name: name.to_owned(), url }),
    }
}

fn description(
    cx: &Context<'_>,
    summary: &Summary,
    section: &Section,
    body: &Text,
    author: Option<&AuthorLink>,
) -> String {
    let synopsis = summary.synopsis.trim();
    if !synopsis.is_empty() {
        return synopsis.to_owned();
    }
    let words = plain(body, 160);
    if words.chars().count() >= 40 || body.format == TextFormat::Html && !words.is_empty() {
        return words;
    }
    let unknown = cx.t("author-unknown", &[]);
    let author = author.map_or(unknown.as_str(), |author| &author.name);
    cx.t("creation-description", &[("title", &title(summary)), ("section", &section.name), ("author", author)])
}

fn absolute(cx: &Context<'_>, image: Image) -> Image {
    if image.url.starts_with('/') { Image { url: cx.site.absolute(&image.url), ..image } } else { image }
}
