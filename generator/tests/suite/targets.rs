//! A target as such: what is found on one that is new to the database, and what other processes leave there.

use std::fs::File;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use generator::store::{CacheClass, Directory, Object, Store};
use tokio::runtime::Handle;

use crate::harness::{ENGINES, TestSite};

/// How long a condition is waited for.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_write_while_a_target_is_walked_through() {
    for engine in ENGINES {
        let site = TestSite::small(engine).await;
        site.build().await;
        // Its records are about another target by now.
        site.forget_builders().await;
        site.memory().forge("davno/index.html", b"of former times");
        let was_written = Arc::new(AtomicBool::new(false));
        let (db, handle, written) = (site.opened.db.clone(), Handle::current(), Arc::clone(&was_written));
        site.memory().while_listed(move || {
            let write = async {
                let mut tx = db.write().await.unwrap();
                generator::db::target::lock_shared(&mut tx).await.unwrap();
                tx.commit().await.unwrap();
            };
            // Where the database is locked, that is until the walk is through, which waits for this.
            let write = async { tokio::time::timeout(PATIENCE, write).await };
            written.store(handle.block_on(write).is_ok(), Ordering::Relaxed);
        });
        site.build().await;
        assert!(was_written.load(Ordering::Relaxed), "{engine:?}: the database was locked meanwhile");
        assert!(!site.has("davno/index.html") && site.has("index.html"));
    }
}

#[test]
fn a_file_that_a_former_release_is_writing_is_left_to_it() {
    let folder = tempfile::TempDir::new().unwrap();
    drop(Directory::open(folder.path()).unwrap());
    let temporary = folder.path().join(".graveyard/temporary");
    let (written, left) = (temporary.join("0123456789abcdef-3"), temporary.join("fedcba9876543210-0"));
    File::create(&written).unwrap();
    File::create(&left).unwrap().set_modified(SystemTime::now() - Duration::from_secs(7_200)).unwrap();
    let _directory = Directory::open(folder.path()).unwrap();
    assert!(written.exists(), "a rename into place would fail");
    assert!(!left.exists(), "nobody writes for two hours");
}

#[test]
fn a_lock_that_is_held_is_waited_for_once() {
    const WAIT: Duration = Duration::from_millis(300);
    let folder = tempfile::TempDir::new().unwrap();
    let store = Store::Directory(Directory::open(folder.path()).unwrap().waiting_at_most(WAIT));
    let locks = std::fs::read_dir(folder.path().join(".graveyard/locks")).unwrap();
    let locks: Vec<File> = locks.map(|entry| File::open(entry.unwrap().path()).unwrap()).collect();
    locks.iter().for_each(|lock| lock.lock().unwrap());
    let object = Object {
        body: b"late".to_vec(),
        content_type: "text/html; charset=utf-8",
        class: CacheClass::Revalidate,
        redirect: None,
    };
    let begun = Instant::now();
    for _ in 0..20 {
        assert_eq!(store.put("a/index.html", &object, || true).unwrap_err().source.kind(), ErrorKind::TimedOut);
    }
    // Each for itself, they would take twenty times as long as one.
    assert!(begun.elapsed() >= WAIT && begun.elapsed() < WAIT * 10, "{:?}", begun.elapsed());
    drop(locks);
    assert!(store.put("a/index.html", &object, || true).unwrap());
}
