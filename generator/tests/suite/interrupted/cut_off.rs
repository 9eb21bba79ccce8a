//! A server that closes all connections while a builder is in the middle of something: a restart, a failover.

use generator::fail_point::FailPoint;
use generator::publish::creations;
use sqlx::{Connection, Executor, PgConnection};

use crate::harness::{Engine, TestSite};
use crate::publish::{Door, work};

use super::child::{APPLICATION, Build, LEASE};
use super::folder::assert_equals_a_full_build;

/// Steps with a transaction that is lost with its connection.
const IN_A_TRANSACTION: [FailPoint; 5] = [
    FailPoint::Attach,
    FailPoint::Mark,
    FailPoint::IntendBeforeCommit,
    FailPoint::FinishBeforeCommit,
    FailPoint::EndBurialsBeforeCommit,
];

/// Ends all sessions that builders have with a site's database.
async fn cut_off(site: &TestSite) {
    let server = std::env::var("TEST_POSTGRES_URL").unwrap();
    let (_, database) = site.settings.database_url.rsplit_once('/').unwrap();
    let sql = format!(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity
        where datname = '{database}' and application_name = '{APPLICATION}'"
    );
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let ended = admin.fetch_all(sqlx::AssertSqlSafe(sql)).await.unwrap();
    assert!(!ended.is_empty(), "nobody was connected");
    admin.close().await.unwrap();
}

#[tokio::test]
async fn cut_off_in_each_step() {
    let door = Door::open(Engine::Postgres).await;
    let ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
    let mut output = door.site.settings.output.clone();
    Build::of(&door.site, &output).run().await;
    for (round, point) in FailPoint::ALL.into_iter().enumerate() {
        let when = format!("cut off at {}", point.name());
        if point == FailPoint::Attach {
            std::fs::remove_dir_all(&output).unwrap();
        }
        let mut change = door.change().await;
        creations::edit(&mut change, ids[0], &work(&format!("A {round}"))).await.unwrap();
        creations::unpublish(&mut change, ids[1]).await.unwrap();
        change.commit().await.unwrap();
        let mut child = Build::of(&door.site, &output).lease(LEASE).held_at(point, 1).start();
        child.held().await;
        cut_off(&door.site).await;
        child.go_on();
        let ended = child.end().await;
        if IN_A_TRANSACTION.contains(&point) {
            assert_eq!(ended.status.code(), Some(1), "{when}: {ended:?}");
            assert!(ended.said.contains("error: the database fails while "), "{when}: {ended:?}");
            Build::of(&door.site, &output).run().await;
        } else if !ended.status.success() {
            // Between two transactions nothing is lost, unless another loop of it had one open.
            assert!(ended.said.contains("error: the database fails while "), "{when}: {ended:?}");
            Build::of(&door.site, &output).run().await;
        }
        output = assert_equals_a_full_build(&door.site, &output, &when).await;
        let mut change = door.change().await;
        creations::publish_again(&mut change, ids[1]).await.unwrap();
        change.commit().await.unwrap();
        Build::of(&door.site, &output).run().await;
    }
}
