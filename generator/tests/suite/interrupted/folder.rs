//! Folders with a built site: what stands in them, and whether it is what a full build makes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::harness::TestSite;

use super::child::{Build, until};

/// Everything in a folder, empty folders included, but for what the builder keeps there for itself.
pub fn contents(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if name == ".graveyard" {
                continue;
            }
            if path.is_dir() {
                found.insert(format!("{name}/"), Vec::new());
                folders.push(path);
            } else {
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// No temporary file is left, of whomever.
#[track_caller]
pub fn assert_no_temporary_file(output: &Path) {
    let names = std::fs::read_dir(output.join(".graveyard/temporary")).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.is_empty(), "temporary files are left: {names:?}");
}

/// A folder of a site's output equals what a fresh process, which knows no marks and no records, builds from the same
/// rows into an empty folder. Gives that folder: the database's records are about it now.
pub async fn assert_equals_a_full_build(site: &TestSite, output: &Path, when: &str) -> PathBuf {
    assert_no_temporary_file(output);
    let is = contents(output);
    site.forget_builders().await;
    let empty = output.with_file_name(format!("full-{:x}", rand::random::<u64>()));
    Build::of(site, &empty).run().await;
    let should_be = contents(&empty);
    assert_same(&is, &should_be, when);
    empty
}

/// Waits until no claim's lease is running.
pub async fn until_leases_are_over(site: &TestSite) {
    until("the leases are over", async || {
        let mut tx = site.opened.db.snapshot().await.unwrap();
        !generator::db::claims::is_anything_claimed(&mut tx).await.unwrap()
    })
    .await;
}

/// One build's files are another's, key by key.
pub fn assert_same(is: &BTreeMap<String, Vec<u8>>, should_be: &BTreeMap<String, Vec<u8>>, when: &str) {
    assert!(should_be.len() > 20, "that is no site: {:?}", should_be.keys());
    for (key, body) in should_be {
        let found = is.get(key).unwrap_or_else(|| panic!("{when}: {key} is missing"));
        let text = |body: &[u8]| String::from_utf8_lossy(body).into_owned();
        assert!(found == body, "{when}: {key} is stale:\n{}\nshould be\n{}", text(found), text(body));
    }
    for key in is.keys() {
        assert!(should_be.contains_key(key), "{when}: {key} belongs to no page");
    }
}
