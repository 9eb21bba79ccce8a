//! Who may do what in the editors' rooms.
//!
//! An editor with sections may do what concerns these sections alone. One without any, and an administrator, cares for the
//! whole site; who is a member, an editor or somebody else's address is decided by administrators. There is no way to a
//! [`Permit`] but [`Rights::permit`], and no act without one.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use generator::db::{Tx, accounts, editor_sections};
use generator::model::{MemberId, Role};
use generator::site::Site;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::error::{Error, Fault, Result};
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
    role: Role,
    /// Those of an editor who has some.
    sections: Vec<String>,
}

/// That somebody may do what concerns a realm.
#[derive(Clone, Debug)]
pub struct Permit(());

impl Rights {
    /// What a member may do now; in a change, until it ends.
    ///
    /// # Errors
    /// A member who is banned or no editor; where the database fails.
    pub async fn of(tx: &mut Tx, member: MemberId) -> Result<Rights> {
        if !accounts::may_write(tx, member).await? {
            return Err(Fault::Forbidden.into());
        }
        let role = accounts::role(tx, member).await?.filter(|role| *role >= Role::Editor).ok_or(Fault::Forbidden)?;
        Ok(Rights { role, sections: editor_sections::of_member(tx, member).await? })
    }

    /// What a member may do as of a moment, without holding anything of it; nothing where they are no editor. For what is
    /// shown; an act asks [`Rights::of`].
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn seen(tx: &mut Tx, member: MemberId) -> Result<Option<Rights>> {
        let Some(role) = accounts::role(tx, member).await?.filter(|role| *role >= Role::Editor) else {
            return Ok(None);
        };
        Ok(Some(Rights { role, sections: editor_sections::of_member(tx, member).await? }))
    }

    /// The one question of the editors' rooms.
    ///
    /// # Errors
    /// They may not.
    pub fn permit(&self, realm: &Realm) -> Result<Permit> {
        let is_admin = self.role == Role::Admin;
        let may = match realm {
            Realm::Section(section) => is_admin || self.sections.is_empty() || self.sections.contains(section),
            Realm::Site => is_admin || self.sections.is_empty(),
            Realm::People => is_admin,
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
        let mut tx = app.snapshot().await?;
        let rights = Rights::seen(&mut tx, member.id).await?.ok_or(Fault::Forbidden)?;
        Ok(Desk { member, rights })
    }

    /// Keys of the sections whose creations they care for.
    pub fn sections(&self, site: &Site) -> Vec<String> {
        let own = site.sections.iter().filter(|section| self.rights.has_section(&section.key));
        own.map(|section| section.key.clone()).collect()
    }

    /// As [`Rights::permit`].
    ///
    /// # Errors
    /// They may not.
    pub fn permit(&self, realm: &Realm) -> Result<Permit> {
        self.rights.permit(realm)
    }
}

impl FromRequestParts<Arc<App>> for Desk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Desk> {
        let Editor(member) = Editor::from_request_parts(parts, app).await?;
        Desk::of(app, member).await
    }
}

/// A form of the editors' rooms. What was typed is kept as in [`Written`].
pub struct Sent<F> {
    /// Who sends it.
    pub desk: Desk,
    /// What it says.
    pub form: F,
    /// The same, for the answer that it has to be sent again.
    pub kept: Kept,
}

impl<F: DeserializeOwned + Send> FromRequest<Arc<App>> for Sent<F> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Sent<F>> {
        let (mut parts, body) = request.into_parts();
        // Before the form is looked at, so that what is wrong with it is no member's business.
        if let Ok(member) = Member::from_request_parts(&mut parts, app).await
            && member.role < Role::Editor
        {
            return Err(Fault::Forbidden.into());
        }
        let Written { member, form, kept } = Written::<F>::from_request(Request::from_parts(parts, body), app).await?;
        let desk = Desk::of(app, member).await.map_err(|error| error.keeping(&kept))?;
        Ok(Sent { desk, form, kept })
    }
}
