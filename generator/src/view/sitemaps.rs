//! Sitemaps: an index of permanent shards. What is in a shard never moves to another.

use serde::Serialize;

use crate::db::lists::Items;
use crate::model::{AuthorId, MemberId};
use crate::page::{Page, Part, SITEMAP_URLS_MAX, Sitemap};
use crate::text::moment::iso;

use super::{Context, View, view};

#[derive(Serialize)]
struct IndexView {
    sitemaps: Vec<String>,
}

#[derive(Serialize)]
struct SitemapView {
    urls: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    url: String,
    modified: Option<String>,
}

/// The index, from the number of ordinals that the lists behind the shards have issued.
pub(super) fn index(cx: &Context<'_>, creations: i64, authors: i64, members: i64) -> View {
    let shards = |issued: i64| 1..=(issued + SITEMAP_URLS_MAX - 1) / SITEMAP_URLS_MAX;
    let sitemaps = std::iter::once(Sitemap::Pages)
        .chain(shards(creations).map(Sitemap::Creations))
        .chain(shards(authors).map(Sitemap::Authors))
        .chain(shards(members).map(Sitemap::Members))
        .map(|sitemap| cx.site.absolute(&cx.path(&Page::Sitemap(sitemap))))
        .collect();
    view(cx.path(&Page::SitemapIndex), IndexView { sitemaps })
}

/// The pages that are no entity of a list: made by configuration and by the editors.
pub(super) fn pages(cx: &Context<'_>) -> View {
    let mut pages: Vec<Page> = cx.site.configured_pages();
    pages.retain(|page| {
        !matches!(
            page,
            Page::NotFound
                | Page::Robots
                | Page::SitemapIndex
                | Page::Sitemap(_)
                | Page::ForumFeed
                | Page::EverythingFeed
                | Page::SectionFeed(_)
                | Page::Redirect(_)
        )
    });
    pages.extend(
        cx.rows.charters.iter().filter(|section| cx.site.section(section).is_some()).cloned().map(Page::Charter),
    );
    pages.extend(cx.rows.editors_pages.iter().map(|(slug, _)| Page::Content(slug.clone())));
    let configured = cx.rows.genres.iter().filter(|genre| cx.site.section(&genre.section).is_some());
    pages.extend(configured.map(|genre| Page::Genre {
        section: genre.section.clone(),
        genre: genre.slug.clone(),
        part: Part::Head,
    }));
    let mut paths: Vec<String> = pages.iter().map(|page| cx.path(page)).collect();
    paths.sort_unstable();
    paths.dedup();
    let urls = paths.into_iter().map(|path| entry(cx, &path, None)).collect();
    view(cx.path(&Page::Sitemap(Sitemap::Pages)), SitemapView { urls })
}

/// A shard of creations, authors or members, in the order of their ordinals.
pub(super) fn list(cx: &Context<'_>, page: &Page, items: &Items) -> View {
    let oldest_first = items.ids.iter().rev();
    let urls = match page {
        Page::Sitemap(Sitemap::Authors(_)) => oldest_first
            .filter_map(|id| cx.rows.authors.get(&AuthorId(*id)))
            .map(|author| entry(cx, &cx.author_path(author, Part::Head), None))
            .collect(),
        Page::Sitemap(Sitemap::Members(_)) => oldest_first
            .filter_map(|id| cx.rows.profiles.get(&MemberId(*id)))
            .map(|profile| entry(cx, &cx.member_path(profile.id, &profile.nick), None))
            .collect(),
        _ => oldest_first
            .filter_map(|id| cx.rows.summaries.get(id))
            .filter(|summary| cx.site.section(&summary.section).is_some())
            .map(|summary| {
                let modified = summary.published_at.map_or(summary.changed_at, |at| at.max(summary.changed_at));
                entry(cx, &cx.creation_path(summary), Some(iso(modified)))
            })
            .collect(),
    };
    view(cx.path(page), SitemapView { urls })
}

fn entry(cx: &Context<'_>, path: &str, modified: Option<String>) -> Entry {
    Entry { url: cx.site.absolute(path), modified }
}
