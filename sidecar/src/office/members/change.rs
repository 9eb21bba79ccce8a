//! What editors change of a member.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::mails::{self, About, NewMail};
use generator::db::{account_links, accounts, editor_sections, member_search, sessions};
use generator::model::{MemberId, Role};
use generator::page::Page;
use generator::publish::{Alone, Change, members};
use generator::site::Site;
use generator::text::moment::typed;

use crate::accounts::address::is_address;
use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Number;
use crate::office::act::{self, Act, Done};
use crate::office::desk::{Desk, Realm, Rights, Sent, SiteDesk, section_name};
use crate::office::item::form::refusal;
use crate::office::said::Said;
use crate::refusal::Refusal;

use super::{Again, Standing};

/// Characters of a reason.
pub const REASON_CHARS_MAX: usize = 500;

/// What is to be changed.
enum Deed {
    Ban { reason: String, ends_at: Option<DateTime<Utc>> },
    Unban,
    Hide,
    Role { role: Role, sections: Vec<String> },
    Address(String),
}

/// A change of a member about to be made.
struct Changing<'a> {
    by: MemberId,
    site: &'a Site,
    id: MemberId,
    deed: Deed,
    /// What the editor has seen of the member.
    version: String,
    now: DateTime<Utc>,
}

/// What a form of the member's page sends.
pub async fn send(
    State(app): State<Arc<App>>,
    Number(id): Number,
    sent: Sent<Vec<(String, String)>, SiteDesk>,
) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let id = MemberId(id);
    let fields: BTreeMap<String, String> = form.iter().cloned().collect();
    let answer = match change(&app, &desk, id, form).await {
        Err(error) => match refusal(&error.fault) {
            Some(refusal) => {
                let version = (refusal != changed()).then(|| fields.get("version").cloned().unwrap_or_default());
                let fault = Some(refusal.text(&app.site()));
                let again = Again { status: refusal.status(), fault, version, sent: fields, ..Again::default() };
                super::one(&app, &desk, id, again).await
            }
            None => Err(error),
        },
        done => done,
    };
    app.mail_waits.notify_one();
    answer.map_err(|error| error.keeping(&kept))
}

/// The member is not what the form was made from any more.
fn changed() -> Refusal {
    Refusal::conflict("office-member-changed")
}

async fn change(app: &App, desk: &Desk, id: MemberId, form: Vec<(String, String)>) -> Result<Response> {
    let site = app.site();
    let sections: Vec<String> =
        form.iter().filter(|(name, _)| name == "sections").map(|(_, value)| value.clone()).collect();
    let fields: BTreeMap<String, String> = form.into_iter().collect();
    let deed = read(&site, &fields, sections, app.now())?;
    let version = fields.get("version").cloned().unwrap_or_default();
    let changing = Changing { by: desk.member.id, site: &site, id, deed, version, now: app.now() };
    act::done(app, &desk.member, &changing).await
}

/// What was sent.
fn read(site: &Site, fields: &BTreeMap<String, String>, sections: Vec<String>, now: DateTime<Utc>) -> Result<Deed> {
    let field = |name: &str| fields.get(name).map_or("", |value| value.trim());
    let malformed = || Fault::Malformed("a button or a choice that there is not".to_owned());
    match field("do") {
        "ban" => {
            let reason = generator::text::printable(field("reason")).trim().to_owned();
            if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
                return Err(Refusal::new("office-ban-reason-missing").into());
            }
            let ends_at = match field("ends_at") {
                "" => None,
                text => {
                    let end = typed(text, site.zone).filter(|at| *at > now);
                    Some(end.ok_or(Refusal::new("office-time-wrong"))?)
                }
            };
            Ok(Deed::Ban { reason, ends_at })
        }
        "unban" => Ok(Deed::Unban),
        "hide" => Ok(Deed::Hide),
        "role" => {
            let role = match field("role") {
                "member" => Role::Member,
                "editor" => Role::Editor,
                "admin" => Role::Admin,
                _ => return Err(malformed().into()),
            };
            Ok(Deed::Role { role, sections })
        }
        "address" => {
            let email = field("email");
            match is_address(email) {
                true => Ok(Deed::Address(email.to_owned())),
                false => Err(Refusal::new("office-email-wrong").into()),
            }
        }
        _ => Err(malformed().into()),
    }
}

impl Act for Changing<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let realm = match &self.deed {
            Deed::Ban { .. } | Deed::Unban | Deed::Hide => Realm::Site,
            Deed::Role { .. } | Deed::Address(_) => Realm::People,
        };
        let permit = rights.permit(&realm)?;
        let standing = Standing::of(change.tx(), self.id).await?.ok_or(Fault::NotFound)?;
        // Of two editors neither may throw the other out, nor let somebody in again whom an administrator has thrown out.
        let is_ban = matches!(self.deed, Deed::Ban { .. } | Deed::Unban);
        if is_ban && standing.row.role > Role::Member && rights.permit(&Realm::People).is_err() {
            return Err(Refusal::forbidden("office-ban-editor").into());
        }
        if matches!(self.deed, Deed::Ban { .. }) && self.id == self.by {
            return Err(Refusal::conflict("office-ban-self").into());
        }
        if standing.version() != self.version {
            return Err(changed().into());
        }
        let paths = &self.site.config.sidecar;
        let next = format!("{}{}/", paths.url(&paths.office_members), self.id);
        let nick = standing.row.nick.clone();
        let Some((action, said, detail)) = self.act(change, standing).await? else {
            return Ok(Done { permit, entries: Vec::new(), page: None, said: Said::Same, next });
        };
        let summary = if detail.is_empty() { nick } else { format!("{nick}: {detail}") };
        let entry = Entry { action, kind: "member", item: self.id.to_string(), summary };
        Ok(Done { permit, entries: vec![entry], page: Some(Page::Member(self.id)), said, next })
    }
}

impl Changing<'_> {
    /// Has the member told, where there is an address.
    async fn tell(&self, change: &mut Change<'_, Alone>, about: About) -> Result<()> {
        mails::add(change.tx(), NewMail { member: Some(self.id), ..NewMail::to(about, "") }, self.now).await?;
        Ok(())
    }

    /// Does it; nothing where it is so already.
    async fn act(&self, change: &mut Change<'_, Alone>, standing: Standing) -> Result<Option<(Action, Said, String)>> {
        let Standing { row, sections: bound, .. } = standing;
        Ok(match &self.deed {
            Deed::Ban { reason, ends_at } => {
                members::ban_until(change, self.id, self.by, reason, *ends_at).await?;
                self.tell(change, About::Banned).await?;
                Some((Action::Banned, Said::Banned, reason.clone()))
            }
            Deed::Unban => {
                members::unban(change, self.id).await?;
                self.tell(change, About::Unbanned).await?;
                Some((Action::Unbanned, Said::Unbanned, String::new()))
            }
            Deed::Hide => {
                if !members::hide(change, self.id).await? {
                    return Ok(None);
                }
                Some((Action::Hidden, Said::Hidden, String::new()))
            }
            Deed::Role { role, sections } => {
                // A section that is gone may stay with an editor, but nobody gets one.
                if !sections.iter().all(|key| self.site.section(key).is_some() || bound.contains(key)) {
                    return Err(Refusal::new("office-section-unknown").into());
                }
                let sections: BTreeSet<String> = match role {
                    Role::Editor => sections.iter().cloned().collect(),
                    Role::Member | Role::Admin => BTreeSet::new(),
                };
                let sections: Vec<String> = sections.into_iter().collect();
                if *role == row.role && sections == bound {
                    return Ok(None);
                }
                let loses_admin = row.role == Role::Admin && *role != Role::Admin;
                if loses_admin && member_search::other_admins(change.tx(), self.id).await? < 1 {
                    return Err(Refusal::conflict("office-last-admin").into());
                }
                accounts::set_role(change.tx(), self.id, *role).await?;
                editor_sections::set(change.tx(), self.id, &sections).await?;
                let label = super::role_label(self.site, *role);
                let names: Vec<String> = sections.iter().map(|key| section_name(self.site, key)).collect();
                let detail = if names.is_empty() { label } else { format!("{label} ({})", names.join(", ")) };
                Some((Action::RoleChanged, Said::RoleChanged, detail))
            }
            Deed::Address(email) if *email == row.email => None,
            Deed::Address(email) => {
                if let Some(old) = accounts::address(change.tx(), self.id).await? {
                    let told = NewMail { member: Some(self.id), ..NewMail::to(About::EmailChanged, &old.email) };
                    mails::add(change.tx(), told, self.now).await?;
                }
                member_search::set_email(change.tx(), self.id, email).await?;
                // Whoever sits there may not be whose address it is.
                sessions::end_all(change.tx(), self.id).await?;
                account_links::end_all(change.tx(), self.id).await?;
                // No address is in the log: it is kept for longer than an account.
                Some((Action::AddressChanged, Said::AddressChanged, String::new()))
            }
        })
    }
}
