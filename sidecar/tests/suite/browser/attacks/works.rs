//! Works of every kind, with payloads in all that their authors type, and files that are called what they like.

use generator::model::CreationId;
use generator::site::Site;
use generator::site::kind::{AttributeType, Kind};
use generator::site::section::Section;
use image::ImageFormat;

use super::fields::{Attacker, Form, What};
use crate::uploads::picture;
use crate::works::approved;

const NEW: &str = "/nastaveni/dila/nove/{section}/";
const WORK: &str = "/nastaveni/dila/{id}/";
const DISCARD: &str = "/nastaveni/dila/{id}/smazat/";
/// What attackers call their files.
pub const NAME: &str = "'\"><img src=x onerror=hear(1)>/../..\\x\r\nSet-Cookie: a=b";

/// One section of each kind.
fn sections(site: &Site) -> Vec<&Section> {
    let mut sections: Vec<&Section> = Vec::new();
    for section in &site.sections {
        if !sections.iter().any(|known| known.kind == section.kind) {
            sections.push(section);
        }
    }
    sections
}

/// The attributes that people fill in, with what becomes of each.
fn typed(kind: &Kind) -> Vec<(String, What)> {
    let has_file = kind.attributes.iter().any(|attribute| attribute.r#type == AttributeType::File);
    let what = |attribute: AttributeType| match attribute {
        AttributeType::Thumbnail => None,
        AttributeType::Bytes if has_file => None,
        AttributeType::Integer | AttributeType::Bytes => Some(What::Told("12")),
        AttributeType::Image | AttributeType::File => Some(What::File),
        AttributeType::Text | AttributeType::Note | AttributeType::Markup => Some(What::Text),
    };
    kind.attributes.iter().filter_map(|it| Some((format!("a_{}", it.key), what(it.r#type)?))).collect()
}

/// Files for all fields that take one, called what attackers call them.
struct Files {
    picture: Vec<u8>,
    document: Vec<u8>,
}

impl Files {
    fn of(&self, kind: &Kind) -> Vec<(String, &[u8])> {
        let mut files = vec![("picture".to_owned(), self.picture.as_slice())];
        for attribute in &kind.attributes {
            match attribute.r#type {
                AttributeType::Image => files.push((format!("a_{}", attribute.key), self.picture.as_slice())),
                AttributeType::File => files.push((format!("a_{}", attribute.key), self.document.as_slice())),
                _ => {}
            }
        }
        files
    }
}

/// The form of a work at an address; what its button does in the end.
async fn form<'a>(
    attacker: &mut Attacker<'_>,
    kind: &Kind,
    route: &'static str,
    at: &str,
    button: &'static str,
    files: &'a [(String, &'a [u8])],
) -> Form<'a> {
    attacker.load(at).await;
    let has_genres = attacker.listener.fields(at).await.iter().any(|field| field.name == "genre");
    let common = [
        ("title", What::Text),
        ("synopsis", What::Text),
        ("text", What::Text),
        ("picture", What::File),
        ("source_name", What::Text),
        ("source_url", What::Told("https://example.org/")),
        ("do", What::Fixed(button)),
    ];
    let common = common.into_iter().map(|(name, what)| (name.to_owned(), what));
    let genre = has_genres.then(|| ("genre".to_owned(), What::Fixed("")));
    Form {
        route,
        at: at.to_owned(),
        action: at.to_owned(),
        fields: common.chain(typed(kind)).chain(genre).collect(),
        files: files.iter().map(|(name, content)| (name.as_str(), NAME, *content)).collect(),
    }
}

/// Has a work of each kind written and sent to the editors, and a draft thrown away.
pub async fn attack(attacker: &mut Attacker<'_>) -> Vec<CreationId> {
    let site = attacker.app.opened.site.clone();
    let mut brought =
        Files { picture: picture(40, 30, ImageFormat::Gif), document: b"%PDF-1.7\n<script>hear(1)</script>".to_vec() };
    brought.picture.extend(b"<!doctype html><script>hear(1)</script>");
    let mut works = Vec::new();
    for section in sections(&site) {
        let kind = site.kind(section);
        let files = brought.of(kind);
        let new = NEW.replace("{section}", &section.key);
        if works.is_empty() {
            let kept = attacker.kept.clone();
            let draft = form(attacker, kind, NEW, &new, "save", &files).await;
            attacker.take(&draft).await;
            let discard = DISCARD.replace("{id}", &newest(attacker).await.to_string());
            attacker.take(&Form::new(DISCARD, &discard, &[])).await;
            attacker.attack(&draft).await;
            // What is written over and what is thrown away is seen nowhere.
            attacker.kept = kept;
            let work = WORK.replace("{id}", &newest(attacker).await.to_string());
            let work = form(attacker, kind, WORK, &work, "submit", &files).await;
            attacker.attack(&work).await;
        } else {
            let work = form(attacker, kind, NEW, &new, "submit", &files).await;
            attacker.attack(&work).await;
        }
        works.push(CreationId(newest(attacker).await));
        let waiting = attacker.app.number("select count(*) from creation where state = 'waiting'").await;
        assert!(waiting >= works.len() as i64, "a work of {} is not sent to the editors", section.key);
    }
    works
}

async fn newest(attacker: &Attacker<'_>) -> i64 {
    attacker.app.number("select max(id) from creation").await
}

/// What an editor's button does to each of them.
pub async fn approve(attacker: &Attacker<'_>, works: &[CreationId]) {
    for id in works {
        approved(attacker.app, *id).await;
    }
}
