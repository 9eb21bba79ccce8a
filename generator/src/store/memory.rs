//! A target in memory, for tests: it counts what is done to it and fails when told to.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Error, OWN_FOLDER, Object};

/// What a memory store does instead of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is written and the error says so.
    Refuse(io::ErrorKind),
    /// It is written, but the answer is lost.
    LoseAnswer,
}

/// Objects by key.
#[derive(Debug, Default)]
pub struct Memory {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Object>,
    faults: BTreeMap<String, Fault>,
    meanwhile: BTreeMap<String, Meanwhile>,
    while_listed: Option<Meanwhile>,
    /// What was removed and not synced yet.
    unsynced_removals: BTreeMap<String, Object>,
    writes: u64,
}

/// What happens elsewhere while an object is written or all are listed.
struct Meanwhile(Box<dyn FnOnce() + Send>);

impl std::fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Meanwhile")
    }
}

impl Memory {
    /// An empty store.
    pub fn new() -> Memory {
        Memory::default()
    }

    /// Writes and removals of this key fail in this way until [`Memory::heal`].
    pub fn fail(&self, key: &str, fault: Fault) {
        self.state().faults.insert(key.to_owned(), fault);
    }

    /// Calls `action` once, just before the next write of this key.
    pub fn meanwhile(&self, key: &str, action: impl FnOnce() + Send + 'static) {
        self.state().meanwhile.insert(key.to_owned(), Meanwhile(Box::new(action)));
    }

    /// Calls `action` once, when the keys are listed next.
    pub fn while_listed(&self, action: impl FnOnce() + Send + 'static) {
        self.state().while_listed = Some(Meanwhile(Box::new(action)));
    }

    /// Ends all faults.
    pub fn heal(&self) {
        self.state().faults.clear();
    }

    /// Somebody writes into an object behind the builder's back.
    pub fn forge(&self, key: &str, body: &[u8]) {
        let mut state = self.state();
        let object = Object {
            body: body.to_vec(),
            content_type: "text/html; charset=utf-8",
            class: super::CacheClass::of(key),
            redirect: None,
        };
        state.objects.insert(key.to_owned(), object);
    }

    /// Somebody removes an object behind the builder's back.
    pub fn delete(&self, key: &str) {
        self.state().objects.remove(key);
    }

    /// The machine loses power: what was removed and not synced is there again.
    pub fn lose_power(&self) {
        let mut state = self.state();
        let back = std::mem::take(&mut state.unsynced_removals);
        state.objects.extend(back);
    }

    /// All keys, sorted.
    pub fn keys(&self) -> Vec<String> {
        self.state().objects.keys().cloned().collect()
    }

    /// How many objects were written so far, repeated ones included.
    pub fn writes(&self) -> u64 {
        self.state().writes
    }

    pub(super) fn put(&self, key: &str, object: &Object, may_write: impl Fn() -> bool) -> Result<bool, Error> {
        let meanwhile = self.state().meanwhile.remove(key);
        if let Some(Meanwhile(action)) = meanwhile {
            action();
        }
        let mut state = self.state();
        let failed = |kind| Error { action: "write", name: key.to_owned(), source: io::Error::from(kind) };
        let fault = state.faults.get(key).copied();
        if let Some(Fault::Refuse(kind)) = fault {
            return Err(failed(kind));
        }
        if !may_write() {
            return Ok(false);
        }
        state.objects.insert(key.to_owned(), object.clone());
        state.writes += 1;
        match fault {
            Some(Fault::LoseAnswer) => Err(failed(io::ErrorKind::TimedOut)),
            _ => Ok(true),
        }
    }

    pub(super) fn each_key(&self, each: &mut dyn FnMut(String)) {
        let while_listed = self.state().while_listed.take();
        if let Some(Meanwhile(action)) = while_listed {
            action();
        }
        self.keys().into_iter().filter(|key| !key.starts_with(OWN_FOLDER)).for_each(each);
    }

    pub(super) fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.state().objects.get(key).map(|object| object.body.clone()))
    }

    pub(super) fn remove(&self, key: &str, may_remove: impl Fn() -> bool) -> Result<bool, Error> {
        let mut state = self.state();
        if let Some(Fault::Refuse(kind)) = state.faults.get(key) {
            return Err(Error { action: "remove", name: key.to_owned(), source: io::Error::from(*kind) });
        }
        let removed = may_remove();
        if removed && let Some(object) = state.objects.remove(key) {
            state.unsynced_removals.insert(key.to_owned(), object);
        }
        Ok(removed)
    }

    pub(super) fn sync_removals(&self, keys: &[String]) {
        let mut state = self.state();
        state.unsynced_removals.retain(|key, _| !keys.contains(key));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
