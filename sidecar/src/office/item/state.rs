//! What can be done with a thing beside changing its texts: shown, taken away, moved, given to somebody, deleted.

use std::collections::BTreeMap;

use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::{creations as creation_rows, credentials, submissions as submission_rows};
use generator::model::{AuthorId, CreationId, GenreId, MemberId};
use generator::publish::{Alone, Change, ads, comments, creations, editors_pages, forum, links, news, submissions};
use generator::site::Site;
use generator::text::moment::typed;
use generator::view::screen::moment;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::office::act::{self, Act, Done};
use crate::office::desk::{Desk, Realm, Rights};
use crate::office::said::Said;
use crate::refusal::Refusal;
use crate::uploads::moving;

use super::loaded::{Loaded, load};
use super::saving::{changed, check_attributes, require_section};
use super::{Item, Kind, WANTED, former};

/// What is to be done.
#[derive(Clone, Debug)]
enum Deed {
    Unpublish,
    Publish,
    Schedule(Option<DateTime<Utc>>),
    Delete,
    Move(String),
    Genre(Option<GenreId>),
    Author(String),
}

/// What came of it: for the log, for the next page, and what stands behind the title in the log.
type Outcome = (Action, Said, String);

/// Does what a button of the form says.
pub async fn send(
    app: &App,
    desk: &Desk,
    item: &Item,
    word: &str,
    sent: &BTreeMap<String, String>,
    report: Option<i64>,
) -> Result<Response> {
    let site = app.site();
    let field = |name: &str| sent.get(name).map_or("", |value| value.trim());
    let deed = match word {
        "unpublish" => Deed::Unpublish,
        "publish" => Deed::Publish,
        "schedule" => match field("publish_at") {
            "" => Deed::Schedule(None),
            text => {
                let at = typed(text, site.zone).filter(|at| *at > app.now());
                Deed::Schedule(Some(at.ok_or(Refusal::new("office-time-wrong"))?))
            }
        },
        "delete" if field("sure") == "1" => Deed::Delete,
        "delete" => return Err(Refusal::new("office-delete-unsure").into()),
        "move" => Deed::Move(field("section").to_owned()),
        "genre" => match field("genre") {
            "" => Deed::Genre(None),
            // It is so already.
            WANTED => return Ok(crate::screen::see(&same(item, &site, report))),
            genre => Deed::Genre(Some(GenreId(genre.parse().map_err(|_| malformed("a genre that there is not"))?))),
        },
        "author" => Deed::Author(field("author").to_owned()),
        _ => return Err(malformed("a button that there is not")),
    };
    if matches!(deed, Deed::Publish) && item.kind == Kind::Creation {
        // Its pictures first, once it is certain that this editor may.
        let loaded = load(&mut app.snapshot().await?, &site, item).await?.ok_or(Fault::NotFound)?;
        desk.permit(&loaded.realm)?;
        moving::prepare(app, CreationId(item.row().unwrap_or_default())).await?;
    }
    let doing = Doing {
        member: (desk.member.id, &desk.member.nick),
        site: &site,
        item,
        deed,
        version: field("version"),
        report,
        now: app.now(),
    };
    act::done(app, &desk.member, &doing).await
}

fn same(item: &Item, site: &Site, report: Option<i64>) -> String {
    use crate::office::said::{Seen, url};
    url(&item.url_from(site, report), Said::Same, Seen::Nowhere)
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
    /// What the editor has seen.
    version: &'a str,
    /// The report that led here.
    report: Option<i64>,
    now: DateTime<Utc>,
}

impl Act for Doing<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let before = load(change.tx(), self.site, self.item).await?.ok_or(Fault::NotFound)?;
        let permit = rights.permit(&before.realm)?;
        if before.version() != self.version {
            return Err(changed().into());
        }
        let Some((action, said, detail)) = self.act(change, rights, &before).await? else {
            let next = self.item.url_from(self.site, self.report);
            return Ok(Done { permit, entries: Vec::new(), page: None, said: Said::Same, next });
        };
        let detail = if detail.is_empty() { detail } else { format!(" → {detail}") };
        let entry = Entry {
            action,
            kind: self.item.kind.word(),
            item: self.item.key.clone(),
            summary: format!("{}{detail}", before.title),
        };
        let (next, page) = match load(change.tx(), self.site, self.item).await? {
            Some(after) if !after.is_new() => (self.item.url_from(self.site, self.report), after.page),
            // What is gone has no form.
            _ => (list_of(self.site, self.item.kind), before.page),
        };
        Ok(Done { permit, entries: vec![entry], page: Some(page), said, next })
    }
}

impl Doing<'_> {
    /// Does it; nothing where it is so already.
    async fn act(&self, change: &mut Change<'_, Alone>, rights: &Rights, before: &Loaded) -> Result<Option<Outcome>> {
        let row = self.item.row().unwrap_or_default();
        if !matches!(self.deed, Deed::Move(_) | Deed::Delete) {
            require_section(self.site, before)?;
        }
        match (&self.deed, self.item.kind) {
            (Deed::Delete, kind) => {
                self.delete(change, kind, row, before).await?;
                done(Action::Deleted, Said::Deleted, String::new())
            }
            (Deed::Schedule(at), Kind::Creation | Kind::News) => self.schedule(change, row, before, *at).await,
            (Deed::Publish, Kind::News) => {
                news::publish(change, row, self.now).await?;
                done(Action::Published, Said::Published, String::new())
            }
            (_, Kind::Creation) => self.with_creation(change, rights, CreationId(row), before).await,
            _ => Err(malformed("nothing that can be done with it")),
        }
    }

    async fn with_creation(
        &self,
        change: &mut Change<'_, Alone>,
        rights: &Rights,
        id: CreationId,
        before: &Loaded,
    ) -> Result<Option<Outcome>> {
        let belonging = before.creation.as_ref().ok_or(Fault::NotFound)?;
        match &self.deed {
            Deed::Unpublish => {
                creations::unpublish(change, id).await?;
                done(Action::Unpublished, Said::Unpublished, String::new())
            }
            Deed::Publish => {
                let attributes = attributes_of(change, id).await?;
                check_attributes(self.site, &belonging.section, &attributes)?;
                match before.state.as_str() {
                    "unpublished" => creations::publish_again(change, id).await?,
                    _ => submissions::approve(change, id, self.member.0, "").await?,
                }
                done(Action::Published, Said::Published, String::new())
            }
            Deed::Move(section) if *section == belonging.section => Ok(None),
            Deed::Move(section) => {
                // Into a section is somebody's business as much as out of one.
                rights.permit(&Realm::Section(section.clone()))?;
                let name = self.site.section(section).map(|section| section.name.clone());
                let name = name.ok_or(Refusal::new("office-section-unknown"))?;
                let attributes = attributes_of(change, id).await?;
                check_attributes(self.site, section, &attributes)?;
                creations::move_to(change, id, section, None).await?;
                done(Action::Moved, Said::Moved, name)
            }
            Deed::Genre(genre) if *genre == belonging.genre && belonging.wanted.is_empty() => Ok(None),
            Deed::Genre(genre) => {
                let there = creation_rows::genres(change.tx()).await?;
                let is_known = |id: &GenreId| there.iter().any(|row| row.id == *id && row.section == belonging.section);
                if genre.as_ref().is_some_and(|id| !is_known(id)) {
                    return Err(malformed("a genre that the section does not have"));
                }
                creations::change_genre(change, id, *genre).await?;
                // An editor's word goes before the author's wish.
                if genre.is_none() {
                    submission_rows::want_genre(change.tx(), id, "").await?;
                }
                done(Action::Assigned, Said::Saved, String::new())
            }
            Deed::Author(name) => {
                let author = self.author(change, name).await?;
                if author == belonging.author {
                    return Ok(None);
                }
                creations::change_author(change, id, author).await?;
                done(Action::Assigned, Said::Saved, name.clone())
            }
            Deed::Schedule(_) | Deed::Delete => Err(malformed("nothing that can be done with it")),
        }
    }

    async fn schedule(
        &self,
        change: &mut Change<'_, Alone>,
        row: i64,
        before: &Loaded,
        at: Option<DateTime<Utc>>,
    ) -> Result<Option<Outcome>> {
        if before.publish_at == at {
            return Ok(None);
        }
        match self.item.kind {
            Kind::News => news::schedule(change, row, at).await?,
            _ => creations::schedule(change, CreationId(row), at).await?,
        }
        let said = if at.is_some() { Said::Scheduled } else { Said::Unscheduled };
        let detail = at.map_or("–".to_owned(), |at| moment(self.site, at).full);
        done(Action::Scheduled, said, detail)
    }

    /// Deletes a thing. What it was stays in the history, for editors alone.
    async fn delete(&self, change: &mut Change<'_, Alone>, kind: Kind, row: i64, before: &Loaded) -> Result<()> {
        former::keep(change.tx(), self.item, self.member, &before.values(), self.now).await?;
        match kind {
            Kind::Creation => creations::delete(change, CreationId(row)).await,
            Kind::Comment => comments::delete(change, row).await,
            Kind::ForumPost => forum::delete(change, row).await,
            Kind::News => news::delete(change, row).await,
            Kind::Link => links::delete(change, row).await,
            Kind::Ad => ads::delete(change, row).await,
            Kind::EditorsPage => editors_pages::delete(change, self.item.slug()).await,
            Kind::Charter => editors_pages::delete_charter(change, &self.item.key).await,
            Kind::Description => return Err(malformed("a description is emptied and not deleted")),
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
        match other {
            Some((id, _, _)) => Ok(Some(AuthorId(id))),
            None => Err(Refusal::new("office-author-unknown").with("name", name).into()),
        }
    }
}

fn done(action: Action, said: Said, detail: String) -> Result<Option<Outcome>> {
    Ok(Some((action, said, detail)))
}

/// A creation's attributes as they stand.
async fn attributes_of(change: &mut Change<'_, Alone>, id: CreationId) -> Result<String> {
    let row = generator::db::editing::creation(change.tx(), id).await?.ok_or(Fault::NotFound)?;
    Ok(row.attributes)
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
        Kind::Description => &paths.office_members,
    })
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
