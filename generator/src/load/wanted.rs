//! Which windows of which lists each page shows. One place: the loader asks it twice, once to fetch
//! them all and once to hand them out again.

use crate::db::lists::Window;
use crate::model::Board;
use crate::page::{Page, Part, SITEMAP_URLS_MAX, Sitemap};
use crate::site::Site;

use super::{Known, window};

/// What the lists of a batch are asked for.
#[derive(Default)]
pub(super) struct Wanted {
    /// List and window, in the order of the pages.
    pub(super) windows: Vec<(String, Window)>,
    /// Section → creations whose neighbours are shown.
    pub(super) neighbours: std::collections::BTreeMap<String, Vec<i64>>,
    /// How many of the newest comments anywhere.
    pub(super) newest_comments: i64,
}

impl Wanted {
    pub(super) fn add(&mut self, page: &Page, site: &Site, known: &Known) {
        self.windows.extend(windows(page, site, known));
        match page {
            Page::Creation { section, number } => {
                if let Some(id) = known.creation(section, *number) {
                    self.neighbours.entry(section.clone()).or_default().push(id);
                }
            }
            Page::Newest | Page::EverythingFeed => {
                self.newest_comments = site.config.page_sizes.newest_comments;
            }
            _ => {}
        }
    }
}

/// How many windows [`windows`] gives.
pub(super) fn window_count(page: &Page, site: &Site, known: &Known) -> usize {
    windows(page, site, known).len()
}

fn windows(page: &Page, site: &Site, known: &Known) -> Vec<(String, Window)> {
    let sizes = &site.config.page_sizes;
    let one = |key: &str, part: Part, size: i64| vec![(key.to_owned(), window(part, size))];
    match page {
        Page::Home => vec![
            ("news".to_owned(), Window::Newest(sizes.home_news)),
            ("creations".to_owned(), Window::Newest(sizes.home_creations)),
        ],
        Page::News(part) => one("news", *part, sizes.news),
        Page::Newest => one("creations", Part::Head, sizes.newest),
        Page::Members(part) => one("members", *part, sizes.members),
        Page::Forum(part) => one("forum", *part, sizes.forum),
        Page::Links(part) => one("links", *part, sizes.links),
        Page::Ads { board, group: None, part } => one(board.key(), *part, sizes.ads),
        Page::Ads { board, group: Some(group), part } => one(&format!("{}/{group}", board.key()), *part, sizes.ads),
        Page::Section { section, part } => match site.section(section) {
            Some(config) => one(&format!("section/{section}"), *part, config.page_size),
            None => Vec::new(),
        },
        Page::Genre { section, genre, part } => {
            let genre = known.genres.get(&(section.clone(), genre.clone()));
            match (site.section(section), genre) {
                (Some(config), Some(genre)) => one(&format!("genre/{}", genre.id), *part, config.page_size),
                _ => Vec::new(),
            }
        }
        Page::Creation { section, number } => match known.creation(section, *number) {
            Some(id) => one(&format!("discussion/{id}"), Part::Head, sizes.discussion),
            None => Vec::new(),
        },
        Page::Discussion { section, number, archive } => match known.creation(section, *number) {
            Some(id) => one(&format!("discussion/{id}"), Part::Archive(*archive), sizes.discussion),
            None => Vec::new(),
        },
        // What an author's redirect leads to is there once the list is.
        Page::Redirect(path) => match known.redirects.get(path) {
            Some(Page::Author { id, part }) => one(&format!("author/{id}"), *part, sizes.author),
            _ => Vec::new(),
        },
        Page::Author { id, part } => one(&format!("author/{id}"), *part, sizes.author),
        Page::Member(id) => match known.profiles.get(id).and_then(|profile| profile.author_id) {
            Some(author) => one(&format!("author/{author}"), Part::Head, sizes.profile),
            None => Vec::new(),
        },
        Page::ForumFeed => one("forum", Part::Head, sizes.forum_feed),
        Page::SectionFeed(section) => one(&format!("section/{section}"), Part::Head, sizes.feed),
        Page::EverythingFeed => {
            let lists = ["news", "creations", "forum"].into_iter().chain(Board::ALL.map(Board::key));
            lists.map(|list| (list.to_owned(), Window::Newest(sizes.feed))).collect()
        }
        Page::SitemapIndex => {
            ["creations", "authors", "members"].into_iter().map(|list| (list.to_owned(), Window::Newest(1))).collect()
        }
        Page::Sitemap(Sitemap::Creations(n)) => one("creations", Part::Archive(*n), SITEMAP_URLS_MAX),
        Page::Sitemap(Sitemap::Authors(n)) => one("authors", Part::Archive(*n), SITEMAP_URLS_MAX),
        Page::Sitemap(Sitemap::Members(n)) => one("members", Part::Archive(*n), SITEMAP_URLS_MAX),
        Page::Charter(_)
        | Page::Content(_)
        | Page::Credits
        | Page::Sitemap(Sitemap::Pages)
        | Page::Robots
        | Page::NotFound => Vec::new(),
    }
}
