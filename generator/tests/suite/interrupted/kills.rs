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
/// The folder is compared with a full build after so many kills, so that kills meet what former ones have left, and no
/// later build mends what one has broken.
const COMPARED: u32 = 5;
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
    let kills = super::kills_wanted(KILLS);
    let door = Door::open(engine).await;
    let mut ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
    ids.extend(door.publish("kronika", &["F", "G", "H"]).await);
    let (site, db) = (&door.site, &door.site.opened.db);
    let mut output = site.settings.output.clone();
    let mut load = Load::on(site, &ids).await;
    let mut random = StdRng::seed_from_u64(u64::from(kills));
    let (mut in_batch, mut ended, mut killed) = (0, 0, 0);
    let mut known = BTreeSet::new();
    while killed < kills {
        let end = Arc::new(AtomicBool::new(false));
        let running = tokio::spawn(load.run(Arc::clone(&end)));
        for _ in 0..COMPARED.min(kills - killed) {
            let mut child = Build::of(site, &output).lease(LEASE).start();
            let latest = if killed % EARLY == 0 {
                START_MAX
            } else {
                until("the builder claims something", async || {
                    child.has_ended() || !claims(db).await.is_subset(&known)
                })
                .await;
                BUSY_MAX
            };
            // The moment is the test's input and not a condition that could be waited for; early ones are more often in a
            // batch.
            tokio::time::sleep(latest.mul_f64(random.random::<f64>().powi(2))).await;
            if child.has_ended() {
                ended += 1;
            }
            child.kill();
            let said = child.end().await;
            assert!(!said.said.contains("error"), "{said:?}");
            let open = claims(db).await;
            if !open.is_subset(&known) {
                in_batch += 1;
            }
            known = open;
            killed += 1;
        }
        // People pause, so that there is a state to compare with.
        end.store(true, Ordering::Relaxed);
        load = running.await.unwrap();
        Build::of(site, &output).run().await;
        load.assert_shown(&contents(&output));
        output = assert_equals_a_full_build(site, &output, &format!("{engine:?}, after {killed} kills")).await;
        known.clear();
    }
    eprintln!(
        "{engine:?}: {kills} kills, {in_batch} of them in an open batch, {ended} too late; {} changes acknowledged",
        load.acknowledged
    );
    assert!(in_batch * 2 > kills, "only {in_batch} of {kills} kills hit an open batch");
    assert!(load.acknowledged > u64::from(kills), "only {} changes were made meanwhile", load.acknowledged);
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
