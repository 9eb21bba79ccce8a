//! Authors' pages, members' profiles and the list of members.

use serde::Serialize;

use crate::db::lists::Items;
use crate::model::{AuthorId, AuthorKind, Byline, LEVELS, MemberId, Profile};
use crate::page::{Page, Part};
use crate::text::markdown::safe_url;

use super::head::Head;
use super::parts::{Html, Image, Link, MemberLink, Moment, Pager, pager};
use super::sections::{CreationItem, item};
use super::{Context, Fault, View, view};

/// Creations of one section.
#[derive(Serialize)]
struct Group {
    section: Link,
    items: Vec<CreationItem>,
}

#[derive(Serialize)]
struct AuthorView {
    head: Head,
    name: String,
    kind: &'static str,
    member: Option<Link>,
    website: Option<String>,
    groups: Vec<Group>,
    pager: Pager,
}

#[derive(Serialize)]
struct Fact {
    key: &'static str,
    value: String,
}

#[derive(Serialize)]
struct MemberView {
    head: Head,
    id: i64,
    nick: String,
    icon: Option<Image>,
    level: Option<String>,
    levels: [&'static str; 7],
    banned: bool,
    /// Whether members may see how they can be reached: behind a link, never here.
    has_contacts: bool,
    facts: Vec<Fact>,
    description: Option<Html>,
    registered: Option<Moment>,
    reputation: i64,
    groups: Vec<Group>,
    works_url: Option<String>,
}

#[derive(Serialize)]
struct MemberLine {
    member: MemberLink,
    description: Option<Html>,
    registered: Option<Moment>,
}

#[derive(Serialize)]
struct MembersView {
    head: Head,
    members: Vec<MemberLine>,
    pager: Pager,
}

/// An author's creations, newest first within each section. One of whom nothing is public any more keeps the page, which
/// sitemaps do not list and search engines need not have.
pub(super) fn author(
    cx: &Context<'_>,
    page: &Page,
    id: AuthorId,
    items: &Items,
    is_listed: bool,
) -> Result<View, Fault> {
    let Page::Author { part, .. } = page else { return Err(Fault(format!("{page} is no author's"))) };
    let author = cx.rows.authors.get(&id).ok_or_else(|| Fault(format!("there is no author {id}")))?;
    let name = cx.author_name(author);
    let path = cx.author_path(author, *part);
    let groups = groups(cx, items);
    let description = cx.t("author-description", &[("name", &name)]);
    let mut head = cx.head(&path, cx.t("author-title", &[("name", &name)]), &description).part(
        cx,
        *part,
        cx.author_path(author, Part::Head),
        groups.is_empty(),
    );
    head.noindex |= !is_listed;
    head.og_type = "profile";
    let context = AuthorView {
        head,
        kind: match author.kind {
            AuthorKind::Member => "member",
            AuthorKind::Website => "website",
            AuthorKind::Anonymous => "anonymous",
        },
        member: author.member_id.map(|member| Link { title: name.clone(), url: cx.member_path(member, &author.name) }),
        website: safe_url(&author.website).filter(|url| url.contains("://")).map(str::to_owned),
        groups,
        pager: pager(items.issued, cx.site.config.page_sizes.author, *part, |part| cx.author_path(author, part)),
        name,
    };
    Ok(view(path, context))
}

/// A member's public profile. Who has left is on no list of members, and nobody is to find the page by searching.
pub(super) fn member(cx: &Context<'_>, id: MemberId, works: &Items, is_listed: bool) -> Result<View, Fault> {
    let profile = cx.rows.profiles.get(&id).ok_or_else(|| Fault(format!("there is no member {id}")))?;
    let path = cx.member_path(id, &profile.nick);
    let members = cx.link(&Page::Members(Part::Head));
    let description = cx.t("member-description", &[("nick", &profile.nick)]);
    let menu_url = members.url.clone();
    let mut head = cx.head(&path, profile.nick.clone(), &description).below(members).in_menu(&menu_url);
    head.noindex = !is_listed;
    head.og_type = "profile";
    let works_url = (works.issued > 0).then(|| cx.works_path(profile.author_id, &profile.nick)).flatten();
    let context = MemberView {
        head,
        id: id.0,
        nick: profile.nick.clone(),
        icon: profile.icon.as_deref().map(|icon| cx.image(icon, "")),
        level: level(profile),
        levels: LEVELS,
        banned: profile.banned,
        has_contacts: profile.has_contacts && !profile.banned,
        facts: facts(cx, profile),
        description: cx.optional_html(&profile.description, profile.description_format, 2, "about-"),
        registered: cx.moment(profile.registered_at),
        reputation: profile.reputation,
        groups: groups(cx, works),
        works_url,
    };
    Ok(view(path, context))
}

/// Members by registration.
pub(super) fn members(cx: &Context<'_>, part: Part, items: &Items) -> View {
    let of_members = |part| cx.path(&Page::Members(part));
    let members: Vec<MemberLine> = items
        .ids
        .iter()
        .filter_map(|id| cx.rows.profiles.get(&MemberId(*id)))
        .map(|profile| MemberLine {
            member: cx.member_link(&Byline {
                member_id: Some(profile.id),
                nick: profile.nick.clone(),
                level: level(profile),
                icon: profile.icon.clone(),
            }),
            description: cx.optional_html(
                &profile.description,
                profile.description_format,
                3,
                &format!("m{}-", profile.id),
            ),
            registered: cx.moment(profile.registered_at),
        })
        .collect();
    let path = of_members(part);
    let head = cx
        .head(&path, cx.t("members-title", &[]), &cx.t("members-description", &[]))
        .in_menu(&of_members(Part::Head))
        .part(cx, part, of_members(Part::Head), members.is_empty());
    let pager = pager(items.issued, cx.site.config.page_sizes.members, part, of_members);
    view(path, MembersView { head, members, pager })
}

/// Creations by section in the sections' order, each section's in the order given.
fn groups(cx: &Context<'_>, items: &Items) -> Vec<Group> {
    cx.site
        .sections
        .iter()
        .filter_map(|section| {
            let of_section = cx.summaries(items).filter(|summary| summary.section == section.key);
            let items: Vec<CreationItem> = of_section.filter_map(|summary| item(cx, summary)).collect();
            (!items.is_empty()).then(|| Group { section: cx.section_link(&section.key), items })
        })
        .collect()
}

fn level(profile: &Profile) -> Option<String> {
    LEVELS.contains(&profile.level.as_str()).then(|| profile.level.clone())
}

/// What the member permits to be shown; the database has already left out the rest.
fn facts(cx: &Context<'_>, profile: &Profile) -> Vec<Fact> {
    let name = [profile.given_name.as_deref(), profile.family_name.as_deref()];
    let name: Vec<&str> = name.into_iter().flatten().map(str::trim).filter(|name| !name.is_empty()).collect();
    let gender = match profile.gender.as_deref() {
        Some("male") => Some(cx.t("gender-male", &[])),
        Some("female") => Some(cx.t("gender-female", &[])),
        _ => None,
    };
    let facts = [
        ("name", Some(name.join(" "))),
        ("gender", gender),
        ("age", profile.age.map(|age| age.to_string())),
        ("region", profile.region.clone()),
    ];
    facts
        .into_iter()
        .filter_map(|(key, value)| Some(Fact { key, value: value.filter(|value| !value.trim().is_empty())? }))
        .collect()
}
