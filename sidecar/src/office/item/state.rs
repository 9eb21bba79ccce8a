//! What can be done with a thing beside changing its texts: shown, taken away, moved, given to somebody, deleted.

use std::collections::BTreeMap;

use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::{creations as creation_rows, credentials, editing};
use generator::model::{AuthorId, CreationId, GenreId, MemberId};
use generator::page::Page;
use generator::publish::{Alone, Change, ads, comments, creations, editors_pages, forum, links, news};
use generator::site::Site;
use generator::text::moment::typed;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::office::act::{self, Act, Done};
use crate::office::desk::{Desk, Realm, Rights};

use super::fields::values;
use super::loaded::{Loaded, load};
use super::{Item, Kind, NEW};

/// What is to be done.
#[derive(Clone, Debug)]
enum Deed {
    Unpublish,
    Publish,
    Schedule(Option<DateTime<Utc>>),
    Delete,
    Move { section: String, genre: Option<GenreId> },
    Genre(Option<GenreId>),
    Author(String),
}

/// Does what a button of the form says.
pub async fn send(
    app: &App,
    desk: &Desk,
    item: &Item,
    word: &str,
    sent: &BTreeMap<String, String>,
) -> Result<Response> {
    let site = app.site();
    let field = |name: &str| sent.get(name).map_or("", |value| value.trim());
    let genre = || field("genre").parse().ok().map(GenreId);
    let deed = match word {
        "unpublish" => Deed::Unpublish,
        "publish" => Deed::Publish,
        "schedule" => match field("publish_at") {
            "" => Deed::Schedule(None),
            text => {
                let at = typed(text, site.zone).filter(|at| *at > app.now());
                Deed::Schedule(Some(at.ok_or_else(|| malformed("no time that is still to come"))?))
            }
        },
        "delete" if field("sure") == "1" => Deed::Delete,
        "delete" => return Err(malformed("nobody has said that it is meant")),
        "move" => Deed::Move { section: field("section").to_owned(), genre: None },
        "genre" => Deed::Genre(genre()),
        "author" => Deed::Author(field("author").to_owned()),
        _ => return Err(malformed("a button that there is not")),
    };
    let doing = Doing { member: (desk.member.id, &desk.member.nick), site: &site, item, deed, now: app.now() };
    act::done(app, &desk.member, &doing).await
}

fn malformed(text: &str) -> Error {
    Fault::Malformed(text.to_owned()).into()
}

/// Something about to be done.
struct Doing<'a> {
    member: (MemberId, &'a str),
    site: &'a Site,
    item: &'a Item,
    deed: Deed,
    now: DateTime<Utc>,
}

impl Act for Doing<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let before = load(change.tx(), self.site, self.item).await?.ok_or(Fault::NotFound)?;
        let permit = rights.permit(&before.realm)?;
        let row = self.item.row().unwrap_or_default();
        let (action, said, mut summary) = match (&self.deed, self.item.kind) {
            (Deed::Delete, kind) => {
                self.delete(change, kind, row, &before).await?;
                (Action::Deleted, "deleted", String::new())
            }
            (Deed::Unpublish, Kind::Creation) => {
                creations::unpublish(change, CreationId(row)).await?;
                (Action::Unpublished, "unpublished", String::new())
            }
            (Deed::Publish, Kind::Creation) if before.state == "unpublished" => {
                creations::publish_again(change, CreationId(row)).await?;
                (Action::Published, "published", String::new())
            }
            (Deed::Publish, Kind::Creation) => {
                creations::approve(change, CreationId(row)).await?;
                (Action::Published, "published", String::new())
            }
            (Deed::Publish, Kind::News) => {
                news::publish(change, row, self.now).await?;
                (Action::Published, "published", String::new())
            }
            (Deed::Schedule(at), Kind::Creation) => {
                creations::schedule(change, CreationId(row), *at).await?;
                (Action::Scheduled, "scheduled", when(*at))
            }
            (Deed::Schedule(at), Kind::News) => {
                news::schedule(change, row, *at).await?;
                (Action::Scheduled, "scheduled", when(*at))
            }
            (Deed::Move { section, genre }, Kind::Creation) => {
                // Into a section is somebody's business as much as out of one.
                rights.permit(&Realm::Section(section.clone()))?;
                creations::move_to(change, CreationId(row), section, *genre).await?;
                (Action::Moved, "moved", section.clone())
            }
            (Deed::Genre(genre), Kind::Creation) => {
                creations::change_genre(change, CreationId(row), *genre).await?;
                (Action::Assigned, "assigned", String::new())
            }
            (Deed::Author(name), Kind::Creation) => {
                let author = self.author(change, name).await?;
                creations::change_author(change, CreationId(row), author).await?;
                (Action::Assigned, "assigned", name.clone())
            }
            _ => return Err(malformed("nothing that can be done with it")),
        };
        if !summary.is_empty() {
            summary = format!(" → {summary}");
        }
        let entry = Entry {
            action,
            kind: self.item.kind.word(),
            item: self.item.key.clone(),
            summary: format!("{}{summary}", before.title),
        };
        let (next, page) = match load(change.tx(), self.site, self.item).await? {
            Some(after) if after.state != NEW => (self.item.url(self.site), after.page),
            // What is gone has no form.
            _ => (list_of(self.site, self.item.kind), before.page),
        };
        Ok(Done { permit, entries: vec![entry], page: awaited(page), next: format!("{next}?said={said}") })
    }
}

impl Doing<'_> {
    /// Deletes a thing. What it was stays in the history, for editors alone.
    async fn delete(&self, change: &mut Change<'_, Alone>, kind: Kind, row: i64, before: &Loaded) -> Result<()> {
        let kept = serde_json::to_string(&values(&before.fields, before.format)).expect("texts are JSON");
        editing::keep(change.tx(), (kind.word(), &self.item.key), self.member, &kept, self.now).await?;
        match kind {
            Kind::Creation => creations::delete(change, CreationId(row)).await,
            Kind::Comment => comments::delete(change, row).await,
            Kind::ForumPost => forum::delete(change, row).await,
            Kind::News => news::delete(change, row).await,
            Kind::Link => links::delete(change, row).await,
            Kind::Ad => ads::delete(change, row).await,
            Kind::EditorsPage => editors_pages::delete(change, &self.item.key).await,
            Kind::Charter => editors_pages::delete_charter(change, &self.item.key).await,
        }?;
        Ok(())
    }

    /// The author whom a name means: a member by nick, else somebody who is no member; nobody for an empty one.
    async fn author(&self, change: &mut Change<'_, Alone>, name: &str) -> Result<Option<AuthorId>> {
        if name.is_empty() {
            return Ok(None);
        }
        if let Some(login) = credentials::by_nick(change.tx(), name).await? {
            return Ok(Some(creations::author_of(change, login.member_id).await?));
        }
        let others = creation_rows::all_authors(change.tx()).await?;
        let other = others.into_iter().find(|(_, member, other)| member.is_none() && other == name);
        other.map(|(id, _, _)| Some(AuthorId(id))).ok_or_else(|| malformed("no author of this name"))
    }
}

/// Only pages that are rendered at once are waited for; lists follow.
pub fn awaited(page: Page) -> Option<Page> {
    (page.priority() == generator::page::PRIORITY_POST).then_some(page)
}

fn when(at: Option<DateTime<Utc>>) -> String {
    at.map_or("–".to_owned(), generator::text::moment::iso)
}

/// The list that things of a kind are on.
pub fn list_of(site: &Site, kind: Kind) -> String {
    let paths = &site.config.sidecar;
    paths.url(match kind {
        Kind::Creation => &paths.office_creations,
        Kind::Comment | Kind::ForumPost | Kind::Ad => &paths.office_messages,
        Kind::News => &paths.office_news,
        Kind::EditorsPage | Kind::Charter => &paths.office_pages,
        Kind::Link => &paths.office_links,
    })
}

/// What a page says of what was done just now.
pub fn said(site: &Site, word: &str) -> Option<String> {
    let message = match word {
        "saved" => "office-said-saved",
        "deleted" => "office-said-deleted",
        "unpublished" => "office-said-unpublished",
        "published" => "office-said-published",
        "scheduled" => "office-said-scheduled",
        "moved" => "office-said-moved",
        "assigned" => "office-said-saved",
        "returned" => "office-said-returned",
        "rejected" => "office-said-rejected",
        "rendering" => "office-said-rendering",
        "settled" => "office-said-saved",
        _ => return None,
    };
    Some(site.locale.text(message, &[]))
}

/// The message that names a state.
pub fn label(state: &str) -> &'static str {
    match state {
        "approved" | "public" => "office-state-public",
        "waiting" => "office-state-waiting",
        "draft" => "office-state-draft",
        "returned" => "office-state-returned",
        "rejected" => "office-state-rejected",
        "unpublished" => "office-state-unpublished",
        "deleted" | "expired" => "office-state-deleted",
        _ => "office-state-new",
    }
}
