//! Members: found, banned, let back in; their roles, sections and addresses.

pub mod change;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::member_search::{self, MemberRow};
use generator::db::{audit, bans, editor_sections, members};
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

use super::desk::{Desk, Realm};
use super::item::state::said;
use super::log::{EntryView, entry};

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
pub async fn show(State(app): State<Arc<App>>, desk: Desk, Query(asked): Query<Asked>) -> Result<Response> {
    desk.permit(&Realm::Site)?;
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

fn role_label(site: &Site, role: Role) -> String {
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
    /// For administrators alone.
    email: Option<String>,
    role: &'static str,
    role_label: String,
    sections: Vec<SectionView>,
    banned: bool,
    ban: Option<BanView>,
    /// The least end of a ban that a browser takes.
    now: String,
    registered: Option<Moment>,
    last_login: Option<Moment>,
    is_self: bool,
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
    banned: Moment,
    ends: Option<Moment>,
}

/// One member.
pub async fn show_one(
    State(app): State<Arc<App>>,
    desk: Desk,
    Number(id): Number,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let said = said(&app.site(), &asked.said);
    one(&app, &desk, MemberId(id), StatusCode::OK, said, None).await
}

/// The page of one member, perhaps with what is wrong with what was sent.
async fn one(
    app: &App,
    desk: &Desk,
    id: MemberId,
    status: StatusCode,
    said: Option<String>,
    fault: Option<String>,
) -> Result<Response> {
    desk.permit(&Realm::Site)?;
    let has_people = desk.permit(&Realm::People).is_ok();
    let site = app.site();
    let paths = &site.config.sidecar;
    let mut tx = app.snapshot().await?;
    let row = member_search::by_ids(&mut tx, &[id.0]).await?.pop().ok_or(Fault::NotFound)?;
    let chosen = editor_sections::of_member(&mut tx, id).await?;
    let ban = bans::of_member(&mut tx, id).await?;
    let log = audit::of_item(&mut tx, "member", &id.to_string(), ACTS).await?;
    drop(tx);
    let url = format!("{}{id}/", paths.url(&paths.office_members));
    let view = MemberView {
        action: url.clone(),
        profile_url: site.path(&Page::Member(id), &slug_or(&row.nick, &site.config.paths.person_without_slug)),
        email: has_people.then_some(row.email),
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
            .collect(),
        banned: row.banned,
        ban: ban.filter(|_| row.banned).map(|ban| BanView {
            reason: ban.reason,
            banned: moment(&site, ban.banned_at),
            ends: ban.ends_at.map(|at| moment(&site, at)),
        }),
        now: field(app.now(), site.zone),
        registered: row.registered_at.map(|at| moment(&site, at)),
        last_login: row.last_login_at.map(|at| moment(&site, at)),
        is_self: row.id == desk.member.id,
        fault,
        log: log.into_iter().map(|noted| entry(&site, noted)).collect(),
        nick: row.nick.clone(),
    };
    Ok(super::page_saying(app, desk, "member", status, &url, &row.nick, said, view))
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
