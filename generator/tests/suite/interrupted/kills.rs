//! Kills at random moments, while people go on changing the site.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use generator::db::{Db, Tx};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::harness::{ENGINES, Engine};
use crate::publish::Door;

use super::child::{Build, LEASE, until};
use super::folder::{assert_equals_a_full_build, contents};
use super::load::Load;

/// Kills on each engine where `KILLS` says nothing.
const KILLS: u32 = 40;
/// A builder is killed so long after its first claim at the latest: by then it has made a batch or two.
const BUSY_MAX: Duration = Duration::from_millis(8);
/// One kill in so many comes at any moment after the start, perhaps before the builder does anything.
const EARLY: u32 = 8;
/// Such a kill comes so long after the start at the latest.
const START_MAX: Duration = Duration::from_millis(120);

/// The claims that there are, whoever made them.
pub async fn claims(db: &Db) -> BTreeSet<String> {
    const SQL: &str = "select distinct token from stale_page where token is not null";
    let mut tx = db.snapshot().await.unwrap();
    let tokens: Vec<String> = match &mut tx {
        Tx::Sqlite(tx) => sqlx::query_scalar(SQL).fetch_all(&mut **tx).await.unwrap(),
        Tx::Postgres(tx) => sqlx::query_scalar(SQL).fetch_all(&mut **tx).await.unwrap(),
    };
    tokens.into_iter().collect()
}

async fn killed_at_random_moments(engine: Engine) {
    let kills = std::env::var("KILLS").map_or(KILLS, |kills| kills.parse().expect("KILLS is a number"));
    let door = Door::open(engine).await;
    let mut ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
    ids.extend(door.publish("kronika", &["F", "G", "H"]).await);
    let (site, output, db) = (&door.site, &door.site.settings.output, &door.site.opened.db);
    let end = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn(Load::on(site, &ids).await.run(Arc::clone(&end)));
    let mut random = StdRng::seed_from_u64(u64::from(kills));
    let (mut in_batch, mut ended) = (0, 0);
    let mut known = BTreeSet::new();
    for kill in 0..kills {
        let mut child = Build::of(site, output).lease(LEASE).start();
        let latest = if kill % EARLY == 0 {
            START_MAX
        } else {
            until("the builder claims something", async || child.has_ended() || !claims(db).await.is_subset(&known))
                .await;
            BUSY_MAX
        };
        // The moment is the test's input and not a condition that could be waited for; early ones are more often in a batch.
        tokio::time::sleep(latest.mul_f64(random.random::<f64>().powi(2))).await;
        if child.has_ended() {
            ended += 1;
        }
        child.kill();
        let killed = child.end().await;
        assert!(!killed.said.contains("error"), "{killed:?}");
        let open = claims(db).await;
        if !open.is_subset(&known) {
            in_batch += 1;
        }
        known = open;
    }
    end.store(true, Ordering::Relaxed);
    let load = load.await.unwrap();
    Build::of(site, output).run().await;
    eprintln!(
        "{engine:?}: {kills} kills, {in_batch} of them in an open batch, {ended} too late; {} changes acknowledged",
        load.acknowledged
    );
    assert!(in_batch * 2 > kills, "only {in_batch} of {kills} kills hit an open batch");
    assert!(load.acknowledged > u64::from(kills), "only {} changes were made meanwhile", load.acknowledged);
    load.assert_shown(&contents(output));
    assert_equals_a_full_build(site, output, "after all kills").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_on_sqlite() {
    let [sqlite, _] = ENGINES;
    killed_at_random_moments(sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_moments_on_postgres() {
    let [_, postgres] = ENGINES;
    killed_at_random_moments(postgres).await;
}
