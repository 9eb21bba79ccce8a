//! Which file a page is made with beside its rows: the one place that knows, for the renderer, which takes the template
//! from here, and for a build after a deploy, which asks here what a changed file affects. So neither can be wrong alone.

use crate::page::Page;
use crate::site::Site;
use crate::site::kind::TEMPLATE_DEFAULT;

/// The name of a page's template under templates/.
pub fn template<'a>(site: &'a Site, page: &Page) -> &'a str {
    match page {
        Page::Home => "home.html",
        Page::News(_) => "news.html",
        Page::Newest => "newest.html",
        Page::Section { .. } | Page::Genre { .. } => "section.html",
        Page::Charter(_) => "charter.html",
        // A creation of a section that is not configured becomes no page at all.
        Page::Creation { section, .. } => {
            site.section(section).map_or(TEMPLATE_DEFAULT, |section| &site.kind(section).template)
        }
        Page::Discussion { .. } => "discussion.html",
        Page::Author { .. } => "author.html",
        Page::Member(_) => "member.html",
        Page::Members(_) => "members.html",
        Page::Forum(_) => "forum.html",
        Page::Ads { .. } => "board.html",
        Page::Links(_) => "links.html",
        Page::Content(_) => "content.html",
        Page::Credits => "credits.html",
        Page::ForumFeed | Page::EverythingFeed => "feed.rss.xml",
        Page::SectionFeed(_) => "feed.atom.xml",
        Page::SitemapIndex => "sitemap-index.xml",
        Page::Sitemap(_) => "sitemap.xml",
        Page::Robots => "robots.txt",
        Page::NotFound => "not-found.html",
        Page::Redirect(_) => "redirect.html",
    }
}

/// Whether a page shows something of creations that their kind declares: whether they are rated, their attributes.
/// Pages of one section show its own kind, pages that gather creations of all sections any.
pub fn shows_kind(site: &Site, page: &Page, kind: &str) -> bool {
    match page {
        Page::Section { section, .. } | Page::Genre { section, .. } | Page::Creation { section, .. } => {
            site.section(section).is_some_and(|section| section.kind == kind)
        }
        Page::Home | Page::Newest | Page::Author { .. } | Page::Member(_) => true,
        // Titles of creations at most.
        Page::News(_)
        | Page::Charter(_)
        | Page::Discussion { .. }
        | Page::Members(_)
        | Page::Forum(_)
        | Page::Ads { .. }
        | Page::Links(_)
        | Page::Content(_)
        | Page::Credits
        | Page::ForumFeed
        | Page::EverythingFeed
        | Page::SectionFeed(_)
        | Page::SitemapIndex
        | Page::Sitemap(_)
        | Page::Robots
        | Page::NotFound
        | Page::Redirect(_) => false,
    }
}
