//! A target that fails at random: refuses, is full, writes and loses the answer.

use std::io::ErrorKind;

use generator::build::{Error, Options};
use generator::db::stale;
use generator::store::Fault;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::harness::ENGINES;
use crate::publish::Door;

use super::load::Load;

/// Rounds on each engine where `KILLS` says nothing.
const ROUNDS: u32 = 30;
const CHANGES: u32 = 15;
/// A full disk ends a build, so it is the rarest.
const FAULTS: [Fault; 8] = [
    Fault::Refuse(ErrorKind::Other),
    Fault::Refuse(ErrorKind::TimedOut),
    Fault::Refuse(ErrorKind::ConnectionReset),
    Fault::Refuse(ErrorKind::Interrupted),
    Fault::LoseAnswer,
    Fault::LoseAnswer,
    Fault::LoseAnswer,
    Fault::Refuse(ErrorKind::StorageFull),
];

#[tokio::test]
async fn faults_at_random_are_reported_and_healed() {
    for engine in ENGINES {
        let mut door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C", "D", "E"]).await;
        door.site.build().await;
        let mut load = Load::on(&door.site, &ids).await;
        let mut random = StdRng::seed_from_u64(7);
        let (mut failed, mut full) = (0, 0);
        for _ in 0..super::kills_wanted(ROUNDS) {
            for _ in 0..CHANGES {
                load.act().await;
            }
            let keys: Vec<String> = door.site.files().into_keys().collect();
            for _ in 0..random.random_range(0..6) {
                let fault = FAULTS[random.random_range(0..FAULTS.len())];
                door.site.memory().fail(&keys[random.random_range(0..keys.len())], fault);
            }
            match door.site.try_build(Options::default()).await {
                Ok(summary) => {
                    let mut tx = door.site.opened.db.snapshot().await.unwrap();
                    let listed = stale::failed(&mut tx).await.unwrap();
                    for (name, reason) in &summary.failed {
                        let is_removal = reason.starts_with("cannot remove ") && name.starts_with('/');
                        assert!(is_removal || listed.contains(&(name.clone(), reason.clone())), "{name}: {reason}");
                    }
                    assert_eq!(summary.failed.iter().filter(|(name, _)| !name.starts_with('/')).count(), listed.len());
                    failed += summary.failed.len();
                }
                Err(Error::Store(error)) if error.concerns_all() => full += 1,
                Err(error) => panic!("{engine:?}: {error}"),
            }
            if random.random_range(0..3) == 0 {
                door.site.memory().heal();
            }
        }
        eprintln!("{engine:?}: {failed} pages failed, {full} builds ended by a full disk");
        assert!(failed > 10 && full > 2, "{failed} pages failed, {full} builds ended by a full disk");
        door.site.memory().heal();
        door.site.build().await;
        load.assert_shown(&door.site.files());
        door.assert_equal_to_a_full_build().await;
    }
}
