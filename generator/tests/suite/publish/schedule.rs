//! What comes true at its time; what a caller can wait for; that a change is whole or not at all.

use chrono::TimeDelta;
use generator::model::{Board, CreationId};
use generator::publish::ads::{self, AdText};
use generator::publish::creations::{self, Submission};
use generator::publish::{is_rendered, news, schedule};

use crate::harness::{ENGINES, Engine, now, small_files};

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
async fn what_somebody_else_marks_later_is_not_waited_for() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        door.site.build().await;
        let post = async |body: &str| {
            let mut change = door.change().await;
            news::add(&mut change, ALMARA, &text(body)).await.unwrap();
            change.commit().await.unwrap()
        };
        let first = post("Novina.").await;
        door.site.build().await;
        // Of the same version as the first, and marked before anybody has looked.
        let second = post("Jiná novina.").await;
        let db = &door.site.opened.db;
        assert!(is_rendered(db, &first).await.unwrap(), "{engine:?}: it was");
        assert!(!is_rendered(db, &second).await.unwrap(), "{engine:?}: it was not");
        door.site.build().await;
        assert!(is_rendered(db, &second).await.unwrap());
    }
}

/// Two works that wait, the first in a section that a deploy takes away, and a piece of news.
async fn with_a_work_that_cannot_come_true(engine: Engine) -> Door {
    let mut door = Door::open(engine).await;
    let mut change = door.change().await;
    for section in ["kronika", "povesti"] {
        let id = creations::submit(&mut change, section, None, None, &work("Drak"), Submission::Waiting).await.unwrap();
        creations::schedule(&mut change, id, Some(now())).await.unwrap();
    }
    news::draft(&mut change, ALMARA, &text("Vyjde drak."), Some(now())).await.unwrap();
    change.commit().await.unwrap();
    door.site.change(&["update creation set genre_wanted = 'Letopisy' where section = 'kronika'"], &[]).await;
    let mut files = small_files();
    files.content.remove("sections/kronika.toml").unwrap();
    door.site.deploy(files);
    door
}

#[tokio::test]
async fn what_cannot_come_true_holds_up_nothing_else_and_is_put_off() {
    for engine in ENGINES {
        let door = with_a_work_that_cannot_come_true(engine).await;
        let (db, site) = (&door.site.opened.db, &door.site.opened.site);
        assert!(schedule::is_anything_due(db, now()).await.unwrap());
        let due = schedule::due(db, site, now()).await.unwrap();
        assert_eq!((due.creations, due.news), (1, 1), "{engine:?}");
        assert_eq!(due.failed, [("creation 1".to_owned(), "there is no section kronika".to_owned())]);
        assert_eq!(due.next, Some(now() + TimeDelta::minutes(1)));
        // Nobody asks for it before that, and later less and less.
        assert!(!schedule::is_anything_due(db, now() + TimeDelta::seconds(59)).await.unwrap());
        for (at, next) in [(1, 3), (3, 7), (7, 15)] {
            let due = schedule::due(db, site, now() + TimeDelta::minutes(at)).await.unwrap();
            assert_eq!((due.creations, due.failed.len()), (0, 1), "{engine:?}, after {at} minutes");
            assert_eq!(due.next, Some(now() + TimeDelta::minutes(next)), "{engine:?}");
        }
        let waits = [("creation 1".to_owned(), "there is no section kronika".to_owned())];
        assert_eq!(schedule::put_off(db).await.unwrap(), waits, "{engine:?}, in its pause too");
        // The section is there again.
        let whole = generator::site::Site::load(&small_files(), &site.url, &site.uploads_url).unwrap();
        let due = schedule::due(db, &whole, now() + TimeDelta::minutes(15)).await.unwrap();
        assert_eq!((due.creations, due.failed.len(), due.next), (1, 0, None), "{engine:?}");
        assert_eq!(schedule::put_off(db).await.unwrap(), [], "{engine:?}");
    }
}

#[tokio::test]
async fn what_was_put_off_and_gets_another_time_waits_for_nothing_else() {
    for engine in ENGINES {
        let door = with_a_work_that_cannot_come_true(engine).await;
        let (db, site) = (&door.site.opened.db, &door.site.opened.site);
        let whole = generator::site::Site::load(&small_files(), &site.url, &site.uploads_url).unwrap();
        for minute in [0, 1, 3] {
            let due = schedule::due(db, site, now() + TimeDelta::minutes(minute)).await.unwrap();
            assert_eq!(due.failed.len(), 1, "{engine:?}");
        }
        // The next attempt is four minutes away; an editor does not wait for it.
        let soon = now() + TimeDelta::minutes(4);
        let mut change = door.change().await;
        creations::schedule(&mut change, CreationId(1), Some(soon)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(schedule::put_off(db).await.unwrap(), [], "{engine:?}");
        let due = schedule::due(db, &whole, soon).await.unwrap();
        assert_eq!((due.creations, due.failed.len(), due.next), (1, 0, None), "{engine:?}");
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

/// A site in a folder of its own that is built by commands.
struct ByHand {
    folder: tempfile::TempDir,
    database_url: String,
}

impl ByHand {
    fn new() -> ByHand {
        let folder = tempfile::TempDir::new().unwrap();
        let database_url = format!("sqlite://{}", folder.path().join("site.db").display());
        for (name, file) in &small_files().content {
            let path = folder.path().join("content").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &file.bytes).unwrap();
        }
        ByHand { folder, database_url }
    }

    fn build(&self) -> std::process::Output {
        std::process::Command::new(env!("CARGO_BIN_EXE_generator"))
            .arg("build")
            .env("SITE", self.folder.path())
            .env("DATABASE_URL", &self.database_url)
            .env("OUTPUT", self.folder.path().join("output"))
            .output()
            .unwrap()
    }

    fn good_build(&self) -> String {
        let output = self.build();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn execute(&self, statements: &[&'static str]) {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let db = generator::db::connect::open(&self.database_url).await.unwrap();
            let mut tx = db.write().await.unwrap();
            for sql in statements {
                crate::harness::execute(&mut tx, sql).await;
            }
            tx.commit().await.unwrap();
            db.close().await;
        });
    }

    fn page(&self, key: &str) -> String {
        std::fs::read_to_string(self.folder.path().join("output").join(key)).unwrap()
    }
}

const DUE_NEWS: &str = "insert into news (id, state, publish_at, body)
    values (1, 'draft', '2020-01-01T12:00:00Z', 'Slavnost začíná.')";

#[test]
fn a_build_by_hand_publishes_what_has_come_due() {
    let site = ByHand::new();
    let said = site.good_build();
    assert!(!said.contains("came due"), "{said}");
    site.execute(&[DUE_NEWS]);
    let said = site.good_build();
    assert!(said.starts_with("0 creations, 1 news, 0 ads and the end of 0 bans came due\n"), "{said}");
    assert!(site.page("aktuality/index.html").contains("Slavnost začíná."));
}

#[test]
fn a_build_by_hand_goes_on_where_something_cannot_come_true() {
    let site = ByHand::new();
    site.good_build();
    site.execute(&[
        DUE_NEWS,
        "insert into creation (id, section, number, title, slug, state, publish_at, genre_wanted, changed_at)
            values (1, 'zrusena', 1, 'Drak', 'drak', 'waiting', '2020-01-01T12:00:00Z', 'Letopisy', '2020-01-01T12:00:00Z')",
        "insert into creation_text (creation_id, body) values (1, 'Text.')",
    ]);
    let output = site.build();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("error: creation 1 has come due and waits: there is no section zrusena\n"), "{said}");
    assert!(site.page("aktuality/index.html").contains("Slavnost začíná."), "it is built nevertheless");
    let again = site.build();
    assert_eq!(again.status.code(), Some(1), "not tried again within a minute, and no better for that: {again:?}");
    assert!(String::from_utf8(again.stderr).unwrap().contains("creation 1 has come due and waits"));
}

#[test]
fn what_comes_due_by_a_build_that_is_refused_is_told_to_whoever_builds() {
    let site = ByHand::new();
    let pages = site.folder.path().join("content/pages");
    for nth in 0..30 {
        std::fs::copy(pages.join("o-hradu.md"), pages.join(format!("kapitola-{nth}.md"))).unwrap();
    }
    site.good_build();
    for nth in 0..30 {
        std::fs::remove_file(pages.join(format!("kapitola-{nth}.md"))).unwrap();
    }
    site.execute(&[DUE_NEWS]);
    let output = site.build();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("--allow-deletions"));
    // The generation that has made the news public is not the newest one, which knows other pages perhaps.
    let noted = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let db = generator::db::connect::open(&site.database_url).await.unwrap();
        generator::db::generations::is_change_noted(&mut db.snapshot().await.unwrap()).await.unwrap()
    });
    assert!(noted, "nobody would know that pages of the newest generation may be stale");
}
