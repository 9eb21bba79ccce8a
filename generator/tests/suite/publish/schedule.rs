//! What comes true at its time; what a caller can wait for; that a change is whole or not at all.

use chrono::TimeDelta;
use generator::model::Board;
use generator::publish::ads::{self, AdText};
use generator::publish::creations::{self, Submission};
use generator::publish::{is_rendered, news, schedule};

use crate::harness::{ENGINES, now};

use super::{ALMARA, Door, assert_marked, assert_refused, text, work};

#[tokio::test]
async fn what_is_due_comes_true_at_its_time() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let (db, site) = (&door.site.opened.db, &door.site.opened.site);
        let (tomorrow, later) = (now() + TimeDelta::days(1), now() + TimeDelta::days(2));
        let mut change = door.change().await;
        let id =
            creations::submit(&mut change, "kronika", None, None, &work("Drak"), Submission::Waiting).await.unwrap();
        creations::schedule(&mut change, id, Some(tomorrow)).await.unwrap();
        news::draft(&mut change, ALMARA, &text("Vyjde drak."), Some(later)).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[]);

        let due = schedule::due(db, site, now()).await.unwrap();
        assert_eq!((due.creations, due.news, due.ads, due.next), (0, 0, 0, Some(tomorrow)));
        // A day late: both are as of the moment at which they were due.
        let due = schedule::due(db, site, later + TimeDelta::hours(20)).await.unwrap();
        assert_eq!((due.creations, due.news, due.ads, due.next), (1, 1, 0, None));
        assert_marked(
            &due.marked,
            &[
                "creation/kronika/1",
                "section/kronika",
                "feed/section/kronika",
                "home",
                "newest",
                "news",
                "feed/everything",
                "sitemap/creations/1",
                "sitemap",
            ],
        );
        door.site.build().await;
        assert!(door.site.file("rubriky/kronika/1-drak/index.html").contains("2026-03-02T12:00:00"));
        assert!(door.site.file("aktuality/index.html").contains("2026-03-03T12:00:00"));
    }
}

#[tokio::test]
async fn an_ad_goes_after_the_days_of_its_board() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let (db, site) = (&door.site.opened.db, &door.site.opened.site);
        let ad = |group: &str| AdText {
            group: group.to_owned(),
            name: String::new(),
            email: String::new(),
            phone: String::new(),
            mobile: String::new(),
            area: String::new(),
            age: String::new(),
            experience: String::new(),
            body: text("Nabídka."),
        };
        let mut change = door.change().await;
        let offer = ads::add(&mut change, Board::Market, None, &ad("nabizim")).await.unwrap();
        ads::add(&mut change, Board::Dating, Some(ALMARA), &ad("hledam")).await.unwrap();
        change.commit().await.unwrap();
        let due = schedule::due(db, site, now() + TimeDelta::days(9)).await.unwrap();
        assert_eq!((due.ads, due.next), (0, Some(now() + TimeDelta::days(10))), "site.toml: dating 10 days");
        let due = schedule::due(db, site, now() + TimeDelta::days(10)).await.unwrap();
        assert_eq!((due.ads, due.next), (1, Some(now() + TimeDelta::days(90))), "market: 90 where nothing is said");
        assert_marked(&due.marked, &["dating", "dating-group/hledam", "feed/everything"]);
        let due = schedule::due(db, site, now() + TimeDelta::days(90)).await.unwrap();
        assert_eq!((due.ads, due.next), (1, None));
        let mut change = door.change().await;
        assert_refused(ads::delete(&mut change, offer).await, "ad 1 is expired: it cannot be deleted");
    }
}

#[tokio::test]
async fn a_caller_can_wait_for_its_own_pages() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        door.site.build().await;
        let mut change = door.change().await;
        news::add(&mut change, ALMARA, &text("Novina.")).await.unwrap();
        let marked = change.commit().await.unwrap();
        assert!(!is_rendered(&door.site.opened.db, &marked).await.unwrap());
        door.site.build().await;
        assert!(is_rendered(&door.site.opened.db, &marked).await.unwrap());
    }
}

#[tokio::test]
async fn a_change_that_is_dropped_never_was() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        door.site.build().await;
        let before = door.site.files();
        let mut change = door.change().await;
        news::add(&mut change, ALMARA, &text("Novina.")).await.unwrap();
        drop(change);
        assert_eq!(door.site.build().await.rendered, 0);
        assert!(door.site.files() == before);
    }
}

#[test]
fn a_build_by_hand_publishes_what_has_come_due() {
    let folder = tempfile::TempDir::new().unwrap();
    let database_url = format!("sqlite://{}", folder.path().join("site.db").display());
    for (name, file) in &crate::harness::small_files().content {
        let path = folder.path().join("content").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
    }
    let build = || {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_generator"))
            .arg("build")
            .env("SITE", folder.path())
            .env("DATABASE_URL", &database_url)
            .env("OUTPUT", folder.path().join("output"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let said = build();
    assert!(!said.contains("came due"), "{said}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let db = generator::db::connect::open(&database_url).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let sql = "insert into news (id, state, publish_at, body)
            values (1, 'draft', '2020-01-01T12:00:00Z', 'Slavnost začíná.')";
        crate::harness::execute(&mut tx, sql).await;
        tx.commit().await.unwrap();
        db.close().await;
    });
    let said = build();
    assert!(said.starts_with("0 creations, 1 news, 0 ads and the end of 0 bans came due\n"), "{said}");
    let page = std::fs::read_to_string(folder.path().join("output/aktuality/index.html")).unwrap();
    assert!(page.contains("Slavnost začíná."));
}
