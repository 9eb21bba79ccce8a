//! Changes at the same time: on PostgreSQL they really are, and the locks keep each from computing its pages with what
//! the other is about to change. Nothing is waited for but conditions.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use generator::build::Options;
use generator::build::progress::Progress;
use generator::db::{Db, Tx, stale};
use generator::model::{CreationId, MemberId};
use generator::publish::{self, Change, Error, comments, creations, forum, members, news, votes};
use generator::verify;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::harness::{ENGINES, Engine, execute, now};

use super::{ALMARA, BOREK, Door, text, work};

/// Waits until a session of this database waits for a lock.
async fn until_somebody_waits(db: &Db) {
    let Db::Postgres(pool) = db else { panic!("only PostgreSQL has sessions that wait for each other") };
    const SQL: &str = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    let wait = async {
        while sqlx::query_scalar::<_, i64>(SQL).fetch_one(pool).await.unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.expect("nobody waits for the other");
}

/// The door that people come through.
fn door_of(door: &Door) -> publish::Door {
    let opened = &door.site.opened;
    let (db, site, signals) = (opened.db.clone(), Arc::clone(&opened.site), Arc::default());
    publish::Door { db, site, generation: None, signals }
}

async fn comment(people: publish::Door, on: CreationId) {
    let mut comment = people.begin(now()).await.unwrap();
    comments::add(&mut comment, on, BOREK, &text("Pod kterým jménem?")).await.unwrap();
    comment.commit().await.unwrap();
}

async fn rename(people: publish::Door) {
    let mut rename = people.begin_alone(now()).await.unwrap();
    members::rename(&mut rename, BOREK, "Bohouš").await.unwrap();
    rename.commit().await.unwrap();
}

/// Whichever came first: the page says the new nick.
async fn assert_renamed(mut door: Door) {
    door.site.build().await;
    let page = door.site.file("rubriky/kronika/1-a/index.html");
    assert!(page.contains("Bohouš") && !page.contains("Bořek"), "{page}");
    door.assert_equal_to_a_full_build().await;
}

#[tokio::test]
async fn a_nick_changes_while_its_member_comments() {
    let door = Door::open(Engine::Postgres).await;
    let ids = door.publish("kronika", &["A"]).await;
    door.site.build().await;
    let people = door_of(&door);
    let mut change = people.begin(now()).await.unwrap();
    comments::add(&mut change, ids[0], BOREK, &text("Ještě pod starým jménem.")).await.unwrap();
    let rename = tokio::spawn(rename(people.clone()));
    until_somebody_waits(&people.db).await;
    assert!(!rename.is_finished());
    change.commit().await.unwrap();
    rename.await.unwrap();
    // Whatever was built between the two: the new nick has marked the page that the comment had come to.
    let page = "creation/kronika/1".to_owned();
    let mut tx = people.db.snapshot().await.unwrap();
    assert_eq!(stale::progress(&mut tx, std::slice::from_ref(&page)).await.unwrap()[&page].version, 2);
    drop(tx);
    assert_renamed(door).await;
}

#[tokio::test]
async fn a_member_comments_while_the_nick_changes() {
    let door = Door::open(Engine::Postgres).await;
    let ids = door.publish("kronika", &["A"]).await;
    door.site.build().await;
    let people = door_of(&door);
    let mut change = people.begin_alone(now()).await.unwrap();
    members::rename(&mut change, BOREK, "Bohouš").await.unwrap();
    let comment = tokio::spawn(comment(people.clone(), ids[0]));
    until_somebody_waits(&people.db).await;
    assert!(!comment.is_finished());
    change.commit().await.unwrap();
    comment.await.unwrap();
    assert_renamed(door).await;
}

#[tokio::test]
async fn a_mend_beside_a_batch_that_has_begun() {
    let door = Door::open(Engine::Postgres).await;
    door.publish("kronika", &["A"]).await;
    door.site.build().await;
    door.site.memory().forge("rubriky/kronika/1-a/index.html", b"forged");
    let builder = door.site.opened.builder_into(Arc::clone(&door.site.store)).unwrap();
    let findings = verify::verify(&builder).await.unwrap();
    assert_eq!(findings.differences.len(), 1);
    // A batch locks its marks first and its records then.
    door.site.change(&[], &["creation/kronika/1"]).await;
    let db = door.site.opened.db.clone();
    let mut batch = db.write().await.unwrap();
    execute(&mut batch, "select page from stale_page where page = 'creation/kronika/1' for update").await;
    let mend = tokio::spawn(async move { verify::mend(&builder, &findings, now()).await });
    until_somebody_waits(&db).await;
    execute(&mut batch, "update output_page set digest = null where page = 'creation/kronika/1'").await;
    batch.commit().await.unwrap();
    assert_eq!(mend.await.unwrap().unwrap().marked, 1);
    door.site.build().await;
    assert!(door.site.file("rubriky/kronika/1-a/index.html").contains("<h1>A</h1>"));
}

/// What a visitor's request does whose connection ends.
#[tokio::test]
async fn somebody_goes_away_who_waits_for_a_lock() {
    let door = Door::open(Engine::Postgres).await;
    let (db, site) = (door.site.opened.db.clone(), Arc::clone(&door.site.opened.site));
    let alone = door.change().await;
    let waiting = tokio::spawn({
        let (db, site) = (db.clone(), Arc::clone(&site));
        async move { Change::begin(&db, &site, now()).await.map(drop) }
    });
    until_somebody_waits(&db).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    drop(alone);
    // Whichever connections there are: no transaction and no lock of its is left on any of them.
    let another = tokio::time::timeout(Duration::from_secs(30), door.change()).await.expect("its lock is still held");
    let mut snapshots = Vec::new();
    for _ in 0..4 {
        snapshots.push(db.snapshot().await.unwrap());
    }
    for tx in &mut snapshots {
        let Tx::Postgres(tx) = tx else { panic!("this is PostgreSQL") };
        let sql = "select current_setting('transaction_read_only')";
        assert_eq!(sqlx::query_scalar::<_, String>(sql).fetch_one(&mut **tx).await.unwrap(), "on");
    }
    drop(another);
}

#[tokio::test]
async fn two_neighbours_leave_a_list_at_once() {
    let mut door = Door::open(Engine::Postgres).await;
    let ids = door.publish("povesti", &["A", "B", "C", "D"]).await;
    door.site.build().await;
    let people = door_of(&door);
    let mut first = people.begin_alone(now()).await.unwrap();
    creations::unpublish(&mut first, ids[1]).await.unwrap();
    let second = tokio::spawn({
        let (people, id) = (people.clone(), ids[2]);
        async move {
            let mut second = people.begin_alone(now()).await.unwrap();
            creations::unpublish(&mut second, id).await.unwrap();
            second.commit().await.unwrap()
        }
    });
    until_somebody_waits(&people.db).await;
    first.commit().await.unwrap();
    let marked = second.await.unwrap();
    assert!(super::keys(&marked).contains("creation/povesti/1\n"), "A has D for its neighbour now");
    door.site.build().await;
    assert!(door.site.file("rubriky/povesti/1-a/index.html").contains("/rubriky/povesti/4-d/"));
    door.assert_equal_to_a_full_build().await;
}

#[tokio::test]
async fn two_comments_on_one_creation_at_once_open_one_archive() {
    let mut door = Door::open(Engine::Postgres).await;
    let ids = door.publish("kronika", &["A"]).await;
    let mut change = door.change().await;
    comments::add(&mut change, ids[0], BOREK, &text("První.")).await.unwrap();
    change.commit().await.unwrap();
    door.site.build().await;
    let (db, site) = (door.site.opened.db.clone(), Arc::clone(&door.site.opened.site));
    let mut first = Change::begin(&db, &site, now()).await.unwrap();
    comments::add(&mut first, ids[0], BOREK, &text("Druhý.")).await.unwrap();
    let second = tokio::spawn({
        let (db, site, id) = (db.clone(), Arc::clone(&site), ids[0]);
        async move {
            let mut second = Change::begin(&db, &site, now()).await.unwrap();
            comments::add(&mut second, id, ALMARA, &text("Třetí.")).await.unwrap();
            second.commit().await.unwrap()
        }
    });
    until_somebody_waits(&db).await;
    assert!(!super::keys(&first.commit().await.unwrap()).contains("discussion"), "two are no more than a page");
    let marked = super::keys(&second.await.unwrap());
    assert!(marked.contains("discussion/kronika/1/1\n") && marked.contains("discussion/kronika/1/2\n"), "{marked}");
    drop(site);
    door.assert_equal_to_a_full_build().await;
}

/// One of the things that people and editors do; those that make no sense at the moment are refused.
async fn act(db: &Db, site: &generator::site::Site, random: &mut StdRng, nth: u32) -> Result<(), Error> {
    let creation = CreationId(random.random_range(1..10));
    let member = MemberId(random.random_range(1..3));
    let body = text(&format!("Text {nth}."));
    let comment = random.random_range(1..30);
    if random.random_range(0..4) > 0 {
        let mut change = Change::begin(db, site, now()).await?;
        match random.random_range(0..8) {
            0..3 => drop(comments::add(&mut change, creation, member, &body).await?),
            3 => comments::edit(&mut change, comment, &body).await?,
            4 => comments::delete(&mut change, comment).await?,
            5 => votes::cast(&mut change, creation, member, random.random_range(0..6)).await?,
            6 => drop(forum::add(&mut change, member, &body).await?),
            _ => drop(news::add(&mut change, member, &body).await?),
        }
        change.commit().await?;
    } else {
        let mut change = Change::begin_alone(db, site, now()).await?;
        match random.random_range(0..5) {
            0 => members::rename(&mut change, member, &format!("Nick {nth}")).await?,
            1 => creations::edit(&mut change, creation, &work(&format!("Dílo {nth}"))).await?,
            2 => creations::unpublish(&mut change, creation).await?,
            3 => creations::publish_again(&mut change, creation).await?,
            _ => creations::move_to(&mut change, creation, ["kronika", "povesti"][nth as usize % 2], None).await?,
        }
        change.commit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_crowd_and_two_builders_leave_a_true_site() {
    const PEOPLE: u64 = 6;
    const ACTS: u32 = 40;
    for engine in ENGINES {
        let mut door = Door::open(engine).await;
        door.publish("kronika", &["A", "B", "C", "D", "E"]).await;
        door.publish("povesti", &["F", "G", "H", "I"]).await;
        door.site.build().await;
        let done = Arc::new(AtomicBool::new(false));
        let mut builders = Vec::new();
        for _ in 0..2 {
            let builder = door.site.opened.builder_into(Arc::clone(&door.site.store)).unwrap();
            let done = Arc::clone(&done);
            builders.push(tokio::spawn(async move {
                while !done.load(Ordering::Relaxed) {
                    let summary = builder.build(Options::default(), now(), &Progress::silent()).await.unwrap();
                    // A page may come to a path before the other builder has taken the one away that leaves it.
                    let late = |reason: &str| reason.contains(" is taken by the page ");
                    assert!(summary.failed.iter().all(|(_, reason)| late(reason)), "{:?}", summary.failed);
                }
            }));
        }
        let mut people = Vec::new();
        for person in 0..PEOPLE {
            let (db, site) = (door.site.opened.db.clone(), Arc::clone(&door.site.opened.site));
            people.push(tokio::spawn(async move {
                let mut random = StdRng::seed_from_u64(person);
                let mut acted = 0;
                for nth in 0..ACTS {
                    match act(&db, &site, &mut random, nth * PEOPLE as u32 + person as u32).await {
                        Ok(()) => acted += 1,
                        Err(Error::Database(error)) => panic!("{engine:?}: {error}"),
                        Err(_) => {}
                    }
                }
                acted
            }));
        }
        let mut acted = 0;
        for person in people {
            acted += person.await.unwrap();
        }
        done.store(true, Ordering::Relaxed);
        for builder in builders {
            builder.await.unwrap();
        }
        assert!(acted > ACTS * PEOPLE as u32 / 2, "only {acted} acts were possible");
        door.assert_equal_to_a_full_build().await;
    }
}
