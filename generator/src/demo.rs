//! Sample content: `content/demo/` of the shipped site, written into an empty database.
//!
//! Rows get their ids in the order of the files, lists their ordinals in the order of time.

mod community;
mod files;
mod office;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use chrono::{DateTime, Utc};

use crate::db::creations::{NewAuthor, NewCreation};
use crate::db::members::NewMember;
use crate::db::messages::NewMessage;
use crate::db::submissions::{self, Action};
use crate::db::{
    self, Db, Tx, ads, creations, editors_pages, identities, links, lists, members, messages, search, uploads,
};
use crate::files::Files;
use crate::model::{
    Ad, AuthorId, AuthorKind, Board, CreationId, EditorsPage, GenreId, MemberId, Text, TextFormat, Upload, WebLink,
};
use crate::publish::searchable::{self, Beside};
use crate::site::{self, Site, content_page};
use crate::text::slug::{slug, slug_or};

use self::files::{CreationEntry, Demo};
pub use self::office::load as load_office;

/// Sample content that cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A broken file.
    #[error(transparent)]
    Site(#[from] site::Error),
    /// An entry that names something that is not there.
    #[error("content/demo: {0}")]
    Entry(String),
    /// The database fails, or is not empty.
    #[error("cannot write the sample content into the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The files for the uploads' folder cannot be written.
    #[error("cannot write {path}: {source}")]
    Upload {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Writes the sample content in `content` into an empty database and its files into `uploads_folder`.
///
/// # Errors
/// A file that is broken, an entry that refers to nothing, a database that is not empty.
pub async fn load(db: &Db, site: &Site, content: &Files, uploads_folder: &Path) -> Result<(), Error> {
    let demo = Demo::read(content)?;
    let mut tx = db.write().await?;
    let mut loader = Loader { site, members: HashMap::new(), authors: BTreeMap::new(), creations: HashMap::new() };
    add_uploads(&mut tx, content, uploads_folder).await?;
    loader.members(&mut tx, &demo).await?;
    loader.creations(&mut tx, &demo).await?;
    loader.comments(&mut tx, &demo).await?;
    loader.community(&mut tx, &demo).await?;
    add_texts(&mut tx, content).await?;
    identities::advance_identities(&mut tx).await?;
    search::distrust(&mut tx).await?;
    tx.commit().await?;
    searchable::catch_up(db, Beside::Nobody).await?;
    Ok(())
}

struct Loader<'a> {
    site: &'a Site,
    members: HashMap<String, MemberId>,
    /// What the author is known by → the author.
    authors: BTreeMap<String, AuthorId>,
    creations: HashMap<String, (CreationId, bool)>,
}

impl Loader<'_> {
    async fn members(&mut self, tx: &mut Tx, demo: &Demo) -> Result<(), Error> {
        let mut rows = Vec::new();
        for (id, member) in (1..).zip(&demo.members) {
            self.members.insert(member.nick.clone(), MemberId(id));
            let shows = |what: &str| member.shows.iter().any(|shown| shown == what);
            rows.push(NewMember {
                id,
                nick: member.nick.clone(),
                given_name: member.given_name.clone(),
                family_name: member.family_name.clone(),
                gender: member.gender.clone(),
                age: member.age,
                region: member.region.clone(),
                description: member.description.clone(),
                level: member.level.clone(),
                reputation: member.reputation,
                icon: member.icon.clone(),
                banned: member.banned,
                shows_given_name: shows("given_name"),
                shows_family_name: shows("family_name"),
                shows_email: shows("email"),
                shows_icq: shows("icq"),
                shows_gender: shows("gender"),
                shows_age: shows("age"),
                shows_region: shows("region"),
                registered_at: files::utc(member.registered.as_ref()),
                email: member.email.clone(),
                icq: member.icq.clone(),
            });
        }
        members::insert(tx, &rows).await?;
        let mut by_registration: Vec<_> = rows.iter().map(|row| (row.registered_at, row.id)).collect();
        by_registration.sort_unstable();
        append(tx, by_registration.into_iter().map(|(_, id)| ("members".to_owned(), id))).await
    }

    async fn creations(&mut self, tx: &mut Tx, demo: &Demo) -> Result<(), Error> {
        let mut entries: Vec<(&str, &CreationEntry)> = Vec::new();
        for section in &self.site.sections {
            let of_section = demo.creations.get(&section.key).into_iter().flatten();
            entries.extend(of_section.map(|entry| (section.key.as_str(), entry)));
        }
        if let Some(unknown) = demo.creations.keys().find(|key| self.site.section(key).is_none()) {
            return Err(Error::Entry(format!("creations/{unknown}.toml: the site has no such section")));
        }
        entries.sort_by_key(|(section, entry)| (files::utc(Some(&entry.published)), *section, entry.number));
        let genres = self.genres(tx, &entries).await?;
        self.authors(tx, &entries).await?;
        let comment_counts = demo.comment_counts();
        let mut rows = Vec::new();
        let mut votes = Vec::new();
        let mut items = Vec::new();
        let mut listed_authors = BTreeSet::new();
        for (id, (section, entry)) in (1..).zip(&entries) {
            let address = format!("{section}/{}", entry.number);
            let is_public = entry.state == creations::APPROVED;
            if self.creations.insert(address.clone(), (CreationId(id), is_public)).is_some() {
                return Err(Error::Entry(format!("creations/{section}.toml: number {} is there twice", entry.number)));
            }
            let genre_id =
                entry.genre.as_ref().and_then(|genre| genres.get(&((*section).to_owned(), slug(genre)))).copied();
            let author_id = self.authors.get(&author_key(entry)).copied();
            let at = files::utc(Some(&entry.published));
            let published_at = at.filter(|_| is_public);
            rows.push(NewCreation {
                id: CreationId(id),
                section: (*section).to_owned(),
                number: entry.number,
                title: entry.title.clone(),
                slug: slug_or(&entry.title, &self.site.config.paths.creation_without_slug),
                author_id,
                state: state(&entry.state)?,
                genre_id,
                rating_sum: entry.votes.iter().sum(),
                rating_count: entry.votes.len() as i64,
                winner: entry.winner,
                read_count: entry.reads,
                download_count: entry.downloads,
                comment_count: comment_counts.get(&(*section, entry.number)).copied().unwrap_or(0),
                published_at,
                changed_at: at.unwrap_or(DateTime::UNIX_EPOCH),
                synopsis: entry.synopsis.clone(),
                attributes: serde_json::to_string(&entry.attributes).unwrap_or_default(),
                body_format: TextFormat::Markdown,
                body: entry.body.clone(),
            });
            votes.extend(
                (1..=self.members.len() as i64)
                    .zip(&entry.votes)
                    .map(|(member, stars)| (CreationId(id), MemberId(member), *stars, published_at)),
            );
            if is_public {
                items.push((format!("section/{section}"), id));
                items.push(("creations".to_owned(), id));
                items.extend(genre_id.map(|genre| (format!("genre/{genre}"), id)));
                if let Some(author) = author_id {
                    items.push((format!("author/{author}"), id));
                    if listed_authors.insert(author) {
                        items.push(("authors".to_owned(), author.0));
                    }
                }
            }
        }
        creations::insert(tx, &rows).await?;
        creations::insert_votes(tx, &votes).await?;
        self.submissions(tx, &rows, &entries).await?;
        lists::append(tx, &items).await?;
        Ok(())
    }

    /// How the works of members came to where they are that are not public yet.
    async fn submissions(
        &self,
        tx: &mut Tx,
        rows: &[NewCreation],
        entries: &[(&str, &CreationEntry)],
    ) -> Result<(), Error> {
        for (row, (_, entry)) in rows.iter().zip(entries) {
            let Some(member) = entry.author.as_ref().and_then(|nick| self.members.get(nick)) else { continue };
            let steps = match row.state {
                "draft" => [Action::Begun].as_slice(),
                "waiting" => [Action::Begun, Action::Submitted].as_slice(),
                _ => continue,
            };
            for step in steps {
                submissions::note(tx, row.id, *member, *step, "", row.changed_at).await?;
            }
        }
        Ok(())
    }

    async fn genres(
        &self,
        tx: &mut Tx,
        entries: &[(&str, &CreationEntry)],
    ) -> Result<HashMap<(String, String), GenreId>, Error> {
        let mut names: BTreeMap<(String, String), String> = BTreeMap::new();
        for (section, entry) in entries {
            if let Some(genre) = entry.genre.as_ref().filter(|genre| !slug(genre).is_empty()) {
                names.entry(((*section).to_owned(), slug(genre))).or_insert_with(|| genre.clone());
            }
        }
        let mut rows = Vec::new();
        let mut ids = HashMap::new();
        for (id, ((section, slug), name)) in (1..).zip(names) {
            ids.insert((section.clone(), slug.clone()), GenreId(id));
            rows.push((GenreId(id), section, slug, name));
        }
        creations::insert_genres(tx, &rows).await?;
        Ok(ids)
    }

    async fn authors(&mut self, tx: &mut Tx, entries: &[(&str, &CreationEntry)]) -> Result<(), Error> {
        let mut rows = Vec::new();
        for (section, entry) in entries {
            let key = author_key(entry);
            if key.is_empty() || self.authors.contains_key(&key) {
                continue;
            }
            let id = AuthorId(rows.len() as i64 + 1);
            let mut row = NewAuthor {
                id,
                kind: AuthorKind::Anonymous,
                member_id: None,
                name: String::new(),
                website: String::new(),
            };
            if let Some(nick) = &entry.author {
                let member = self.member(nick, &format!("creations/{section}.toml"))?;
                row.kind = AuthorKind::Member;
                row.member_id = Some(member);
            } else if let Some(website) = &entry.website {
                row.kind = AuthorKind::Website;
                row.name.clone_from(website);
                row.website.clone_from(&entry.website_url);
            } else if let Some(name) = &entry.author_name {
                row.name.clone_from(name);
            }
            self.authors.insert(key, id);
            rows.push(row);
        }
        creations::insert_authors(tx, &rows).await?;
        Ok(())
    }

    async fn comments(&self, tx: &mut Tx, demo: &Demo) -> Result<(), Error> {
        let mut entries: Vec<_> = demo
            .comments
            .iter()
            .flat_map(|(section, comments)| comments.iter().map(move |entry| (section, entry)))
            .collect();
        entries.sort_by_key(|(_, entry)| files::utc(Some(&entry.posted)));
        let mut rows = Vec::new();
        let mut items = Vec::new();
        for (id, (section, entry)) in (1..).zip(entries) {
            let address = format!("{section}/{}", entry.creation);
            let (creation, _) = *self.creations.get(&address).ok_or_else(|| {
                Error::Entry(format!("discussions/{section}.toml: there is no creation {}", entry.creation))
            })?;
            let mut row = self.message(id, &entry.author, files::utc(Some(&entry.posted)), &entry.body);
            row.creation_id = Some(creation);
            rows.push(row);
            items.push((format!("discussion/{creation}"), id));
        }
        messages::insert_comments(tx, &rows).await?;
        lists::append(tx, &items).await?;
        Ok(())
    }

    fn member(&self, nick: &str, file: &str) -> Result<MemberId, Error> {
        self.members.get(nick).copied().ok_or_else(|| Error::Entry(format!("{file}: there is no member {nick}")))
    }

    fn message(&self, id: i64, nick: &str, posted_at: Option<DateTime<Utc>>, body: &str) -> NewMessage {
        NewMessage {
            id,
            creation_id: None,
            member_id: self.members.get(nick).copied(),
            nick: nick.to_owned(),
            posted_at,
            body_format: TextFormat::Markdown,
            body: body.to_owned(),
        }
    }
}

/// What an author is known by: two kinds of authors may have the same name.
fn author_key(entry: &CreationEntry) -> String {
    match (&entry.author, &entry.website, &entry.author_name) {
        (Some(nick), _, _) => format!("member {nick}"),
        (_, Some(website), _) => format!("website {website}"),
        (_, _, Some(name)) => format!("anonymous {name}"),
        _ => String::new(),
    }
}

fn state(word: &str) -> Result<&'static str, Error> {
    let states = [creations::APPROVED, "waiting", "draft", "unpublished"];
    states.into_iter().find(|state| *state == word).ok_or_else(|| Error::Entry(format!("`{word}` is no state")))
}

async fn append(tx: &mut Tx, items: impl Iterator<Item = (String, i64)>) -> Result<(), Error> {
    let items: Vec<_> = items.collect();
    lists::append(tx, &items).await?;
    Ok(())
}

/// Notes the files of content/demo/uploads with their size in pixels and copies them.
async fn add_uploads(tx: &mut Tx, content: &Files, folder: &Path) -> Result<(), Error> {
    let mut rows = Vec::new();
    for (name, file) in content {
        let Some(path) = name.strip_prefix("demo/uploads/") else { continue };
        let target = folder.join(path);
        let failed = |source| Error::Upload { path: target.clone(), source };
        std::fs::create_dir_all(target.parent().unwrap_or(folder)).map_err(failed)?;
        std::fs::write(&target, &file.bytes).map_err(failed)?;
        let pixels = imagesize::blob_size(&file.bytes).ok();
        let upload = Upload {
            path: path.to_owned(),
            size_bytes: file.bytes.len() as i64,
            width: pixels.map(|size| size.width as i64),
            height: pixels.map(|size| size.height as i64),
            ..Upload::default()
        };
        rows.push((upload, content_type(path).to_owned()));
    }
    Ok(uploads::insert(tx, &rows).await?)
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, suffix)| suffix) {
        "webp" => "image/webp",
        "png" => "image/png",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}

/// Charters and editors' pages.
async fn add_texts(tx: &mut Tx, content: &Files) -> Result<(), Error> {
    let written_at = DateTime::UNIX_EPOCH;
    for (section, file) in site::named(content, "demo/charters", ".md") {
        let body = Text { source: file.text().map_err(site::Error::from)?.to_owned(), format: TextFormat::Markdown };
        editors_pages::put_charter(tx, section, &body, written_at).await?;
    }
    for (slug, file) in site::named(content, "demo/editors-pages", ".md") {
        let page = content_page::read(file)?;
        let body = Text { source: page.body, format: TextFormat::Markdown };
        let page = EditorsPage { title: page.title, description: page.description, body };
        editors_pages::put(tx, slug, &page, written_at).await?;
    }
    Ok(())
}

/// Whether a database holds anything that people wrote.
///
/// # Errors
/// Where the database fails.
pub async fn is_empty(tx: &mut Tx) -> db::Result<bool> {
    Ok(lists::by_keys(tx, &["members".to_owned(), "creations".to_owned()]).await?.is_empty())
}
