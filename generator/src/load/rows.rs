//! Every row that the pages of a batch show, each fetched once.

use std::collections::{BTreeSet, HashMap};

use crate::db::{Result, Tx, ads, creations, editors_pages, links, members, messages, uploads};
use crate::model::{
    Ad, Author, AuthorId, Byline, CreationId, CreationText, GenreId, MemberId, Message, Profile, Summary, Upload,
    WebLink,
};
use crate::page::{Page, Sitemap};
use crate::site::Site;
use crate::text::markdown::pictures;

use super::Material;

/// Rows by their ids.
#[derive(Default)]
pub struct Rows {
    /// Creations as lists show them.
    pub summaries: HashMap<i64, Summary>,
    /// Bodies, of the creations whose own page is in the batch, or a page that shows their beginnings.
    pub texts: HashMap<CreationId, CreationText>,
    /// Authors of the creations and of author pages.
    pub authors: HashMap<AuthorId, Author>,
    /// Comments.
    pub comments: HashMap<i64, Message>,
    /// News.
    pub news: HashMap<i64, Message>,
    /// Forum posts.
    pub posts: HashMap<i64, Message>,
    /// Ads of both boards.
    pub ads: HashMap<i64, Ad>,
    /// Links.
    pub links: HashMap<i64, WebLink>,
    /// Members' profiles.
    pub profiles: HashMap<MemberId, Profile>,
    /// Members named in the credits, by nick.
    pub bylines: HashMap<String, Byline>,
    /// Files that creations consist of and icons, by path.
    pub uploads: HashMap<String, Upload>,
    /// Genres that have had a creation, by id.
    pub genres: Vec<creations::Genre>,
    /// Slug and title of editors' pages; for the sitemap of pages alone.
    pub editors_pages: Vec<(String, String)>,
    /// Sections with a charter; where the batch shows a section or the sitemap of pages.
    pub charters: BTreeSet<String>,
}

/// The ids that the pages refer to.
#[derive(Default)]
struct Ids {
    creations: Vec<i64>,
    texts: Vec<i64>,
    authors: Vec<i64>,
    comments: Vec<i64>,
    news: Vec<i64>,
    posts: Vec<i64>,
    ads: Vec<i64>,
    links: Vec<i64>,
    members: Vec<i64>,
    credits: bool,
    charters: bool,
    editors_pages: bool,
}

impl Rows {
    pub(super) async fn load(
        tx: &mut Tx,
        site: &Site,
        pages: &[(Page, Material)],
        profiles: HashMap<MemberId, Profile>,
        genres: Vec<creations::Genre>,
    ) -> Result<Rows> {
        let mut ids = Ids::default();
        for (page, material) in pages {
            ids.add(page, material, site);
        }
        let mut rows = Rows { profiles, genres, ..Rows::default() };
        rows.comments = messages::comments(tx, &distinct(ids.comments)).await?;
        let summaries = creations::summaries(tx, &distinct(ids.creations)).await?;
        ids.authors.extend(summaries.iter().filter_map(|summary| summary.author_id).map(|id| id.0));
        rows.summaries = summaries.into_iter().map(|summary| (summary.id.0, summary)).collect();
        rows.texts = creations::texts(tx, &distinct(ids.texts)).await?;
        rows.authors = creations::authors(tx, &distinct(ids.authors)).await?;
        rows.news = messages::news(tx, &distinct(ids.news)).await?;
        rows.posts = messages::forum_posts(tx, &distinct(ids.posts)).await?;
        rows.ads = ads::by_ids(tx, &distinct(ids.ads)).await?;
        rows.links = links::by_ids(tx, &distinct(ids.links)).await?;
        rows.profiles.extend(members::profiles(tx, &distinct(ids.members)).await?);
        if ids.credits {
            let nicks: Vec<String> = site.config.credits.iter().flat_map(|group| group.members.clone()).collect();
            rows.bylines = members::bylines(tx, &distinct(nicks)).await?;
        }
        if ids.charters {
            rows.charters = editors_pages::charter_sections(tx).await?.into_iter().collect();
        }
        if ids.editors_pages {
            rows.editors_pages = editors_pages::titles(tx).await?;
        }
        let mut paths = rows.upload_paths(site);
        let newest = newest_comments(pages).map(|comment| comment.body.source.as_str());
        let texts = rows.written_texts().chain(newest).chain(editors_texts(site, pages));
        paths.extend(texts.flat_map(|text| pictures(text, &site.uploads_url)));
        paths.extend(newest_comments(pages).filter_map(|comment| comment.byline.icon.clone()));
        let paths = distinct(paths);
        rows.uploads = uploads::by_paths(tx, &paths).await?;
        Ok(rows)
    }

    /// A genre by its id.
    pub fn genre(&self, id: GenreId) -> Option<&creations::Genre> {
        let at = self.genres.binary_search_by_key(&id, |genre| genre.id).ok()?;
        self.genres.get(at)
    }

    /// The texts that people wrote. Of the pictures in each the size is looked up: a page must not know it only because
    /// another one of its batch shows the same picture.
    fn written_texts(&self) -> impl Iterator<Item = &str> {
        let messages = self.comments.values().chain(self.news.values()).chain(self.posts.values());
        let bodies = self.texts.values().map(|text| &text.body).chain(messages.map(|message| &message.body));
        let bodies = bodies.map(|body| body.source.as_str()).chain(self.ads.values().map(|ad| ad.body.as_str()));
        let profiles = self.profiles.values().map(|profile| profile.description.as_str());
        bodies.chain(profiles).chain(self.links.values().map(|link| link.description.as_str()))
    }

    /// Paths of the files that the rows name.
    fn upload_paths(&self, site: &Site) -> Vec<String> {
        let mut paths = Vec::new();
        for summary in self.summaries.values() {
            let Some(kind) = site.section(&summary.section).map(|section| site.kind(section)) else { continue };
            paths.extend(kind.upload_paths(&summary.attributes, &site.uploads_url));
        }
        let messages = self.comments.values().chain(self.news.values()).chain(self.posts.values());
        paths.extend(messages.filter_map(|message| message.byline.icon.clone()));
        paths.extend(self.profiles.values().filter_map(|profile| profile.icon.clone()));
        paths.extend(self.bylines.values().filter_map(|byline| byline.icon.clone()));
        paths
    }
}

/// The comments that came with the pages and are no rows of their own.
fn newest_comments(pages: &[(Page, Material)]) -> impl Iterator<Item = &Message> {
    pages.iter().flat_map(|(_, material)| {
        match material {
            Material::Newest { comments, .. } | Material::Everything { comments, .. } => comments.iter(),
            _ => [].iter(),
        }
        .map(|on| &on.comment)
    })
}

/// The texts of the batch's pages that editors wrote, in the database or as files.
fn editors_texts<'a>(site: &'a Site, pages: &'a [(Page, Material)]) -> impl Iterator<Item = &'a str> {
    pages.iter().flat_map(|(page, material)| match (page, material) {
        (_, Material::EditorsPage(text)) => vec![text.body.source.as_str()],
        (Page::Content(slug), _) => site.pages.get(slug).map(|page| page.body.as_str()).into_iter().collect(),
        (Page::Home, _) => site.config.intro.as_deref().into_iter().collect(),
        (Page::Credits, _) => site.config.credits.iter().filter_map(|group| group.text.as_deref()).collect(),
        _ => Vec::new(),
    })
}

impl Ids {
    fn add(&mut self, page: &Page, material: &Material, site: &Site) {
        match material {
            Material::Gone | Material::Plain | Material::EditorsPage(_) | Material::SitemapIndex { .. } => {}
            Material::Home { news, creations } => {
                self.news.extend(&news.ids);
                self.creations.extend(&creations.ids);
                self.texts.extend(&creations.ids);
            }
            Material::Newest { creations, comments } => {
                self.creations.extend(&creations.ids);
                self.creations.extend(comments.iter().map(|on| on.creation_id.0));
            }
            Material::Genre { items, .. } => self.of_section(page, &items.ids, site),
            Material::List(items) => self.list(page, &items.ids, site),
            Material::Creation { id, older, newer, comments } => {
                self.creations.push(id.0);
                self.texts.push(id.0);
                self.creations.extend(older.iter().chain(newer));
                self.comments.extend(&comments.ids);
            }
            Material::Discussion { id, comments } => {
                self.creations.push(id.0);
                self.comments.extend(&comments.ids);
            }
            Material::Author { id, items, .. } => {
                self.authors.push(id.0);
                self.creations.extend(&items.ids);
            }
            Material::Member { works, .. } => self.creations.extend(&works.ids),
            Material::Credits => self.credits = true,
            Material::Everything { news, creations, forum, ads, comments } => {
                self.news.extend(&news.ids);
                self.creations.extend(&creations.ids);
                self.creations.extend(comments.iter().map(|on| on.creation_id.0));
                self.posts.extend(&forum.ids);
                self.ads.extend(ads.iter().flat_map(|(_, items)| &items.ids));
            }
            Material::SitemapPages => {
                self.charters = true;
                self.editors_pages = true;
            }
            Material::Redirect { target, creation } => {
                self.creations.extend(creation);
                self.target(target);
            }
        }
    }

    fn list(&mut self, page: &Page, items: &[i64], site: &Site) {
        match page {
            Page::News(_) => self.news.extend(items),
            Page::Forum(_) | Page::ForumFeed => self.posts.extend(items),
            Page::Ads { .. } => self.ads.extend(items),
            Page::Links(_) => self.links.extend(items),
            Page::Members(_) | Page::Sitemap(Sitemap::Members(_)) => self.members.extend(items),
            Page::Sitemap(Sitemap::Authors(_)) => self.authors.extend(items),
            Page::Section { .. } => self.of_section(page, items, site),
            _ => self.creations.extend(items),
        }
    }

    fn of_section(&mut self, page: &Page, items: &[i64], site: &Site) {
        self.creations.extend(items);
        self.charters = true;
        if let Page::Section { section, .. } | Page::Genre { section, .. } = page
            && site.section(section).is_some_and(|section| section.list.shows_excerpts())
        {
            self.texts.extend(items);
        }
    }

    fn target(&mut self, page: &Page) {
        match page {
            Page::Author { id, .. } => self.authors.push(id.0),
            Page::Member(id) => self.members.push(id.0),
            _ => {}
        }
    }
}

fn distinct<T: Ord>(mut ids: Vec<T>) -> Vec<T> {
    ids.sort_unstable();
    ids.dedup();
    ids
}
