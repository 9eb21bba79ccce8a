//! What is unpublished or moved, seen through Varnish before a bucket by the printed rules: gone or led on, its files too.

use std::sync::Arc;

use axum::http::StatusCode;
use generator::cdn::{Cdn, Pace};
use generator::db::{creations as rows, purges};
use generator::model::{CreationId, MemberId, Role};
use generator::publish::creations;
use generator::routes::Format;
use generator::site::Site;
use generator::store::address::Address;
use generator::store::{S3, Store};
use image::ImageFormat;
use sidecar::purging::Purging;
use sidecar::uploads::moving;

use crate::bucket_server::{BUCKET, Server};
use crate::harness::{ENGINES, TestApp};
use crate::running::{Running, free_port, printed};
use crate::uploads::{NEW_PICTURE, approve, picture};

use super::{Visitor, status, until};

/// An edge that knows the page and may not go on to.
fn asks(visitor: &Visitor, path: &str) -> String {
    let answer = visitor.get(path);
    format!("{} {}", status(&answer), answer.contains("Zvonokosy"))
}

async fn retitle(app: &TestApp, section: &str, number: i64, title: &str) {
    let door = app.app.door().unwrap();
    let mut change = door.begin_alone(app.app.now()).await.unwrap();
    let ids = rows::ids(change.tx(), &[(section.to_owned(), number)]).await.unwrap();
    let id = ids[&(section.to_owned(), number)];
    let row = rows::summaries(change.tx(), &[id]).await.unwrap().pop().unwrap();
    let text = rows::texts(change.tx(), &[id]).await.unwrap().remove(&CreationId(id)).unwrap();
    let work = creations::Work {
        title: title.to_owned(),
        synopsis: row.synopsis,
        attributes: row.attributes,
        body: text.body,
        source_name: text.source_name,
        source_url: text.source_url,
    };
    creations::edit(&mut change, CreationId(id), &work).await.unwrap();
    change.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unpublished_or_moved_is_so_at_the_edge() {
    for engine in ENGINES {
        let server = Server::start();
        let address = Address::parse(&format!("s3://{BUCKET}/uploads")).unwrap();
        let store = Arc::new(Store::S3(S3::asked_by(server.client(), address).unwrap()));
        let mut app = TestApp::answering(engine, move |answers| answers.uploads = Some(store)).await;
        // What is built into a folder, readers get as from a bucket.
        let output = &app.settings.output;
        let bucket = Server::over(output.parent().unwrap());
        let pages = bucket.pages(&format!("/{}", output.file_name().unwrap().to_str().unwrap()));
        let front = free_port();
        app.settings.cdn = Cdn::parse(&format!("purge:http://127.0.0.1:{front}")).unwrap();
        let site = Site::load(&app.opened.files, &app.settings.site_url, "/uploads").unwrap().behind(&app.settings.cdn);
        app.opened.site = Arc::new(site);
        app.app = app.again();
        app.build().await;
        let sidecar = [app.address.port()];
        let rules = printed(Format::Varnish, &app.opened.site, pages, &sidecar, front);
        let _varnish = Running::varnish(&rules, front).await;
        let purging = Purging::start(&app.app, Pace::default());
        let building = app.building();
        let purged = async || {
            until("all is built and purged", async || {
                // In this order: what is built is noted for the edge in the same transaction.
                app.number("select count(*) from stale_page").await == 0
                    && purges::waiting(&mut app.opened.db.snapshot().await.unwrap()).await.unwrap().unsent == 0
            })
            .await;
        };

        let mut author = app.member("Fénix", Role::Member).await;
        let drawn = picture(600, 400, ImageFormat::Png);
        let fields = [("title", "Zvonokosy"), ("do", "submit")];
        let sent = author.post_files(NEW_PICTURE, &fields, &[("a_image", "hrad.png", &drawn)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        // A writer's, since the row is locked by who reads it so; nothing is written.
        let mut tx = app.opened.db.write().await.unwrap();
        let work = generator::db::submissions::of_member(&mut tx, MemberId(6), 0, 1).await.unwrap()[0].id;
        let row = generator::db::publishing::creations::by_id(&mut tx, work).await.unwrap().unwrap();
        drop(tx);
        approve(&app, work).await;
        app.app.signals.mark();
        purged().await;
        let path = app.path(&format!("creation/{}/{}", row.section, row.number)).await;
        let mut visitor = Visitor::new(front, 0);
        visitor.name = app.address.to_string();
        let page = visitor.get(&path);
        assert!(status(&page) == "200" && page.contains("Zvonokosy"), "{engine:?}: {path}: {page}");
        let (_, picture) = page.split_once("/uploads/u/").expect("the page shows its picture");
        let picture = format!("/uploads/u/{}", picture.split(['"', ' ', '?']).next().unwrap());
        assert_eq!(status(&visitor.get(&picture)), "200", "{engine:?}: {picture}");
        let list = path.rsplit_once('/').unwrap().0.rsplit_once('/').unwrap().0.to_owned() + "/";
        assert_eq!(asks(&visitor, &list), "200 true", "{engine:?}: {list}");

        let door = app.app.door().unwrap();
        let mut change = door.begin_alone(app.app.now()).await.unwrap();
        creations::unpublish(&mut change, work).await.unwrap();
        change.commit().await.unwrap();
        purged().await;
        moving::settle(&app.app).await.unwrap();
        // The file goes after the marks are cleared, and the edge is told after that.
        until("the page is gone from the edge", async || status(&visitor.get(&path)) == "404").await;
        assert_eq!(asks(&visitor, &list), "200 false", "{engine:?}: something leads to it");
        assert_eq!(status(&visitor.get(&picture)), "404", "{engine:?}: its picture is out");

        // An article that is called otherwise now: whoever has the old address is led on.
        let path = app.path("creation/clanky/9").await;
        assert_eq!(status(&visitor.get(&path)), "200");
        retitle(&app, "clanky", 9, "Jinak zvaný").await;
        purged().await;
        let moved = app.path("creation/clanky/9").await;
        assert!(moved.ends_with("/9-jinak-zvany/"), "{moved}");
        let left = visitor.get(&path);
        assert!(left.contains(&format!("{moved}\"")) && left.contains("http-equiv=\"refresh\""), "{engine:?}: {left}");
        assert_eq!(status(&visitor.get(&moved)), "200", "{engine:?}");
        building.stop().await;
        purging.stop().await;
    }
}
