//! Members: found, banned, let back in; their roles, sections and addresses.

pub mod change;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::bans::{self, Ban};
use generator::db::member_search::{self, MemberRow};
use generator::db::{Tx, audit, editor_sections, members};
use generator::model::{MemberId, Role};
use generator::page::Page;
use generator::site::Site;
use generator::text::moment::field;
use generator::text::slug::{slug, slug_or};
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::{Number, Query};

use super::desk::{Realm, SiteDesk, section_name};
use super::item::fields::digest;
use super::item::{Item, Kind};
use super::log::{EntryView, entry};
use super::said;

/// Members of an answer.
const FOUND: usize = 50;
/// Acts shown beside a member.
const ACTS: i64 = 20;

/// Who is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// A part of a nick, or for administrators a whole e-mail address.
    q: String,
    /// `banned` or nothing.
    only: String,
    said: String,
    seen: String,
}

#[derive(Serialize)]
struct MembersView {
    action: String,
    q: String,
    banned_url: String,
    has_asked: bool,
    members: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    url: String,
    nick: String,
    role: String,
    banned: bool,
    registered: Option<Moment>,
}

/// The search; without a question, the editors.
pub async fn show(State(app): State<Arc<App>>, desk: SiteDesk, Query(asked): Query<Asked>) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let url = paths.url(&paths.office_members);
    let q = asked.q.trim().to_owned();
    let mut tx = app.snapshot().await?;
    let found = if asked.only == "banned" {
        member_search::banned(&mut tx, i64::MAX, FOUND as i64).await?
    } else if q.is_empty() {
        member_search::editors(&mut tx).await?
    } else if q.contains('@') {
        // Whose an address is, is nobody's business but theirs.
        desk.permit(&Realm::People)?;
        member_search::by_email(&mut tx, &q, FOUND as i64).await?
    } else {
        let ids = like(&members::nicks(&mut tx).await?, &q);
        let mut rows = member_search::by_ids(&mut tx, &ids).await?;
        rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id.0));
        rows
    };
    drop(tx);
    let view = MembersView {
        action: url.clone(),
        banned_url: format!("{url}?only=banned"),
        has_asked: !q.is_empty() || !asked.only.is_empty(),
        q,
        members: found.into_iter().map(|row| line(&site, row)).collect(),
    };
    let title = site.locale.text("office-members", &[]);
    Ok(super::page(&app, &desk, "members", &url, &title, view))
}

fn line(site: &Site, row: MemberRow) -> LineView {
    let paths = &site.config.sidecar;
    LineView {
        url: format!("{}{}/", paths.url(&paths.office_members), row.id),
        nick: row.nick,
        role: role_label(site, row.role),
        banned: row.banned,
        registered: row.registered_at.map(|at| moment(site, at)),
    }
}

pub(super) fn role_label(site: &Site, role: Role) -> String {
    let message = match role {
        Role::Member => "office-role-member",
        Role::Editor => "office-role-editor",
        Role::Admin => "office-role-admin",
    };
    site.locale.text(message, &[])
}

/// Members whose nick holds what was typed, letters without their marks: those who are called exactly so first, then
/// those whose nick begins so.
fn like(nicks: &[(MemberId, String)], q: &str) -> Vec<i64> {
    let wanted = slug(q);
    let mut found: Vec<(u8, i64)> = nicks
        .iter()
        .filter_map(|(id, nick)| {
            let slug = slug(nick);
            let rank = match () {
                () if *nick == q => 0,
                () if wanted.is_empty() => return None,
                () if slug == wanted => 1,
                () if slug.starts_with(&wanted) => 2,
                () if slug.contains(&wanted) => 3,
                () => return None,
            };
            Some((rank, id.0))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().take(FOUND).map(|(_, id)| id).collect()
}

#[derive(Serialize)]
struct MemberView {
    action: String,
    nick: String,
    profile_url: String,
    /// Where editors write what the member says of themselves.
    description_url: String,
    /// For administrators alone.
    email: Option<String>,
    role: &'static str,
    role_label: String,
    sections: Vec<SectionView>,
    banned: bool,
    ban: Option<BanView>,
    /// Whether this editor may ban them, or let them back in.
    can_ban: bool,
    version: String,
    /// What was typed of a ban.
    reason: String,
    ends_at: String,
    reason_chars_max: usize,
    /// The least end of a ban that a browser takes.
    now: String,
    registered: Option<Moment>,
    last_login: Option<Moment>,
    fault: Option<String>,
    log: Vec<EntryView>,
}

#[derive(Serialize)]
struct SectionView {
    key: String,
    name: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct BanView {
    reason: String,
    /// Who banned them; empty where that is not known.
    editor: String,
    banned: Moment,
    ends: Option<Moment>,
}

/// One member.
pub async fn show_one(
    State(app): State<Arc<App>>,
    desk: SiteDesk,
    Number(id): Number,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let said = said::text(&app.site(), &asked.said, &asked.seen);
    one(&app, &desk, MemberId(id), Again { said, ..Again::default() }).await
}

/// What the page says beside the member, and what was typed.
#[derive(Default)]
struct Again {
    status: StatusCode,
    said: Option<String>,
    fault: Option<String>,
    /// The version in the form; the member's own without it.
    version: Option<String>,
    sent: BTreeMap<String, String>,
}

/// A member as editors see them.
struct Standing {
    row: MemberRow,
    /// Keys of the sections that an editor is bound to, in order.
    sections: Vec<String>,
    ban: Option<Ban>,
}

impl Standing {
    async fn of(tx: &mut Tx, id: MemberId) -> Result<Option<Standing>> {
        let Some(row) = member_search::by_ids(tx, &[id.0]).await?.pop() else { return Ok(None) };
        let sections = editor_sections::of_member(tx, id).await?;
        let ban = bans::of_member(tx, id).await?.filter(|_| row.banned);
        Ok(Some(Standing { row, sections, ban }))
    }

    /// Names all of it that can be changed here, so that nobody changes what they have not seen.
    fn version(&self) -> String {
        let Standing { row, sections, ban } = self;
        let ban = ban.as_ref().map(|ban| (ban.banned_at.to_rfc3339(), &ban.reason));
        digest(&(&row.nick, &row.email, format!("{:?}", row.role), row.banned, sections, ban))
    }
}

/// The page of one member, perhaps with what is wrong with what was sent.
async fn one(app: &App, desk: &SiteDesk, id: MemberId, again: Again) -> Result<Response> {
    let has_people = desk.permit(&Realm::People).is_ok();
    let site = app.site();
    let paths = &site.config.sidecar;
    let mut tx = app.snapshot().await?;
    let standing = Standing::of(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let log = audit::of_item(&mut tx, "member", &id.to_string(), ACTS).await?;
    drop(tx);
    let url = format!("{}{id}/", paths.url(&paths.office_members));
    let version = again.version.unwrap_or_else(|| standing.version());
    let Standing { row, sections: chosen, ban } = standing;
    let typed = |name: &str| again.sent.get(name).cloned();
    let gone = chosen.iter().filter(|key| site.section(key).is_none());
    let view = MemberView {
        action: url.clone(),
        profile_url: site.path(&Page::Member(id), &slug_or(&row.nick, &site.config.paths.person_without_slug)),
        description_url: Item::new(Kind::Description, id).url(&site),
        email: has_people.then(|| typed("email").unwrap_or(row.email)),
        role: match row.role {
            Role::Member => "member",
            Role::Editor => "editor",
            Role::Admin => "admin",
        },
        role_label: role_label(&site, row.role),
        sections: site
            .sections
            .iter()
            .map(|section| SectionView {
                key: section.key.clone(),
                name: section.name.clone(),
                is_chosen: chosen.contains(&section.key),
            })
            .chain(gone.map(|key| SectionView { key: key.clone(), name: section_name(&site, key), is_chosen: true }))
            .collect(),
        banned: row.banned,
        can_ban: row.id != desk.member.id && (row.role == Role::Member || has_people),
        version,
        reason: typed("reason").unwrap_or_default(),
        ends_at: typed("ends_at").unwrap_or_default(),
        reason_chars_max: change::REASON_CHARS_MAX,
        ban: ban.map(|ban| BanView {
            reason: ban.reason,
            editor: ban.editor,
            banned: moment(&site, ban.banned_at),
            ends: ban.ends_at.map(|at| moment(&site, at)),
        }),
        now: field(app.now(), site.zone),
        registered: row.registered_at.map(|at| moment(&site, at)),
        last_login: row.last_login_at.map(|at| moment(&site, at)),
        fault: again.fault,
        log: log.into_iter().map(|noted| entry(&site, noted)).collect(),
        nick: row.nick.clone(),
    };
    Ok(super::page_saying(app, desk, "member", again.status, &url, &row.nick, again.said, view))
}

#[cfg(test)]
mod tests {
    use generator::model::MemberId;

    use super::like;

    #[test]
    fn nicks_are_found_without_their_marks_the_nearest_first() {
        let nicks: Vec<(MemberId, String)> =
            [(1, "Žofka"), (2, "Stará Žofka"), (3, "žofka II"), (4, "Žófka"), (5, "☃")]
                .map(|(id, nick)| (MemberId(id), nick.to_owned()))
                .into();
        assert_eq!(like(&nicks, "Žofka"), [1, 4, 3, 2]);
        assert_eq!(like(&nicks, "zofka"), [1, 4, 3, 2]);
        assert_eq!(like(&nicks, "☃"), [5]);
        assert!(like(&nicks, "Karel").is_empty());
    }
}
