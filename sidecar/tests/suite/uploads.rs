//! Files that members bring: what is kept of them, who gets them, where they are, and those that mean no good.

mod bucket;
mod downloads;
mod hostile;
mod imported;
mod private;
mod quota;

use std::io::Cursor;
use std::sync::Arc;

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use generator::db::uploads;
use generator::model::{MemberId, Role, Text, TextFormat};
use generator::store::{Fault, Memory, Store};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use sidecar::uploads::jobs::FORGET_AFTER;
use sidecar::uploads::{PICTURE_BYTES_MAX, moving};

use crate::browsing::{Answer, Browsing};
use crate::harness::{ENGINES, Engine, TestApp};

/// Where an article is begun.
pub const NEW_ARTICLE: &str = "/nastaveni/dila/nove/clanky/";
pub const NEW_PICTURE: &str = "/nastaveni/dila/nove/galerie/";
const NEW_DOWNLOAD: &str = "/nastaveni/dila/nove/downloady/";

/// A picture whose left half is red.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image =
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The lines of Markdown that the page offers.
pub fn offered(answer: &Answer) -> Vec<String> {
    let lines = answer.body.split("<code>![").skip(1);
    lines.map(|rest| rest.split_once("](").unwrap().1.split_once(')').unwrap().0.to_owned()).collect()
}

/// Uploads a picture for a new article; gives the work's address and the picture's path.
async fn bring_picture(author: &mut Browsing, bytes: &[u8]) -> (String, String) {
    let fields = [("title", "Obrázek"), ("do", "picture")];
    let sent = author.post_files(NEW_ARTICLE, &fields, &[("picture", "a.png", bytes)]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
    let work = sent.location().split('?').next().unwrap().to_owned();
    let path = offered(&author.get(&work).await).remove(0);
    (work, path)
}

fn private(path: &str) -> String {
    format!("/soukrome-soubory/{path}")
}

#[tokio::test]
async fn a_picture_is_written_anew_and_private() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        // The camera was held upright: 600 wide, 1200 high.
        let photo = with_orientation(picture(1200, 600, ImageFormat::Jpeg), 6);
        let (_, path) = bring_picture(&mut author, &photo).await;
        assert!(path.starts_with("u/") && path.ends_with(".jpg") && path.len() == 39, "{path}");
        let got = author.get(&private(&path)).await;
        assert_eq!(got.status, StatusCode::OK);
        for (name, value) in [
            (header::CONTENT_TYPE, "image/jpeg"),
            (header::CACHE_CONTROL, "no-store"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            assert_eq!(got.header(&name), value);
        }
        assert!(got.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"));
        assert!(!contains(&got.bytes, b"Exif") && !contains(&got.bytes, b"secret place"), "metadata goes");
        let kept = image::load_from_memory(&got.bytes).unwrap();
        assert_eq!((kept.width(), kept.height()), (600, 1200));
        let corner = kept.to_rgb8().get_pixel(300, 10).0;
        assert!(corner[0] > 150 && corner[2] < 100, "the left half is above: {corner:?}");
        let copy = author.get(&private(&path.replace(".jpg", "-480.webp"))).await;
        assert_eq!(copy.header(header::CONTENT_TYPE), "image/webp");
        assert_eq!(image::load_from_memory(&copy.bytes).unwrap().width(), 480);

        // Nobody else, and no way round.
        let mut stranger = app.member("Drahomír", Role::Member).await;
        let mut editor = app.member("Elanor", Role::Editor).await;
        for address in [private(&path), private(&path.replace(".jpg", "-480.webp"))] {
            assert_eq!(stranger.get(&address).await.status, StatusCode::NOT_FOUND);
            assert_eq!(editor.get(&address).await.status, StatusCode::NOT_FOUND, "a draft is its author's");
            assert_eq!(app.browsing().get(&address).await.status, StatusCode::SEE_OTHER);
        }
        for address in
            [format!("/uploads/{path}"), format!("/uploads/.private/{path}"), format!("/uploads/%2eprivate/{path}")]
        {
            assert_eq!(editor.get(&address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
        for address in [
            "/soukrome-soubory/../graveyard.db",
            "/soukrome-soubory/%2e%2e/%2e%2e/test.db",
            "/soukrome-soubory/ikonky/drak.png",
        ] {
            assert_eq!(editor.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
    }
}

#[tokio::test]
async fn a_large_photograph_is_kept_as_large_as_screens_are() {
    let app = TestApp::demo().await;
    let sizes =
        [(4_200, 2_400, (2_048, 1_170), ["Fénix", "Drahomír"]), (3_000, 2_000, (2_048, 1_365), ["Elanor", "Almara"])];
    for (width, height, kept, nicks) in sizes {
        let photo = picture(width, height, ImageFormat::Jpeg);
        for (nick, orientation, (width, height)) in [(nicks[0], 1, kept), (nicks[1], 6, (kept.1, kept.0))] {
            let mut author = app.member(nick, Role::Member).await;
            let (_, path) = bring_picture(&mut author, &with_orientation(photo.clone(), orientation)).await;
            let got = author.get(&private(&path)).await;
            let image = image::load_from_memory(&got.bytes).unwrap().to_rgb8();
            assert_eq!(image.dimensions(), (width, height));
            let is_red = |x, y| image.get_pixel(x, y).0[0] > 150 && image.get_pixel(x, y).0[2] < 100;
            let other = if orientation == 1 { (width - 10, 10) } else { (10, height - 10) };
            assert!(is_red(10, 10) && !is_red(other.0, other.1), "{width} {orientation}");
            app.pass(TimeDelta::minutes(1));
        }
    }
}

/// The picture with an EXIF block that says how the camera was held, and where.
fn with_orientation(jpeg: Vec<u8>, orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"secret place");
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xff, 0xe1]);
    bytes.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

#[tokio::test]
async fn somebody_elses_picture_stays_private_whoever_names_it() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let (_, path) = bring_picture(&mut author, &picture(30, 20, ImageFormat::Png)).await;
        let mut thief = app.member("Drahomír", Role::Member).await;
        let stolen = format!("![x]({path})");
        let fields = [("title", "Ukradené"), ("text", stolen.as_str()), ("a_image", &path), ("do", "save")];
        let saved = thief.post(NEW_ARTICLE, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        assert_eq!(app.number("select count(*) from upload_use where is_shown").await, 0);
        assert_eq!(thief.get(&private(&path)).await.status, StatusCode::NOT_FOUND);
        // Whoever has the same file has brought it as well.
        let (_, same) = bring_picture(&mut thief, &picture(30, 20, ImageFormat::Png)).await;
        assert_eq!(same, path);
        assert_eq!(thief.get(&private(&path)).await.status, StatusCode::OK);
        assert_eq!(app.number("select count(*) from upload where brought_at is not null").await, 1);
    }
}

#[tokio::test]
async fn what_is_no_picture_is_not_kept() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    let whole = picture(400, 300, ImageFormat::Png);
    let truncated = &whole[..whole.len() / 2];
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
    let html = b"<!doctype html><script>alert(1)</script>";
    let bomb = huge_png(60_000, 60_000);
    let wide = huge_png(15_000, 15_000);
    let large = vec![0xff; usize::try_from(PICTURE_BYTES_MAX).unwrap() + 1];
    for (name, bytes, fault) in [
        ("a.svg", svg.as_slice(), "Tohle není obrázek"),
        ("a.png", html.as_slice(), "Tohle není obrázek"),
        ("a.png", b"GIF89a\x05\0\x05\0\0\0\0<script>alert(1)</script>".as_slice(), "Obrázek je poškozený"),
        ("a.png", truncated, "Obrázek je poškozený"),
        ("a.png", &bomb, "Obrázek má moc bodů"),
        ("a.png", &wide, "Obrázek má moc bodů"),
        ("a.jpg", &large, "Soubor je moc velký: vejde se 15 MB."),
    ] {
        let fields = [("title", "Pokus"), ("text", "Napsané zůstane."), ("do", "picture")];
        let sent = author.post_files(NEW_ARTICLE, &fields, &[("picture", name, bytes)]).await;
        assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{fault}: {}", sent.body);
        assert!(sent.body.contains(fault), "{fault}: {}", sent.body);
        assert_eq!(sent.field("text").trim_start(), "Napsané zůstane.");
        app.pass(TimeDelta::minutes(1));
    }
    assert_eq!(app.number("select count(*) from upload where brought_at is not null").await, 0);
    assert!(kept_files(&app).is_empty(), "{:?}", kept_files(&app));
}

/// A small file that says that it is huge.
fn huge_png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = picture(1, 1, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// The checksum of PNG's chunks.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
    })
}

/// Files of members below the uploads' folder, and those that are still coming.
fn kept_files(app: &TestApp) -> Vec<String> {
    let mut folders = vec![app.settings.uploads.join("u"), app.settings.uploads.join(".private")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path.display().to_string()) }
        }
    }
    files
}

#[tokio::test]
async fn a_polyglot_loses_what_it_hides() {
    let app = TestApp::demo().await;
    let mut author = app.member("Fénix", Role::Member).await;
    let mut gif = picture(20, 10, ImageFormat::Gif);
    gif.extend(b"<!doctype html><script>alert(document.cookie)</script>");
    let (_, path) = bring_picture(&mut author, &gif).await;
    assert!(path.ends_with(".png"), "{path}");
    let got = author.get(&private(&path)).await;
    assert!(!contains(&got.bytes, b"script"));
    assert_eq!(image::guess_format(&got.bytes).unwrap(), ImageFormat::Png);
}

/// What an editor does.
pub async fn approve(app: &TestApp, id: generator::model::CreationId) {
    moving::prepare(&app.app, id).await.unwrap();
    let door = app.app.door().unwrap();
    let mut change = door.begin_alone(app.app.now()).await.unwrap();
    let editor = generator::model::MemberId(1);
    generator::publish::submissions::approve(&mut change, id, editor, "").await.unwrap();
    change.commit().await.unwrap();
    moving::settle(&app.app).await.unwrap();
}

#[tokio::test]
async fn files_follow_what_shows_them() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let fields = [("title", "Hrad"), ("do", "submit")];
        let drawn = picture(1000, 700, ImageFormat::Png);
        let sent = author.post_files(NEW_PICTURE, &fields, &[("a_image", "hrad.png", &drawn)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let mut tx = app.opened.db.snapshot().await.unwrap();
        let works = generator::db::submissions::of_member(&mut tx, generator::model::MemberId(6), 0, 1).await.unwrap();
        let files = uploads::of_creation(&mut tx, works[0].id).await.unwrap();
        drop(tx);
        assert_eq!(files.len(), 2, "the picture and its small form");
        let paths: Vec<String> = files
            .iter()
            .flat_map(|file| file.upload.copies().map(|(_, path)| path).chain([file.upload.path.clone()]))
            .collect();
        assert_eq!(paths.len(), 5);
        let public = async |expected: StatusCode| {
            for path in &paths {
                assert_eq!(app.browsing().get(&format!("/uploads/{path}")).await.status, expected, "{path}");
            }
        };
        moving::settle(&app.app).await.unwrap();
        public(StatusCode::NOT_FOUND).await;
        // Prepared, and then not approved after all.
        moving::prepare(&app.app, works[0].id).await.unwrap();
        public(StatusCode::OK).await;
        moving::settle(&app.app).await.unwrap();
        public(StatusCode::NOT_FOUND).await;
        approve(&app, works[0].id).await;
        public(StatusCode::OK).await;
        assert_eq!(app.number("select count(*) from upload where is_public and brought_at is not null").await, 2);
        let door = app.app.door().unwrap();
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        generator::publish::creations::unpublish(&mut change, works[0].id).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(moving::settle(&app.app).await.unwrap(), 2);
        public(StatusCode::NOT_FOUND).await;
    }
}

#[tokio::test]
async fn what_nothing_shows_goes_after_two_days() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut author = app.member("Fénix", Role::Member).await;
        let (work, path) = bring_picture(&mut author, &picture(30, 20, ImageFormat::Png)).await;
        let forget = async || moving::forget(&app.app, app.app.now() - FORGET_AFTER).await.unwrap();
        app.pass(TimeDelta::hours(50));
        assert_eq!(forget().await, 0, "a draft has it");
        let gone = author.post(&format!("{work}smazat/"), &[]).await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.body);
        moving::settle(&app.app).await.unwrap();
        assert_eq!(author.get(&private(&path)).await.status, StatusCode::OK);
        assert_eq!(kept_files(&app).len(), 2);
        assert_eq!(forget().await, 1);
        assert_eq!(author.get(&private(&path)).await.status, StatusCode::NOT_FOUND);
        assert_eq!(kept_files(&app), Vec::<String>::new());
        let (_, again) = bring_picture(&mut author, &picture(30, 20, ImageFormat::Png)).await;
        assert_eq!(again, path);
        assert_eq!(author.get(&private(&path)).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_store_that_fails_costs_a_file_and_no_text() {
    let store = Arc::new(Store::Memory(Memory::new()));
    let place = Arc::clone(&store);
    let app = TestApp::answering(Engine::Sqlite, move |answers| answers.uploads = Some(place)).await;
    let Store::Memory(memory) = &*store else { unreachable!("it was made above") };
    let mut author = app.member("Fénix", Role::Member).await;
    let drawn = picture(30, 20, ImageFormat::Png);
    let (_, path) = bring_picture(&mut author, &drawn).await;
    let key = format!(".private/{path}");
    assert!(memory.keys().contains(&key), "{:?}", memory.keys());
    memory.fail(&key, Fault::Refuse(std::io::ErrorKind::StorageFull));
    let fields = [("title", "Plný disk"), ("text", "Text zůstane."), ("do", "picture")];
    let sent = author.post_files(NEW_ARTICLE, &fields, &[("picture", "a.png", &drawn)]).await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE, "{}", sent.body);
    assert!(sent.body.contains("Text zůstane."), "{}", sent.body);
    memory.heal();
    let again: Vec<(String, String)> = sent.fields();
    let again: Vec<(&str, &str)> = again.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let kept = author.post(NEW_ARTICLE, &again).await;
    assert!(kept.body.contains("Text je uložený") && kept.body.contains("id=\"picture-fault\""), "{}", kept.body);
}

/// Comments, posts, news, ads and profiles have no way to bring a picture, and naming one in them does nothing to it: it is
/// public while a work or a member's icon shows it, and kept for as long as a work has it.
#[tokio::test]
async fn texts_beside_works_bring_no_picture_and_hold_none() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut author = app.member("Fénix", Role::Member).await;
        let bytes = picture(30, 20, ImageFormat::Png);
        let (work, path) = bring_picture(&mut author, &bytes).await;
        let text = format!("![x]({path}) ![y](/uploads/{path})");
        let creation = app.number("select id from creation where section = 'clanky' and number = 9").await.to_string();
        let comment = [("creation", creation.as_str()), ("text", &text), ("do", "post")];
        let ad = [("group", "nabizim"), ("name", "F"), ("phone", "1"), ("text", text.as_str()), ("do", "post")];
        let said = [("text", text.as_str()), ("do", "post")];
        for (area, fields) in [
            ("/komentare/", &comment[..]),
            ("/prispevky/", &said[..]),
            ("/inzeraty/market/", &ad[..]),
            ("/nastaveni/profil/", &said[..]),
        ] {
            let with_file = author.post_files(area, fields, &[("picture", "a.png", &bytes)]).await;
            assert_eq!(with_file.status, StatusCode::BAD_REQUEST, "{area} takes no files");
            let posted = author.post(area, fields).await;
            assert_eq!(posted.status, StatusCode::SEE_OTHER, "{area}: {}", posted.body);
        }
        let door = app.app.door().unwrap();
        let mut change = door.begin(app.app.now()).await.unwrap();
        let body = Text { source: text.clone(), format: TextFormat::Markdown };
        generator::publish::news::add(&mut change, MemberId(1), &body).await.unwrap();
        change.commit().await.unwrap();
        moving::settle(&app.app).await.unwrap();
        assert_eq!(app.browsing().get(&format!("/uploads/{path}")).await.status, StatusCode::NOT_FOUND, "{engine:?}");
        assert_eq!(app.number("select count(*) from upload where brought_at is not null and is_public").await, 0);

        // Nor do they keep it when the work that has it goes.
        author.post(&format!("{work}smazat/"), &[]).await;
        moving::settle(&app.app).await.unwrap();
        app.pass(TimeDelta::hours(50));
        assert_eq!(moving::forget(&app.app, app.app.now() - FORGET_AFTER).await.unwrap(), 1, "{engine:?}");
        building.stop().await;
    }
}
