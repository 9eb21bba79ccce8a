//! From stale pages to what they show: one batch, one snapshot, a few queries in bulk.
//!
//! Two steps: [`wanted`] says which windows of which lists a page shows, [`rows`] fetches every row
//! that any page of the batch needs once. What a page makes of them is [`crate::view`]'s business.

pub mod rows;
mod wanted;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::db::lists::{self, Items, Window};
use crate::db::{Result, Tx, creations, editors_pages, members, messages, redirects};
use crate::model::{AuthorId, Board, CommentOn, CreationId, EditorsPage, MemberId};
use crate::page::{Page, Part, SITEMAP_URLS_MAX, Sitemap};
use crate::site::Site;

use self::rows::Rows;
use self::wanted::Wanted;

/// A batch of pages with everything that they show.
pub struct Batch {
    /// The pages, each with its part of the data.
    pub pages: Vec<(Page, Material)>,
    /// The rows that the pages refer to.
    pub rows: Rows,
}

/// What a page is made of; rows are in [`Rows`] by their ids.
#[derive(Debug)]
#[expect(missing_docs, reason = "the fields are said with their variant")]
pub enum Material {
    /// There is no such page (any more).
    Gone,
    /// A page that configuration alone makes.
    Plain,
    /// News and creations.
    Home { news: Items, creations: Items },
    /// Creations and the newest comments.
    Newest { creations: Items, comments: Vec<CommentOn> },
    /// A list of any items.
    List(Items),
    /// A list of a genre's creations, with the genre's name.
    Genre { name: String, items: Items },
    /// A creation, its neighbours in the section and its newest comments.
    Creation { id: CreationId, older: Option<i64>, newer: Option<i64>, comments: Items },
    /// Archived comments of a creation.
    Discussion { id: CreationId, comments: Items },
    /// An author's creations, and whether sitemaps list the author.
    Author { id: AuthorId, items: Items, is_listed: bool },
    /// A member's profile and newest works, and whether sitemaps list the member.
    Member { id: MemberId, works: Items, is_listed: bool },
    /// A text of the editors.
    EditorsPage(EditorsPage),
    /// Members named in the credits are in [`Rows::bylines`].
    Credits,
    /// All sorts of new things.
    Everything { news: Items, creations: Items, forum: Items, ads: Vec<(Board, Items)>, comments: Vec<CommentOn> },
    /// How long the lists behind the sitemaps are.
    SitemapIndex { creations: i64, authors: i64, members: i64 },
    /// Titles of editors' pages, sections with a charter: the addresses that no list has.
    SitemapPages,
    /// Where an old path leads; with the row, where that is a creation or its discussion.
    Redirect { target: Page, creation: Option<i64> },
}

/// Loads a batch.
///
/// # Errors
/// Where the database fails. A row that makes no sense is no error here: it is found when its page is made.
pub async fn load(tx: &mut Tx, site: &Site, pages: Vec<Page>) -> Result<Batch> {
    let mut known = Known::load(tx, site, &pages).await?;
    let mut wanted = Wanted::default();
    for page in &pages {
        wanted.add(page, site, &known);
    }
    let windows = lists::items(tx, &wanted.windows).await?;
    let mut taken = windows.into_iter();
    let mut neighbours = HashMap::new();
    for (section, ids) in &wanted.neighbours {
        neighbours.extend(lists::neighbours(tx, &format!("section/{section}"), ids).await?);
    }
    let newest_comments = match wanted.newest_comments {
        0 => Vec::new(),
        count => messages::newest_comments(tx, count).await?,
    };
    let mut loaded = Vec::with_capacity(pages.len());
    for page in pages {
        let count = wanted::window_count(&page, site, &known);
        let items: Vec<Items> = taken.by_ref().take(count).collect();
        let material = known.material(&page, site, items, &neighbours, &newest_comments);
        loaded.push((page, material));
    }
    let rows = Rows::load(tx, site, &loaded, known.profiles, known.genre_rows).await?;
    Ok(Batch { pages: loaded, rows })
}

/// What must be known of a batch's entities before it is clear which lists they show.
struct Known {
    creation_ids: HashMap<(String, i64), i64>,
    genres: HashMap<(String, String), creations::Genre>,
    genre_rows: Vec<creations::Genre>,
    profiles: HashMap<MemberId, crate::model::Profile>,
    /// Of the batch's members those that are on the list of all, with their ordinals.
    listed_members: BTreeMap<i64, i64>,
    /// As `listed_members`, of authors.
    listed_authors: BTreeMap<i64, i64>,
    editors_pages: HashMap<String, EditorsPage>,
    charters: HashMap<String, EditorsPage>,
    redirects: HashMap<String, Page>,
}

impl Known {
    async fn load(tx: &mut Tx, site: &Site, pages: &[Page]) -> Result<Known> {
        let mut creation_keys = BTreeSet::new();
        let mut member_ids = Vec::new();
        let mut author_ids = BTreeSet::new();
        let mut slugs = Vec::new();
        let mut charter_sections = Vec::new();
        let mut old_paths = Vec::new();
        for page in pages {
            match page {
                Page::Creation { section, number } | Page::Discussion { section, number, .. } => {
                    creation_keys.insert((section.clone(), *number));
                }
                Page::Member(id) => member_ids.push(id.0),
                Page::Author { id, .. } => drop(author_ids.insert(id.0)),
                Page::Content(slug) => slugs.push(slug.clone()),
                Page::Charter(section) => charter_sections.push(section.clone()),
                Page::Redirect(path) => old_paths.push(path.clone()),
                _ => {}
            }
        }
        // What site.toml says of an old path gives way to what the database knows.
        let mut keys: HashMap<String, String> = old_paths
            .iter()
            .filter_map(|path| Some((path.clone(), site.config.redirects.get(path)?.clone())))
            .collect();
        keys.extend(redirects::by_paths(tx, &old_paths).await?);
        let redirects: HashMap<String, Page> =
            keys.into_iter().filter_map(|(path, key)| Some((path, key.parse().ok()?))).collect();
        // A redirect's address needs the slug of what it leads to.
        for page in redirects.values() {
            if let Page::Creation { section, number } | Page::Discussion { section, number, .. } = page {
                creation_keys.insert((section.clone(), *number));
            }
        }
        let creation_keys: Vec<(String, i64)> = creation_keys.into_iter().collect();
        let genre_rows = creations::genres(tx).await?;
        let genres =
            genre_rows.iter().map(|genre| ((genre.section.clone(), genre.slug.clone()), genre.clone())).collect();
        Ok(Known {
            creation_ids: creations::ids(tx, &creation_keys).await?,
            genres,
            genre_rows,
            profiles: members::profiles(tx, &member_ids).await?,
            listed_members: listed(tx, "members", &member_ids).await?,
            listed_authors: listed(tx, "authors", &author_ids.into_iter().collect::<Vec<_>>()).await?,
            editors_pages: editors_pages::by_slugs(tx, &slugs).await?,
            charters: editors_pages::charters(tx, &charter_sections).await?,
            redirects,
        })
    }

    fn creation(&self, section: &str, number: i64) -> Option<i64> {
        self.creation_ids.get(&(section.to_owned(), number)).copied()
    }

    fn material(
        &mut self,
        page: &Page,
        site: &Site,
        windows: Vec<Items>,
        neighbours: &HashMap<i64, (Option<i64>, Option<i64>)>,
        newest_comments: &[CommentOn],
    ) -> Material {
        if !site.offers(page) && !matches!(page, Page::Creation { .. }) {
            return Material::Gone;
        }
        let mut windows = windows.into_iter();
        let mut window = || windows.next().unwrap_or_default();
        let comments = |count: i64| newest_comments.iter().take(usize::try_from(count).unwrap_or(0)).cloned().collect();
        let sizes = &site.config.page_sizes;
        match page {
            Page::Home => Material::Home { news: window(), creations: window() },
            Page::Newest => Material::Newest { creations: window(), comments: comments(sizes.newest_comments) },
            Page::News(part) => list(window(), *part, sizes.news),
            Page::Members(part) => list(window(), *part, sizes.members),
            Page::Forum(part) => list(window(), *part, sizes.forum),
            Page::Links(part) => list(window(), *part, sizes.links),
            Page::Ads { part, .. } => list(window(), *part, sizes.ads),
            Page::ForumFeed | Page::SectionFeed(_) => Material::List(window()),
            Page::Section { section, part } => {
                let size = site.section(section).map_or(1, |section| section.page_size);
                list(window(), *part, size)
            }
            Page::Genre { section, genre, part } => {
                let Some(genre) = self.genres.get(&(section.clone(), genre.clone())) else { return Material::Gone };
                let size = site.section(section).map_or(1, |section| section.page_size);
                match list(window(), *part, size) {
                    Material::List(items) => Material::Genre { name: genre.name.clone(), items },
                    other => other,
                }
            }
            Page::Charter(section) => self.charters.remove(section).map_or(Material::Gone, Material::EditorsPage),
            Page::Creation { section, number } => match self.creation(section, *number) {
                None => Material::Gone,
                Some(id) => {
                    let (older, newer) = neighbours.get(&id).copied().unwrap_or_default();
                    Material::Creation { id: CreationId(id), older, newer, comments: window() }
                }
            },
            Page::Discussion { section, number, archive } => match self.creation(section, *number) {
                None => Material::Gone,
                Some(id) => match list(window(), Part::Archive(*archive), sizes.discussion) {
                    Material::List(comments) => Material::Discussion { id: CreationId(id), comments },
                    other => other,
                },
            },
            Page::Author { id, part } => match authors_list(window(), *part, sizes.author) {
                Material::List(items) => {
                    Material::Author { id: *id, items, is_listed: self.listed_authors.contains_key(&id.0) }
                }
                other => other,
            },
            Page::Member(id) if self.profiles.contains_key(id) => {
                Material::Member { id: *id, works: window(), is_listed: self.listed_members.contains_key(&id.0) }
            }
            Page::Member(_) => Material::Gone,
            Page::Content(slug) => match self.editors_pages.remove(slug) {
                Some(page) => Material::EditorsPage(page),
                None if site.pages.contains_key(slug) => Material::Plain,
                None => Material::Gone,
            },
            Page::Credits => Material::Credits,
            Page::EverythingFeed => Material::Everything {
                news: window(),
                creations: window(),
                forum: window(),
                ads: Board::ALL.into_iter().map(|board| (board, window())).collect(),
                comments: comments(sizes.newest_comments),
            },
            Page::SitemapIndex => Material::SitemapIndex {
                creations: window().issued,
                authors: window().issued,
                members: window().issued,
            },
            Page::Sitemap(Sitemap::Pages) => Material::SitemapPages,
            Page::Sitemap(Sitemap::Creations(n) | Sitemap::Authors(n) | Sitemap::Members(n)) => {
                let items = window();
                if items.issued > (n - 1) * SITEMAP_URLS_MAX { Material::List(items) } else { Material::Gone }
            }
            Page::Robots | Page::NotFound => Material::Plain,
            Page::Redirect(path) => match self.redirects.remove(path) {
                Some(Page::Author { id, part }) => match authors_list(window(), part, sizes.author) {
                    Material::Gone => Material::Gone,
                    _ => Material::Redirect { target: Page::Author { id, part }, creation: None },
                },
                Some(target) => self.redirect(target, site),
                None => Material::Gone,
            },
        }
    }

    /// A redirect stands as long as what it leads to.
    fn redirect(&self, target: Page, site: &Site) -> Material {
        match &target {
            Page::Creation { section, number } | Page::Discussion { section, number, .. } => {
                match self.creation(section, *number) {
                    Some(id) => Material::Redirect { target, creation: Some(id) },
                    None => Material::Gone,
                }
            }
            _ if site.offers(&target) => Material::Redirect { target, creation: None },
            _ => Material::Gone,
        }
    }
}

/// Those of the items that sitemaps list. Most batches have none to ask for.
async fn listed(tx: &mut Tx, list: &str, items: &[i64]) -> Result<BTreeMap<i64, i64>> {
    if items.is_empty() { Ok(BTreeMap::new()) } else { lists::ordinals(tx, list, items).await }
}

/// A head always exists; archive page n exists once more than a page's items were issued and it has any.
fn list(items: Items, part: Part, size: i64) -> Material {
    match part {
        Part::Archive(n) if items.issued <= size || items.issued <= (n - 1) * size => Material::Gone,
        _ => Material::List(items),
    }
}

/// Unlike other lists, an author's is not there before its first item.
fn authors_list(items: Items, part: Part, size: i64) -> Material {
    if items.issued == 0 { Material::Gone } else { list(items, part, size) }
}

/// The window that a part of a list shows.
fn window(part: Part, size: i64) -> Window {
    match part {
        Part::Head => Window::Newest(size),
        Part::Archive(n) => Window::Between((n - 1) * size + 1, n * size),
    }
}
