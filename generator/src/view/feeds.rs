//! Feeds as files: RSS 2.0 of the forum and of everything, Atom of each section.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::db::lists::Items;
use crate::model::{Board, CommentOn, Message, Text, Time};
use crate::page::{Page, Part};
use crate::text::moment::{iso, rfc2822};

use super::ads::{group_link, name};
use super::parts::{moment_of, plain, title};
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
    let posts = items.ids.iter().filter_map(|id| cx.rows.posts.get(id));
    let items = posts
        .map(|post| {
            let mut item = post_item(cx, post);
            if let Some(time) = post.posted_at {
                let date = moment_of(cx.site, time).full;
                item.title = cx.t("feed-forum-dated", &[("nick", &post.byline.nick), ("date", &date)]);
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
    let news_path = cx.path(&Page::News(Part::Head));
    for message in news.ids.iter().filter_map(|id| cx.rows.news.get(id)) {
        let title = cx.t("feed-news-item", &[("author", &cx.member_link(&message.byline).nick)]);
        let url = format!("{news_path}#n{}", message.id);
        items.push(item(cx, title, &url, format!("news:{}", message.id), &message.body, message.posted_at));
    }
    items.extend(cx.summaries(creations).filter_map(|summary| {
        let section = cx.site.section(&summary.section)?;
        let author =
            cx.author_link(summary.author_id).map_or_else(|| cx.t("author-unknown", &[]), |author| author.name);
        let args = [("title", title(summary)), ("section", section.name.clone()), ("author", author)];
        let args: Vec<_> = args.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let body = Text { source: summary.synopsis.clone(), format: crate::model::TextFormat::Markdown };
        let guid = format!("creation:{}/{}", summary.section, summary.number);
        Some(item(cx, cx.t("feed-creation-item", &args), &cx.creation_path(summary), guid, &body, summary.published_at))
    }));
    items.extend(forum.ids.iter().filter_map(|id| cx.rows.posts.get(id)).map(|post| post_item(cx, post)));
    for (board, list) in ads {
        items.extend(list.ids.iter().filter_map(|id| cx.rows.ads.get(id)).filter_map(|ad| {
            let group = group_link(cx, *board, &ad.group_key)?;
            let message = match board {
                Board::Market => "feed-market-item",
                Board::Dating => "feed-dating-item",
            };
            let title = cx.t(message, &[("name", &name(cx, ad)), ("group", &group.title)]);
            let page = Page::Ads { board: *board, group: None, part: Part::Head };
            let url = format!("{}#i{}", cx.path(&page), ad.number);
            let body = Text { source: ad.body.clone(), format: ad.body_format };
            Some(item(cx, title, &url, format!("{}:{}", board.key(), ad.number), &body, ad.posted_at))
        }));
    }
    items.extend(comments.iter().filter_map(|on| {
        let summary = cx.rows.summaries.get(&on.creation_id.0)?;
        let nick = cx.member_link(&on.comment.byline).nick;
        let title = cx.t("feed-comment-item", &[("nick", &nick), ("creation", &title(summary))]);
        let url = format!("{}#c{}", cx.creation_path(summary), on.comment.id);
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
                updated: iso(published),
                published: iso(published),
                author: cx.author_link(summary.author_id).map_or_else(|| unknown_author.clone(), |author| author.name),
                summary: crate::text::excerpt(&crate::text::printable(&summary.synopsis), SUMMARY_CHARS_MAX),
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
    view(path, "feed.atom.xml", context)
}

fn post_item(cx: &Context<'_>, post: &Message) -> RssItem {
    let title = cx.t("feed-forum-item", &[("nick", &cx.member_link(&post.byline).nick)]);
    let url = format!("{}#c{}", cx.path(&Page::Forum(Part::Head)), post.id);
    item(cx, title, &url, format!("forum:{}", post.id), &post.body, post.posted_at)
}

fn item(cx: &Context<'_>, title: String, path: &str, id: String, body: &Text, time: Time) -> RssItem {
    RssItem {
        title,
        url: cx.site.absolute(path),
        guid: id,
        description: plain(body, SUMMARY_CHARS_MAX),
        published: time.map(rfc2822),
        time,
    }
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
    view(path, "feed.rss.xml", context)
}
