//! Paths that are purged: which, when, how often, whatever the edge says and whoever is killed.

use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use generator::cdn::{Cdn, Pace, Purger};
use generator::db::purges::{self, Waiting};
use generator::fail_point::FailPoint;
use generator::publish::comments;

use crate::harness::{ENGINES, TestSite};
use crate::interrupted::child::{Build, LEASE};
use crate::interrupted::steps::{retitle, unpublish};
use crate::publish::{BOREK, Door, text};

use super::edge::{Edge, Mood};

/// As fast as a test wants it.
const PACE: Pace = Pace {
    again: Duration::from_millis(50),
    trouble: Duration::from_millis(1),
    trouble_max: Duration::from_millis(20),
    lease: Duration::from_millis(200),
};

async fn purger(site: &TestSite, edge: &Edge) -> Purger {
    let cdn = Cdn::parse(&edge.setting()).unwrap();
    Purger::open(&cdn, &site.settings.site_url, site.opened.db.clone(), PACE).await.unwrap()
}

async fn waiting(site: &TestSite) -> Waiting {
    purges::waiting(&mut site.opened.db.snapshot().await.unwrap()).await.unwrap()
}

/// Sends until nothing waits any more.
async fn send_all(site: &TestSite, edge: &Edge) {
    let purger = purger(site, edge).await;
    let until = Instant::now() + Duration::from_secs(60);
    while waiting(site).await != Waiting::default() {
        assert!(Instant::now() < until, "it is never done: {:?}", waiting(site).await);
        purger.send_due().await.unwrap();
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Makes what was sent once due at once.
async fn hurry(site: &TestSite) {
    site.change(&["update purge set due_at = 0"], &[]).await;
}

fn build(door: &Door, edge: &Edge) -> Build {
    Build::of(&door.site, &door.site.settings.output).variable("CDN", &edge.setting())
}

#[tokio::test]
async fn each_change_is_purged_by_its_path_and_the_sites_name_at_once_and_once_more() {
    for engine in ENGINES {
        let edge = Edge::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B"]).await;
        build(&door, &edge).run().await;
        hurry(&door.site).await;
        send_all(&door.site, &edge).await;
        edge.take_asked();

        let mut change = door.change().await;
        comments::add(&mut change, ids[1], BOREK, &text("Aha.")).await.unwrap();
        change.commit().await.unwrap();
        build(&door, &edge).run().await;
        let asked = edge.take_asked();
        assert!(asked.iter().all(|asked| asked.method == "PURGE" && asked.host == "www.example.org"), "{asked:?}");
        let paths: Vec<&str> = asked.iter().map(|asked| asked.path.as_str()).collect();
        assert!(paths.contains(&"/rubriky/povesti/2-b/"), "{engine:?}: {paths:?}");
        assert!(!paths.contains(&"/rubriky/povesti/1-a/"), "{engine:?}: {paths:?}");
        let expected = Waiting { unsent: 0, again: i64::try_from(paths.len()).unwrap(), oldest_ms: 0 };
        assert_eq!(waiting(&door.site).await, expected, "{engine:?}");

        hurry(&door.site).await;
        send_all(&door.site, &edge).await;
        assert_eq!(edge.take_asked(), asked, "{engine:?}: once more, the same");
        build(&door, &edge).all().run().await;
        assert_eq!(edge.take_asked(), [], "{engine:?}: what is as it was is not purged");

        unpublish(&door, ids[0]).await;
        build(&door, &edge).run().await;
        assert!(edge.take_paths().contains(&"/rubriky/povesti/1-a/".to_owned()), "{engine:?}: what is gone");
    }
}

#[tokio::test]
async fn an_edge_that_fails_dawdles_or_is_dead_is_told_when_it_is_well() {
    for engine in ENGINES {
        let edge = Edge::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A"]).await;
        build(&door, &edge).run().await;
        hurry(&door.site).await;
        send_all(&door.site, &edge).await;
        for mood in [Mood::Answers(503), Mood::Answers(405), Mood::Slow(Duration::from_secs(7))] {
            retitle(&door, ids[0], &format!("{mood:?}")).await;
            edge.be(mood);
            let said = build(&door, &edge).run().await;
            assert!(said.contains("error: PURGE http://") && said.contains("wait for a running sidecar"), "{said}");
            assert!(waiting(&door.site).await.unsent > 0, "{engine:?}, {mood:?}");
            edge.be(Mood::Good);
            edge.take_asked();
            send_all(&door.site, &edge).await;
            assert!(edge.take_paths().iter().any(|path| path.starts_with("/rubriky/povesti/1-")), "{mood:?}");
        }
        let address = edge.address;
        let setting = edge.setting();
        drop(edge);
        retitle(&door, ids[0], "Po smrti").await;
        let build = Build::of(&door.site, &door.site.settings.output).variable("CDN", &setting);
        let said = build.run().await;
        assert!(said.contains("was not answered"), "{engine:?}: {said}");
        let edge = Edge::listen(address);
        send_all(&door.site, &edge).await;
        assert!(edge.take_paths().contains(&"/rubriky/povesti/1-po-smrti/".to_owned()), "{engine:?}");
    }
}

#[tokio::test]
async fn whoever_is_killed_between_a_write_and_its_purge_leaves_the_purge() {
    let steps = [
        FailPoint::WriteAfterRename,
        FailPoint::FinishBeforeCommit,
        FailPoint::FinishAfterCommit,
        FailPoint::RemovalAfter,
        FailPoint::RemovalUnnoted,
        FailPoint::PurgeSent,
    ];
    for engine in ENGINES {
        let edge = Edge::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C", "D", "E", "F", "G"]).await;
        build(&door, &edge).run().await;
        hurry(&door.site).await;
        send_all(&door.site, &edge).await;
        for (round, point) in steps.into_iter().enumerate() {
            edge.take_asked();
            retitle(&door, ids[6], &format!("G {round}")).await;
            unpublish(&door, ids[round]).await;
            let ended = build(&door, &edge).lease(LEASE).killed_at(point, 1).start().end().await;
            assert_eq!(ended.status.signal(), Some(9), "{point:?}: the step was not taken: {ended:?}");
            let told = edge.take_paths();
            build(&door, &edge).run().await;
            hurry(&door.site).await;
            send_all(&door.site, &edge).await;
            let purged = edge.take_paths();
            let letter = ["a", "b", "c", "d", "e", "f"][round];
            for path in [format!("/rubriky/povesti/{}-{letter}/", round + 1), format!("/rubriky/povesti/7-g-{round}/")]
            {
                assert!(purged.contains(&path), "{engine:?}, {point:?}: {path} is not in {purged:?}");
            }
            assert_eq!(point == FailPoint::PurgeSent, !told.is_empty(), "{point:?}");
        }
    }
}

#[tokio::test]
async fn two_who_send_at_once_send_each_path_once_each_time() {
    for engine in ENGINES {
        let edge = Edge::start();
        let site = TestSite::tiny(engine).await;
        let paths: Vec<String> = (0..700).map(|n| format!("/cesta/{n}/")).collect();
        let mut tx = site.opened.db.write().await.unwrap();
        purges::add(&mut tx, paths.clone()).await.unwrap();
        tx.commit().await.unwrap();
        let cdn = Cdn::parse(&edge.setting()).unwrap();
        let slow = Pace::default();
        let one = Purger::open(&cdn, "https://example.org", site.opened.db.clone(), slow).await.unwrap();
        let two = Purger::open(&cdn, "https://example.org", site.opened.db.clone(), slow).await.unwrap();
        let (one, two) = tokio::join!(one.send_due(), two.send_due());
        assert_eq!(one.unwrap().taken + two.unwrap().taken, 700, "{engine:?}");
        let mut asked: Vec<String> = edge.take_asked().into_iter().map(|asked| asked.path).collect();
        let mut expected = paths;
        expected.sort();
        asked.sort();
        assert_eq!(asked, expected, "{engine:?}");
    }
}

#[tokio::test]
async fn what_changes_again_while_it_is_purged_is_purged_again() {
    for engine in ENGINES {
        let site = TestSite::tiny(engine).await;
        let add = async || {
            let mut tx = site.opened.db.write().await.unwrap();
            purges::add(&mut tx, vec!["/a/".to_owned()]).await.unwrap();
            tx.commit().await.unwrap();
        };
        add().await;
        let mut tx = site.opened.db.write().await.unwrap();
        let claimed = purges::claim(&mut tx, 10, 60_000).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(claimed.len(), 1);
        add().await;
        let mut tx = site.opened.db.write().await.unwrap();
        purges::taken(&mut tx, &claimed, 60_000).await.unwrap();
        let again = purges::claim(&mut tx, 10, 60_000).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(again.len(), 1, "{engine:?}: the later change is lost");
        assert!(again[0].again && again[0].token != claimed[0].token);
    }
}

#[tokio::test]
async fn pages_live_longer_at_an_edge_that_is_told() {
    for engine in ENGINES {
        let server = crate::bucket::server::Server::start();
        let edge = Edge::start();
        let door = Door::open(engine).await;
        door.publish("povesti", &["A"]).await;
        let look = async || {
            let request = server.client().get_object().bucket(crate::bucket::server::BUCKET).key("site/index.html");
            request.send().await.unwrap().cache_control.unwrap()
        };
        Build::into_bucket(&door.site, &server, "site").run().await;
        assert_eq!(look().await, "public, max-age=0, s-maxage=60, must-revalidate");
        Build::into_bucket(&door.site, &server, "site").variable("CDN", &edge.setting()).run().await;
        assert_eq!(look().await, "public, max-age=0, s-maxage=3600, must-revalidate", "{engine:?}");
        Build::into_bucket(&door.site, &server, "site").run().await;
        assert_eq!(look().await, "public, max-age=0, s-maxage=60, must-revalidate", "{engine:?}");
        assert_eq!(waiting(&door.site).await, Waiting::default(), "there is nobody to tell any more");
    }
}

#[test]
fn the_setting_says_what_is_wrong_with_it() {
    assert_eq!(Cdn::parse("none"), Ok(Cdn::None));
    assert_eq!(Cdn::parse("purge:http://10.0.0.1:6081/"), Ok(Cdn::Purge { url: "http://10.0.0.1:6081".to_owned() }));
    assert_eq!(Cdn::parse("cloudfront:E2X"), Ok(Cdn::CloudFront { distribution: "E2X".to_owned() }));
    for (wrong, said) in [
        ("fastly", "`fastly` is none of none, purge:http://…, cloudfront:…"),
        ("purge:varnish", "`varnish` is no address such as http://127.0.0.1:6081"),
        ("purge:http://host/path", "`http://host/path` is no address such as http://127.0.0.1:6081"),
        ("cloudfront:", "`` is no id of a distribution such as E2QWRUHAPOMQZL"),
    ] {
        assert_eq!(Cdn::parse(wrong).unwrap_err(), said);
    }
}
