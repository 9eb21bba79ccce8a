//! What editors change of a member.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use generator::db::audit::{Action, Entry};
use generator::db::{account_links, accounts, editor_sections, member_search, sessions};
use generator::model::{MemberId, Role};
use generator::page::Page;
use generator::publish::{Alone, Change, members};
use generator::site::Site;
use generator::text::moment::typed;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::Number;
use crate::office::act::{self, Act, Done};
use crate::office::desk::{Realm, Rights, Sent};

/// Characters of a reason.
const REASON_CHARS_MAX: usize = 500;
/// Characters of an address that mail servers take.
const EMAIL_CHARS_MAX: usize = 254;

/// What is to be changed.
enum Deed {
    Ban { reason: String, ends_at: Option<DateTime<Utc>> },
    Unban,
    Role { role: Role, sections: Vec<String> },
    Address(String),
}

/// A change of a member about to be made.
struct Changing<'a> {
    by: MemberId,
    site: &'a Site,
    id: MemberId,
    deed: Deed,
}

/// What a form of the member's page sends.
pub async fn send(
    State(app): State<Arc<App>>,
    Number(id): Number,
    sent: Sent<Vec<(String, String)>>,
) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let id = MemberId(id);
    let site = app.site();
    let deed = match read(&site, form, app.now()) {
        Ok(deed) => deed,
        Err(message) => {
            let fault = Some(site.locale.text(message, &[]));
            return super::one(&app, &desk, id, StatusCode::UNPROCESSABLE_ENTITY, None, fault).await;
        }
    };
    let changing = Changing { by: desk.member.id, site: &site, id, deed };
    act::done(&app, &desk.member, &changing).await.map_err(|error| error.keeping(&kept))
}

/// What was sent; of what makes no sense, the message that says so.
fn read(site: &Site, form: Vec<(String, String)>, now: DateTime<Utc>) -> std::result::Result<Deed, &'static str> {
    let sections: Vec<String> =
        form.iter().filter(|(name, _)| name == "sections").map(|(_, value)| value.clone()).collect();
    let fields: BTreeMap<String, String> = form.into_iter().collect();
    let field = |name: &str| fields.get(name).map_or("", |value| value.trim());
    match field("do") {
        "ban" => {
            let reason = field("reason");
            if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
                return Err("office-ban-reason-missing");
            }
            let ends_at = match field("ends_at") {
                "" => None,
                text => Some(typed(text, site.zone).filter(|at| *at > now).ok_or("office-time-wrong")?),
            };
            Ok(Deed::Ban { reason: generator::text::printable(reason).into_owned(), ends_at })
        }
        "unban" => Ok(Deed::Unban),
        "role" => {
            let role = match field("role") {
                "member" => Role::Member,
                "editor" => Role::Editor,
                "admin" => Role::Admin,
                _ => return Err("error-malformed"),
            };
            if !sections.iter().all(|section| site.section(section).is_some()) {
                return Err("error-malformed");
            }
            Ok(Deed::Role { role, sections })
        }
        "address" => {
            let email = field("email");
            let (name, host) = email.split_once('@').ok_or("office-email-wrong")?;
            let is_possible = !name.is_empty()
                && host.contains('.')
                && !host.contains('@')
                && !email.contains(|c: char| c.is_whitespace() || c.is_control())
                && email.chars().count() <= EMAIL_CHARS_MAX;
            if is_possible { Ok(Deed::Address(email.to_owned())) } else { Err("office-email-wrong") }
        }
        _ => Err("error-malformed"),
    }
}

impl Act for Changing<'_> {
    async fn make(&self, change: &mut Change<'_, Alone>, rights: &Rights) -> Result<Done> {
        let realm = match &self.deed {
            Deed::Ban { .. } | Deed::Unban => Realm::Site,
            Deed::Role { .. } | Deed::Address(_) => Realm::People,
        };
        let permit = rights.permit(&realm)?;
        let row = member_search::by_ids(change.tx(), &[self.id.0]).await?.pop().ok_or(Fault::NotFound)?;
        // Of two editors neither may throw the other out, nor let somebody in again whom an administrator has thrown out.
        if row.role > Role::Member {
            rights.permit(&Realm::People)?;
        }
        let (action, detail) = match &self.deed {
            Deed::Ban { reason, ends_at } => {
                if self.id == self.by {
                    return Err(refused("nobody bans themselves"));
                }
                members::ban_until(change, self.id, reason, *ends_at).await?;
                (Action::Banned, reason.clone())
            }
            Deed::Unban => {
                members::unban(change, self.id).await?;
                (Action::Unbanned, String::new())
            }
            Deed::Role { role, sections } => {
                let loses_admin = row.role == Role::Admin && *role != Role::Admin;
                if loses_admin && member_search::admins(change.tx()).await? <= 1 {
                    return Err(refused("somebody has to be an administrator"));
                }
                accounts::set_role(change.tx(), self.id, *role).await?;
                let sections = if *role == Role::Editor { sections.as_slice() } else { &[] };
                editor_sections::set(change.tx(), self.id, sections).await?;
                (Action::RoleChanged, format!("{role:?} {}", sections.join(", ")))
            }
            Deed::Address(email) => {
                member_search::set_email(change.tx(), self.id, email).await?;
                // Whoever sits there may not be whose address it is.
                sessions::end_all(change.tx(), self.id).await?;
                account_links::end_all(change.tx(), self.id).await?;
                (Action::AddressChanged, String::new())
            }
        };
        let summary = if detail.is_empty() { row.nick } else { format!("{}: {detail}", row.nick) };
        let entry = Entry { action, kind: "member", item: self.id.to_string(), summary };
        let paths = &self.site.config.sidecar;
        let next = format!("{}{}/?said=saved", paths.url(&paths.office_members), self.id);
        Ok(Done { permit, entries: vec![entry], page: Some(Page::Member(self.id)), next })
    }
}

fn refused(text: &str) -> Error {
    Fault::TooLate(text.to_owned()).into()
}
