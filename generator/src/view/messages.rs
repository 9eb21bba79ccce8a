//! Lists of what people say and recommend: news, the forum, links.

use serde::Serialize;

use crate::db::lists::Items;
use crate::model::Message;
use crate::page::{Page, Part};
use crate::text::markdown::safe_url;

use super::head::Head;
use super::parts::{Comment, Html, MemberLink, Moment, Pager, Rating, pager, permanent_pages, rating};
use super::{Context, View, view};

/// A piece of news.
#[derive(Serialize)]
pub(super) struct NewsItem {
    anchor: String,
    permalink: String,
    author: MemberLink,
    published: Option<Moment>,
    body: Html,
}

#[derive(Serialize)]
struct NewsView {
    head: Head,
    items: Vec<NewsItem>,
    pager: Pager,
}

#[derive(Serialize)]
struct ForumView {
    head: Head,
    posts: Vec<Comment>,
    pager: Pager,
}

#[derive(Serialize)]
struct LinkItem {
    title: String,
    url: Option<String>,
    description: Option<Html>,
    rating: Option<Rating>,
}

#[derive(Serialize)]
struct LinksView {
    head: Head,
    links: Vec<LinkItem>,
    pager: Pager,
}

/// News of a list.
pub(super) fn news_items(cx: &Context<'_>, items: &Items) -> Vec<NewsItem> {
    let with_pages = permanent_pages(items, cx.site.config.page_sizes.news, |part| cx.path(&Page::News(part)));
    with_pages.filter_map(|(id, page)| Some(news_item(cx, cx.rows.news.get(&id)?, &page))).collect()
}

fn news_item(cx: &Context<'_>, message: &Message, page: &str) -> NewsItem {
    let anchor = format!("n{}", message.id);
    NewsItem {
        permalink: format!("{page}#{anchor}"),
        author: cx.member_link(&message.byline),
        published: cx.moment(message.posted_at),
        body: cx.html(&message.body, 2, &format!("{anchor}-")),
        anchor,
    }
}

/// The news.
pub(super) fn news(cx: &Context<'_>, part: Part, items: &Items) -> View {
    let of_news = |part| cx.path(&Page::News(part));
    let shown = news_items(cx, items);
    let path = of_news(part);
    let head = cx
        .head(&path, cx.t("news-title", &[]), &cx.t("news-description", &[]))
        .in_menu(&of_news(Part::Head))
        .part(cx, part, of_news(Part::Head), shown.is_empty());
    let pager = pager(items.issued, cx.site.config.page_sizes.news, part, of_news);
    view(path, NewsView { head, items: shown, pager })
}

/// The forum.
pub(super) fn forum(cx: &Context<'_>, part: Part, items: &Items) -> View {
    let of_forum = |part| cx.path(&Page::Forum(part));
    let posts = cx.comments(items, cx.site.config.page_sizes.forum, &cx.rows.posts, of_forum);
    let path = of_forum(part);
    let head = cx
        .head(&path, cx.t("forum-title", &[]), &cx.t("forum-description", &[]))
        .in_menu(&of_forum(Part::Head))
        .part(cx, part, of_forum(Part::Head), posts.is_empty());
    let pager = pager(items.issued, cx.site.config.page_sizes.forum, part, of_forum);
    view(path, ForumView { head, posts, pager })
}

/// The links; one whose address nobody should follow is a title alone.
pub(super) fn links(cx: &Context<'_>, part: Part, items: &Items) -> View {
    let of_links = |part| cx.path(&Page::Links(part));
    let links: Vec<LinkItem> = items
        .ids
        .iter()
        .filter_map(|id| cx.rows.links.get(id))
        .map(|link| LinkItem {
            title: link.title.clone(),
            url: safe_url(&link.url).filter(|url| url.contains("://")).map(str::to_owned),
            description: cx.optional_html(&link.description, link.description_format, 3, &format!("l{}-", link.id)),
            rating: (link.rating_count > 0).then(|| rating(link.rating_sum, link.rating_count, false)),
        })
        .collect();
    let path = of_links(part);
    let head = cx
        .head(&path, cx.t("links-title", &[]), &cx.t("links-description", &[]))
        .in_menu(&of_links(Part::Head))
        .part(cx, part, of_links(Part::Head), links.is_empty());
    let pager = pager(items.issued, cx.site.config.page_sizes.links, part, of_links);
    view(path, LinksView { head, links, pager })
}
