//! Rows that give every template something to show.

use generator::db::uploads;
use generator::model::{Board, EditorsPage, Text, TextFormat, Upload};
use generator::publish::ads::{self, AdText};
use generator::publish::creations::{self, Submission, Work};
use generator::publish::links::{self, LinkText};
use generator::publish::{Change, comments, editors_pages, forum, members, news, votes};

use crate::harness::{TestSite, now};

/// So many creations in each section, comments on the first and news that their lists have an archive.
const EACH: usize = 3;

fn text(source: &str) -> Text {
    Text { source: source.to_owned(), format: TextFormat::Markdown }
}

/// Fills the database of a site whose sections are these.
pub async fn fill(site: &TestSite, sections: &[&str]) {
    let icon = Upload { path: "ikony/a.webp".to_owned(), size_bytes: 900, width: Some(40), height: Some(40), ..Upload::default() };
    let mut tx = site.opened.db.write().await.unwrap();
    uploads::insert(&mut tx, &[(icon, "image/webp".to_owned())]).await.unwrap();
    tx.commit().await.unwrap();

    let mut change = Change::begin_alone(&site.opened.db, &site.opened.site, now()).await.unwrap();
    let member = members::register(&mut change, "Almara", "clen@example.org").await.unwrap();
    members::set_icon(&mut change, member, Some("ikony/a.webp")).await.unwrap();
    members::set_level(&mut change, member, "2").await.unwrap();
    for nick in ["Bořek", "Žofie"] {
        members::register(&mut change, nick, "clen@example.org").await.unwrap();
    }
    let author = creations::author_of(&mut change, member).await.unwrap();
    let genre = creations::add_genre(&mut change, "povesti", "Veselé").await.unwrap();
    let mut first = None;
    for (section, nth) in sections.iter().flat_map(|section| (0..EACH).map(move |nth| (*section, nth))) {
        let work = Work {
            title: format!("Drak {nth}"),
            synopsis: if nth == 0 { String::new() } else { format!("Souhrn {nth}.") },
            attributes: r#"{"place": "hrad"}"#.to_owned(),
            body: text("Vypráví se o něm."),
            source_name: String::new(),
            source_url: String::new(),
        };
        let genre = (section == "povesti").then_some(genre);
        let id =
            creations::submit(&mut change, section, Some(author), genre, &work, Submission::Waiting).await.unwrap();
        creations::approve(&mut change, id).await.unwrap();
        first.get_or_insert(id);
    }
    let first = first.unwrap();
    votes::cast(&mut change, first, member, 5).await.unwrap();
    for nth in 0..EACH {
        let body = text(&format!("Slovo {nth}."));
        comments::add(&mut change, first, member, &body).await.unwrap();
        news::add(&mut change, member, &body).await.unwrap();
        forum::add(&mut change, member, &body).await.unwrap();
        for (board, group) in [(Board::Market, "nabizim"), (Board::Dating, "hledam")] {
            ads::add(&mut change, board, None, &ad(group, &body)).await.unwrap();
        }
        let url = format!("https://hrad{nth}.example.org/");
        let link = LinkText { title: format!("Hrad {nth}"), url, description: body };
        links::add(&mut change, &link).await.unwrap();
    }
    editors_pages::write_charter(&mut change, "povesti", &text("Co sem patří.")).await.unwrap();
    let page = EditorsPage { title: "Pravidla".to_owned(), description: String::new(), body: text("Pravidlo.") };
    editors_pages::write(&mut change, "pravidla", &page).await.unwrap();
    change.commit().await.unwrap();
}

fn ad(group: &str, body: &Text) -> AdText {
    AdText {
        group: group.to_owned(),
        name: "Ferda".to_owned(),
        email: "ferda@example.org".to_owned(),
        phone: String::new(),
        mobile: String::new(),
        area: String::new(),
        age: String::new(),
        experience: String::new(),
        body: body.clone(),
    }
}
