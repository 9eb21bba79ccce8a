//! The boards of classified ads.

use serde::Serialize;

use crate::db::lists::Items;
use crate::model::{Ad, Board, Text};
use crate::page::{Page, Part};
use crate::text::contact;
use crate::text::plain::plain;

use super::head::Head;
use super::parts::{Html, Link, Moment, Pager, pager, permanent_pages};
use super::{Context, View, view};

#[derive(Serialize)]
struct AdsView {
    head: Head,
    board: &'static str,
    board_url: String,
    group: Option<String>,
    groups: Vec<GroupChip>,
    ads: Vec<AdItem>,
    pager: Pager,
}

#[derive(Serialize)]
struct GroupChip {
    title: String,
    url: String,
    current: bool,
}

#[derive(Serialize)]
struct AdItem {
    anchor: String,
    permalink: String,
    name: String,
    group: Option<Link>,
    area: String,
    age: Option<String>,
    experience: Option<String>,
    posted: Option<Moment>,
    contacts: Vec<Contact>,
    body: Html,
}

/// A contact that people can read and simple programs cannot.
#[derive(Serialize)]
struct Contact {
    kind: &'static str,
    text: Html,
    reversed: Option<String>,
}

/// A board, whole or one group of it.
pub(super) fn ads(cx: &Context<'_>, board: Board, group: Option<&str>, part: Part, items: &Items) -> View {
    let of_board = |group: Option<&str>, part| cx.path(&Page::Ads { board, group: group.map(str::to_owned), part });
    let of_list = |part| of_board(group, part);
    let groups = cx.site.groups(board).unwrap_or_default();
    let label = group.and_then(|key| groups.iter().find(|group| group.key == key)).map(|group| group.label.clone());
    let (title, description) = match board {
        Board::Market => ("market-title", "market-description"),
        Board::Dating => ("dating-title", "dating-description"),
    };
    let with_pages = permanent_pages(items, cx.site.config.page_sizes.ads, of_list);
    let ads: Vec<AdItem> =
        with_pages.filter_map(|(id, page)| Some(item(cx, board, cx.rows.ads.get(&id)?, &page))).collect();
    let path = of_list(part);
    let title = cx.t(title, &[]);
    let head = match &label {
        None => cx.head(&path, title, &cx.t(description, &[])),
        Some(label) => {
            let parent = Link { title: title.clone(), url: of_board(None, Part::Head) };
            cx.head(&path, format!("{title}: {label}"), &cx.t(description, &[])).below(parent)
        }
    };
    let board_url = of_board(None, Part::Head);
    let head = head.in_menu(&board_url).part(cx, part, of_list(Part::Head), ads.is_empty());
    let groups = groups
        .iter()
        .map(|other| GroupChip {
            title: other.label.clone(),
            url: of_board(Some(&other.key), Part::Head),
            current: group == Some(other.key.as_str()),
        })
        .collect();
    let pager = pager(items.issued, cx.site.config.page_sizes.ads, part, of_list);
    view(path, AdsView { head, board: board.key(), board_url, group: label, groups, ads, pager })
}

/// A group's label and page; an old group that is not configured any more has neither.
pub(super) fn group_link(cx: &Context<'_>, board: Board, key: &str) -> Option<Link> {
    let group = cx.site.groups(board)?.iter().find(|group| group.key == key)?;
    let page = Page::Ads { board, group: Some(key.to_owned()), part: Part::Head };
    Some(Link { title: group.label.clone(), url: cx.path(&page) })
}

/// An advertiser's name.
pub(super) fn name(cx: &Context<'_>, ad: &Ad) -> String {
    match ad.name.trim() {
        "" => cx.t("list-unknown-name", &[]),
        name => name.to_owned(),
    }
}

fn item(cx: &Context<'_>, board: Board, ad: &Ad, page: &str) -> AdItem {
    let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let anchor = format!("i{}", ad.number);
    let body = Text { source: ad.body.clone(), format: ad.body_format };
    AdItem {
        permalink: format!("{page}#{anchor}"),
        name: name(cx, ad),
        group: group_link(cx, board, &ad.group_key),
        area: ad.area.trim().to_owned(),
        age: filled(&ad.age),
        experience: filled(&ad.experience),
        posted: cx.moment(ad.posted_at),
        contacts: contacts(cx, ad),
        body: cx
            .html(&body, 3, &format!("{anchor}-"))
            .map(|html| contact::html_without_emails(html, &cx.t("email-at", &[]), &cx.t("email-dot", &[]))),
        anchor,
    }
}

/// The first words of an ad, with e-mail addresses written as contacts are.
pub(super) fn words(cx: &Context<'_>, body: &Text, chars_max: usize) -> String {
    contact::plain_without_emails(&plain(body, chars_max), &cx.t("email-at", &[]), &cx.t("email-dot", &[]))
}

fn contacts(cx: &Context<'_>, ad: &Ad) -> Vec<Contact> {
    let mut contacts = Vec::new();
    if let Some(email) = Some(ad.email.trim()).filter(|email| !email.is_empty()) {
        let text = contact::email_html(email, &cx.t("email-at", &[]), &cx.t("email-dot", &[]));
        let reversed = email.contains('@').then(|| contact::email_reversed(email));
        contacts.push(Contact { kind: "email", text: Html::new(text), reversed });
    }
    for phone in [ad.phone.trim(), ad.mobile.trim()].into_iter().filter(|phone| !phone.is_empty()) {
        contacts.push(Contact { kind: "phone", text: Html::new(contact::phone_html(phone)), reversed: None });
    }
    contacts
}
