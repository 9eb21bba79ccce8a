//! Equality and precision: whatever is changed in whatever order, incremental builds leave what a full build from the
//! same rows would, and render little in vain.
//!
//! A case is a sequence of operations on a site whose lists overflow at once, with builds at random moments; after each
//! of them `verify` renders all pages and compares. At the end of a case everything that builders know (marks, records,
//! target, tombstones) is forgotten, a builder that knows only the rows, with a renderer of its own, fills an empty target,
//! and every byte is compared. Some cases are built into a real folder. `PROPTEST_CASES` says how many cases. Some cases build after each operation, so that each kind of them answers
//! for what it has rendered in vain.

mod steps;
mod world;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use generator::build::Summary;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestError, TestRunner};

use crate::harness::{ENGINES, Engine};

use self::steps::{Case, Step, cases as any_case};
use self::world::World;

/// Cases where `PROPTEST_CASES` says nothing: about half a minute on two cores.
const CASES: u32 = 160;
/// One PostgreSQL case to so many on SQLite: the marks are the same, each statement takes longer.
const POSTGRES_SHARE: u32 = 3;
/// Of all pages that incremental builds render, so many in a hundred may turn out unchanged; of those that follow one
/// kind of operation as well.
const UNCHANGED_PERCENT_MAX: u64 = 25;
/// A kind after which fewer pages were rendered says nothing yet: they are of some builds only, each of which renders pages
/// that are alike.
const RENDERED_MIN: u64 = 250;

/// What incremental builds did, all cases together.
#[derive(Default)]
struct Tally {
    rendered: Cell<u64>,
    unchanged: Cell<u64>,
    done: Cell<u64>,
    refused: Cell<u64>,
    kinds: RefCell<BTreeMap<String, Kind>>,
}

/// What the builds did that came right after one kind of operation.
#[derive(Clone, Copy, Default)]
struct Kind {
    builds: u64,
    rendered: u64,
    unchanged: u64,
}

/// Both engines mark alike, so what one has seen counts for the other: the more of a kind, the more of them are judged.
static KINDS: Mutex<BTreeMap<String, Kind>> = Mutex::new(BTreeMap::new());

impl Kind {
    fn is_judged(&self) -> bool {
        self.rendered >= RENDERED_MIN
    }

    fn is_too_much(&self) -> bool {
        self.is_judged() && self.unchanged * 100 > self.rendered * UNCHANGED_PERCENT_MAX
    }
}

impl Tally {
    fn add(&self, summary: &Summary) {
        add(&self.rendered, summary.rendered);
        add(&self.unchanged, summary.unchanged);
    }

    fn built(&self, after: &Step, summary: &Summary) {
        let mut kinds = self.kinds.borrow_mut();
        let kind = kinds.entry(after.kind()).or_default();
        kind.builds += 1;
        kind.rendered += summary.rendered;
        kind.unchanged += summary.unchanged;
    }

    /// What both engines have counted so far.
    fn shared(&self) -> BTreeMap<String, Kind> {
        let mut shared = KINDS.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, counted) in self.kinds.borrow().iter() {
            let kind = shared.entry(name.clone()).or_default();
            kind.builds += counted.builds;
            kind.rendered += counted.rendered;
            kind.unchanged += counted.unchanged;
        }
        shared.clone()
    }
}

/// A line for each kind, the most wasteful first.
fn table(kinds: &BTreeMap<String, Kind>) -> String {
    let mut kinds: Vec<(&String, &Kind)> = kinds.iter().collect();
    kinds.sort_by_key(|(_, kind)| std::cmp::Reverse(kind.unchanged * 1_000 / kind.rendered.max(1)));
    let mut table = "operation                builds  rendered  in vain".to_owned();
    for (name, kind) in kinds {
        let Kind { builds, rendered, unchanged } = kind;
        let percent = unchanged * 100 / rendered.max(&1);
        let judged = if kind.is_judged() { "" } else { ", not judged: too few" };
        write!(table, "\n{name:24} {builds:6}  {rendered:8}  {unchanged:7}  {percent} %{judged}").unwrap();
    }
    table
}

fn add(cell: &Cell<u64>, count: u64) {
    cell.set(cell.get() + count);
}

/// The first difference between what stands there and what should.
fn difference(is: &BTreeMap<String, Vec<u8>>, should_be: &BTreeMap<String, Vec<u8>>) -> Option<String> {
    let keys = is.keys().chain(should_be.keys()).collect::<std::collections::BTreeSet<_>>();
    let mut differences = keys.into_iter().filter(|key| is.get(*key) != should_be.get(*key));
    let key = differences.next()?;
    let others = differences.count();
    let text = |files: &BTreeMap<String, Vec<u8>>| {
        files.get(key).map_or("(no file)".to_owned(), |body| String::from_utf8_lossy(body).into_owned())
    };
    let (is, should_be) = (text(is), text(should_be));
    let line = is.lines().zip(should_be.lines()).find(|(is, should_be)| is != should_be);
    let (is, should_be) = line.unwrap_or((is.lines().next().unwrap_or(""), should_be.lines().next().unwrap_or("")));
    Some(format!("{key} and {others} other files differ:\n  is        {is}\n  should be {should_be}"))
}

/// Builds, and compares what stands there then with what the rows say.
async fn build(world: &World, tally: &Tally) -> Result<(), TestCaseError> {
    tally.add(&world.build().await);
    let findings = world.verify().await;
    if findings.differences.is_empty() && findings.waiting == 0 {
        return Ok(());
    }
    let differences = findings.differences.iter().map(|(path, found)| format!("\n  {path}: {}", found.difference));
    Err(TestCaseError::fail(format!("stale:{}", differences.collect::<String>())))
}

async fn run(world: &mut World, case: &Case, tally: &Tally) -> Result<(), TestCaseError> {
    world.reset().await;
    world.search_again().await;
    for (index, step) in case.steps.iter().enumerate() {
        match step {
            Step::Build => build(world, tally).await?,
            step if world.take(index, step).await => {
                add(&tally.done, 1);
                if case.builds_after_each {
                    let summary = world.build().await;
                    tally.add(&summary);
                    tally.built(step, &summary);
                }
            }
            _ => add(&tally.refused, 1),
        }
    }
    build(world, tally).await?;
    let entries = world.search_again().await;
    if entries > 0 {
        return Err(TestCaseError::fail(format!("{entries} entries of the search are not what their rows say")));
    }
    match difference(&world.files(), &world.built_afresh().await) {
        None => Ok(()),
        Some(difference) => Err(TestCaseError::fail(difference)),
    }
}

fn check(engine: Engine, cases: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = std::cell::RefCell::new(runtime.block_on(World::new(engine)));
    let tally = Tally::default();
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let outcome =
        TestRunner::new(config).run(&any_case(), |case| runtime.block_on(run(&mut world.borrow_mut(), &case, &tally)));
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{engine:?}: {reason}\nafter {case:#?}"),
        Err(error) => panic!("{engine:?}: {error}"),
    }
    let (rendered, unchanged) = (tally.rendered.get(), tally.unchanged.get());
    eprintln!(
        "{engine:?}: {cases} cases, {} operations, {} refused, {rendered} pages rendered, {unchanged} in vain",
        tally.done.get(),
        tally.refused.get()
    );
    assert!(tally.done.get() > tally.refused.get(), "most operations are possible ones");
    assert!(
        unchanged * 100 <= rendered * UNCHANGED_PERCENT_MAX,
        "{unchanged} of {rendered} pages were rendered in vain, more than {UNCHANGED_PERCENT_MAX} %"
    );
    let kinds = tally.shared();
    eprintln!("{}", table(&kinds));
    let too_much = kinds.values().any(Kind::is_too_much);
    assert!(!too_much, "more than {UNCHANGED_PERCENT_MAX} % in vain after one operation:\n{}", table(&kinds));
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").map_or(CASES, |cases| cases.parse().expect("PROPTEST_CASES is a number"))
}

#[test]
fn incremental_builds_equal_a_full_build_on_sqlite() {
    let [sqlite, _] = ENGINES;
    check(sqlite, cases());
}

#[test]
fn incremental_builds_equal_a_full_build_on_postgres() {
    let [_, postgres] = ENGINES;
    check(postgres, cases().div_ceil(POSTGRES_SHARE));
}
