//! Who may do what in the editors' rooms.
//!
//! An editor with sections may do what concerns these sections alone. One without any, and an administrator, cares for the
//! whole site; who is a member, an editor or somebody else's address is decided by administrators. There is no way to a
//! [`Permit`] but [`Rights::permit`], and no act without one.
//!
//! A section that site.toml has no more is the business of those who care for the whole site: an editor who had it alone
//! has nothing left, and not everything.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use generator::db::{Tx, accounts, editing, editor_sections};
use generator::model::{MemberId, Role};
use generator::site::Site;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::sent::{self, Incoming};
use crate::form::{Kept, Written};
use crate::visitor::{Editor, Member};

/// What an act concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Realm {
    /// The creations of a section, their discussions, its charter.
    Section(String),
    /// What belongs to no section: news, forum, pages, links, bans, the state of the pages.
    Site,
    /// Roles, sections and addresses of members.
    People,
}

/// What somebody may do, as of the moment at which it was read.
#[derive(Clone, Debug)]
pub struct Rights {
    is_admin: bool,
    scope: Scope,
}

/// What somebody cares for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scope {
    /// All there is.
    Site,
    /// These sections, perhaps none.
    Sections(Vec<String>),
}

/// That somebody may do what concerns a realm.
#[derive(Clone, Debug)]
pub struct Permit(());

impl Rights {
    /// What a member may do now; in a change, until it ends.
    ///
    /// # Errors
    /// A member who is banned or no editor; where the database fails.
    pub async fn of(tx: &mut Tx, site: &Site, member: MemberId) -> Result<Rights> {
        if !accounts::may_write(tx, member).await? {
            return Err(Fault::Forbidden.into());
        }
        Rights::seen(tx, site, member).await?.ok_or_else(|| Fault::Forbidden.into())
    }

    /// What a member may do as of a moment, without holding anything of it; nothing where they are no editor. For what is
    /// shown; an act asks [`Rights::of`].
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn seen(tx: &mut Tx, site: &Site, member: MemberId) -> Result<Option<Rights>> {
        let Some(role) = accounts::role(tx, member).await?.filter(|role| *role >= Role::Editor) else {
            return Ok(None);
        };
        let is_admin = role == Role::Admin;
        let bound = editor_sections::of_member(tx, member).await?;
        let scope = match bound.is_empty() || is_admin {
            true => Scope::Site,
            false => Scope::Sections(bound.into_iter().filter(|section| site.section(section).is_some()).collect()),
        };
        Ok(Some(Rights { is_admin, scope }))
    }

    /// The one question of the editors' rooms.
    ///
    /// # Errors
    /// They may not.
    pub fn permit(&self, realm: &Realm) -> Result<Permit> {
        let may = match (realm, &self.scope) {
            (Realm::People, _) => self.is_admin,
            (Realm::Site | Realm::Section(_), Scope::Site) => true,
            (Realm::Section(section), Scope::Sections(own)) => own.contains(section),
            (Realm::Site, Scope::Sections(_)) => false,
        };
        if may { Ok(Permit(())) } else { Err(Fault::Forbidden.into()) }
    }

    /// Whether they may do what concerns a section.
    pub fn has_section(&self, section: &str) -> bool {
        self.permit(&Realm::Section(section.to_owned())).is_ok()
    }
}

/// An editor who asks.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Who.
    pub member: Member,
    /// What they may do.
    pub rights: Rights,
}

impl Desk {
    async fn of(app: &App, member: Member) -> Result<Desk> {
        let rights = Rights::seen(&mut app.snapshot().await?, &app.site(), member.id).await?.ok_or(Fault::Forbidden)?;
        Ok(Desk { member, rights })
    }

    /// The sections whose creations they care for: those that the site has, in its order, then those that it has no more
    /// and that works were left in.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn sections(&self, tx: &mut Tx, site: &Site) -> Result<Vec<OwnSection>> {
        let own = site.sections.iter().filter(|section| self.rights.has_section(&section.key));
        let mut sections: Vec<_> =
            own.map(|section| OwnSection { key: section.key.clone(), name: section.name.clone() }).collect();
        if self.permit(&Realm::Site).is_ok() {
            let left = editing::sections_of_creations(tx).await?;
            let gone = left.into_iter().filter(|key| site.section(key).is_none());
            sections.extend(gone.map(|key| OwnSection { name: section_name(site, &key), key }));
        }
        Ok(sections)
    }

    /// As [`Rights::permit`].
    ///
    /// # Errors
    /// They may not.
    pub fn permit(&self, realm: &Realm) -> Result<Permit> {
        self.rights.permit(realm)
    }
}

/// An editor who asks for what concerns the whole site, and cares for it.
#[derive(Clone, Debug)]
pub struct SiteDesk(Desk);

/// What a form's sender must be.
pub trait OfDesk: Sized {
    /// What an editor is who sends a form.
    ///
    /// # Errors
    /// They are not.
    fn of_desk(desk: Desk) -> Result<Self>;
}

impl OfDesk for Desk {
    fn of_desk(desk: Desk) -> Result<Desk> {
        Ok(desk)
    }
}

impl OfDesk for SiteDesk {
    fn of_desk(desk: Desk) -> Result<SiteDesk> {
        desk.permit(&Realm::Site)?;
        Ok(SiteDesk(desk))
    }
}

impl Deref for SiteDesk {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.0
    }
}

/// A section that an editor cares for.
#[derive(Clone, Debug)]
pub struct OwnSection {
    /// Its key.
    pub key: String,
    /// What people call it.
    pub name: String,
}

/// Their keys.
pub fn keys(sections: &[OwnSection]) -> Vec<String> {
    sections.iter().map(|section| section.key.clone()).collect()
}

/// What a section is called; of one that the site has no more, that it is gone.
pub fn section_name(site: &Site, key: &str) -> String {
    match site.section(key) {
        Some(section) => section.name.clone(),
        None => site.locale.text("office-section-gone", &[("section", key.into())]),
    }
}

impl FromRequestParts<Arc<App>> for Desk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Desk> {
        let Editor(member) = Editor::from_request_parts(parts, app).await?;
        Desk::of(app, member).await
    }
}

impl FromRequestParts<Arc<App>> for SiteDesk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<SiteDesk> {
        SiteDesk::of_desk(Desk::from_request_parts(parts, app).await?)
    }
}

/// A form of the editors' rooms. What was typed is kept as in [`Written`].
pub struct Sent<F, D = Desk> {
    /// Who sends it.
    pub desk: D,
    /// What it says.
    pub form: F,
    /// The same, for the answer that it has to be sent again.
    pub kept: Kept,
}

impl<F: DeserializeOwned + Send, D: OfDesk> FromRequest<Arc<App>> for Sent<F, D> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Sent<F, D>> {
        let request = of_editor(request, app).await?;
        let Written { member, form, kept } = Written::<F>::from_request(request, app).await?;
        let desk = Desk::of(app, member).await.and_then(D::of_desk).map_err(|error| error.keeping(&kept))?;
        Ok(Sent { desk, form, kept })
    }
}

/// A form with files of the editors' rooms.
pub struct SentFiles {
    /// Who sends it.
    pub desk: Desk,
    /// Files that were chosen.
    pub files: Vec<Incoming>,
    /// What its other fields hold, by name.
    pub texts: BTreeMap<String, String>,
}

impl FromRequest<Arc<App>> for SentFiles {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<SentFiles> {
        let request = of_editor(request, app).await?;
        // Files cannot be kept, and without them nothing of the form is worth sending again.
        let sent = sent::Sent::from_request(request, app).await.map_err(|error| Error { kept: None, ..error })?;
        let sent::Sent { member, files, kept } = sent;
        Ok(SentFiles { desk: Desk::of(app, member).await?, files, texts: kept.fields.into_iter().collect() })
    }
}

/// Looks who sends a form before it is looked at, so that what is wrong with it is no member's business.
async fn of_editor(request: Request, app: &Arc<App>) -> Result<Request> {
    let (mut parts, body) = request.into_parts();
    if let Ok(member) = Member::from_request_parts(&mut parts, app).await
        && member.role < Role::Editor
    {
        return Err(Fault::Forbidden.into());
    }
    Ok(Request::from_parts(parts, body))
}
