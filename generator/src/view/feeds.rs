//! Feeds as files: RSS 2.0 of the forum and of everything, Atom of each section.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::lists::Items;
use crate::model::{Board, CommentOn, Message, Text, Time};
use crate::page::{Page, Part};
use crate::text::moment::{iso, rfc2822};
use crate::text::plain::plain;
use crate::text::{escape_html, excerpt, printable};

use super::ads::{self, group_link, name};
use super::creation::comment_page;
use super::parts::{moment_of, permanent_pages, title};
use super::{Context, View, view};

/// A feed shows so much of a text; the rest is on the page.
const SUMMARY_CHARS_MAX: usize = 400;
/// Atom wants a time of each entry; entries of unknown age get the beginning of the calendar's epoch.
const UNKNOWN: DateTime<Utc> = DateTime::UNIX_EPOCH;

#[derive(Serialize)]
struct RssView {
    title: String,
    description: String,
    url: String,
    self_url: String,
    language: String,
    items: Vec<RssItem>,
}

#[derive(Serialize)]
struct RssItem {
    title: String,
    url: String,
    guid: String,
    description: String,
    published: Option<String>,
    #[serde(skip)]
    time: Time,
}

#[derive(Serialize)]
struct AtomView {
    title: String,
    id: String,
    url: String,
    self_url: String,
    updated: String,
    entries: Vec<AtomEntry>,
}

#[derive(Serialize)]
struct AtomEntry {
    title: String,
    url: String,
    id: String,
    updated: String,
    published: String,
    author: String,
    summary: String,
}

/// The newest forum posts.
pub(super) fn forum(cx: &Context<'_>, items: &Items) -> View {
    let path = cx.path(&Page::ForumFeed);
    let items = posts(cx, items)
        .map(|(post, page)| {
            let mut item = post_item(cx, post, &page);
            if let Some(time) = post.posted_at {
                let date = moment_of(cx.site, time).full;
                let nick = cx.member_link(&post.byline).nick;
                item.title = cx.t("feed-forum-dated", &[("nick", &nick), ("date", &date)]);
            }
            item
        })
        .collect();
    rss(cx, path, "feed-forum-title", "feed-forum-description", &cx.path(&Page::Forum(Part::Head)), items)
}

/// News, creations, forum posts, ads and comments, merged by date.
pub(super) fn everything(
    cx: &Context<'_>,
    news: &Items,
    creations: &Items,
    forum: &Items,
    ads: &[(Board, Items)],
    comments: &[CommentOn],
) -> View {
    let mut items = Vec::new();
    let sizes = &cx.site.config.page_sizes;
    for (id, page) in permanent_pages(news, sizes.news, |part| cx.path(&Page::News(part))) {
        let Some(message) = cx.rows.news.get(&id) else { continue };
        let title = cx.t("feed-news-item", &[("author", &cx.member_link(&message.byline).nick)]);
        let url = format!("{page}#n{}", message.id);
        items.push(item(cx, title, &url, format!("news:{}", message.id), &message.body, message.posted_at));
    }
    items.extend(cx.summaries(creations).filter_map(|summary| {
        let section = cx.site.section(&summary.section)?;
        let author =
            cx.author_link(summary.author_id).map_or_else(|| cx.t("author-unknown", &[]), |author| author.name);
        let args = [("title", title(summary)), ("section", section.name.clone()), ("author", author)];
        let args: Vec<_> = args.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let guid = format!("creation:{}/{}", summary.section, summary.number);
        let title = cx.t("feed-creation-item", &args);
        // A synopsis is plain text already.
        let description = excerpt(&printable(&summary.synopsis), SUMMARY_CHARS_MAX);
        Some(described(cx, title, &cx.creation_path(summary), guid, description, summary.published_at))
    }));
    items.extend(posts(cx, forum).map(|(post, page)| post_item(cx, post, &page)));
    for (board, list) in ads {
        let of_board = |part| cx.path(&Page::Ads { board: *board, group: None, part });
        items.extend(permanent_pages(list, sizes.ads, of_board).filter_map(|(id, page)| {
            let ad = cx.rows.ads.get(&id)?;
            let group = group_link(cx, *board, &ad.group_key)?;
            let message = match board {
                Board::Market => "feed-market-item",
                Board::Dating => "feed-dating-item",
            };
            let title = cx.t(message, &[("name", &name(cx, ad)), ("group", &group.title)]);
            let url = format!("{page}#i{}", ad.number);
            let body = Text { source: ad.body.clone(), format: ad.body_format };
            let words = ads::words(cx, &body, SUMMARY_CHARS_MAX);
            Some(described(cx, title, &url, format!("{}:{}", board.key(), ad.number), words, ad.posted_at))
        }));
    }
    items.extend(comments.iter().filter_map(|on| {
        let summary = cx.rows.summaries.get(&on.creation_id.0)?;
        let nick = cx.member_link(&on.comment.byline).nick;
        let title = cx.t("feed-comment-item", &[("nick", &nick), ("creation", &title(summary))]);
        let url = format!("{}#c{}", comment_page(cx, summary, on), on.comment.id);
        let guid = format!("comment:{}", on.comment.id);
        Some(item(cx, title, &url, guid, &on.comment.body, on.comment.posted_at))
    }));
    items.sort_by(|a, b| (b.time, &a.guid).cmp(&(a.time, &b.guid)));
    let path = cx.path(&Page::EverythingFeed);
    rss(cx, path, "feed-everything-title", "feed-everything-description", &cx.path(&Page::Home), items)
}

/// A section's newest creations.
pub(super) fn section(cx: &Context<'_>, section: &str, items: &Items) -> View {
    let path = cx.path(&Page::SectionFeed(section.to_owned()));
    let link = cx.section_link(section);
    let unknown_author = cx.t("author-unknown", &[]);
    let entries: Vec<AtomEntry> = cx
        .summaries(items)
        .map(|summary| {
            let published = summary.published_at.unwrap_or(UNKNOWN);
            let url = cx.site.absolute(&cx.creation_path(summary));
            AtomEntry {
                title: title(summary),
                // The number never changes, the slug may: the id must not.
                id: format!("{}#{}", cx.site.absolute(&link.url), summary.number),
                updated: iso(published.max(summary.changed_at)),
                published: iso(published),
                author: cx.author_link(summary.author_id).map_or_else(|| unknown_author.clone(), |author| author.name),
                summary: excerpt(&printable(&summary.synopsis), SUMMARY_CHARS_MAX),
                url,
            }
        })
        .collect();
    let updated = entries.iter().map(|entry| entry.updated.clone()).max().unwrap_or_else(|| iso(UNKNOWN));
    let context = AtomView {
        title: cx.t("feed-section-title", &[("section", &link.title), ("site", &cx.site.config.title)]),
        id: cx.site.absolute(&link.url),
        url: cx.site.absolute(&link.url),
        self_url: cx.site.absolute(&path),
        updated,
        entries,
    };
    view(path, context)
}

/// Forum posts, each with its permanent page.
fn posts<'a>(cx: &'a Context<'_>, items: &'a Items) -> impl Iterator<Item = (&'a Message, String)> {
    let with_pages = permanent_pages(items, cx.site.config.page_sizes.forum, |part| cx.path(&Page::Forum(part)));
    with_pages.filter_map(|(id, page)| Some((cx.rows.posts.get(&id)?, page)))
}

fn post_item(cx: &Context<'_>, post: &Message, page: &str) -> RssItem {
    let title = cx.t("feed-forum-item", &[("nick", &cx.member_link(&post.byline).nick)]);
    let url = format!("{page}#c{}", post.id);
    item(cx, title, &url, format!("forum:{}", post.id), &post.body, post.posted_at)
}

fn item(cx: &Context<'_>, title: String, path: &str, guid: String, body: &Text, time: Time) -> RssItem {
    described(cx, title, path, guid, plain(body, SUMMARY_CHARS_MAX), time)
}

/// `description` is plain text. RSS 2.0 has HTML there, and knows no other way to say what is none.
fn described(cx: &Context<'_>, title: String, path: &str, guid: String, description: String, time: Time) -> RssItem {
    let description = escape_html(&description);
    RssItem { title, url: cx.site.absolute(path), guid, description, published: time.map(rfc2822), time }
}

fn rss(
    cx: &Context<'_>,
    path: String,
    title: &'static str,
    description: &'static str,
    page: &str,
    items: Vec<RssItem>,
) -> View {
    let site = cx.site.config.title.as_str();
    let context = RssView {
        title: cx.t(title, &[("site", site)]),
        description: cx.t(description, &[("site", site)]),
        url: cx.site.absolute(page),
        self_url: cx.site.absolute(&path),
        language: cx.site.config.language.clone(),
        items,
    };
    view(path, context)
}
