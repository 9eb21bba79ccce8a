//! What an import did: counts for each table, findings as lines of JSON, faults, and the table at the end.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;

/// Faults that are kept for the end one by one; the counts hold all of them.
const PROBLEMS_MAX: usize = 200;

/// What became of the rows of one table. Each row that was read is counted once, repairs apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that the source has.
    pub read: u64,
    /// Rows that were not here.
    pub new: u64,
    /// Rows that the source has changed since.
    pub changed: u64,
    /// Rows that are as they were.
    pub unchanged: u64,
    /// Rows among the new and changed ones in which something was repaired.
    pub repaired: u64,
    /// Rows that both sides have changed; they stay as they are here.
    pub kept: u64,
    /// Rows that a rule leaves out, by reason. `deleted-here` were deleted here and don't come back, `number-taken` have
    /// a number that another row has here.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Rows that no rule covers.
    pub failed: u64,
    /// Rows that came over earlier and went here as well, since the source has taken them back. Those that it still has
    /// are counted as skipped, too.
    pub taken_back: u64,
    /// Rows that came over earlier, are not in the source any more, and stay.
    pub gone: u64,
}

impl Counts {
    /// Rows that a rule leaves out.
    pub fn skipped_in_all(&self) -> u64 {
        self.skipped.values().sum()
    }
}

/// Something that was found in a row: what was repaired, left out or kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What, as a word that does not change from one release to the next.
    pub finding: &'static str,
    /// The column, where it is about one.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub column: &'static str,
    /// More about it, never anything private.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

/// A table's counts as the last lines of the report's file have them.
#[derive(Serialize)]
struct Summary<'a> {
    table: &'a str,
    read: u64,
    new: u64,
    changed: u64,
    unchanged: u64,
    repaired: u64,
    kept: u64,
    skipped: u64,
    failed: u64,
    taken_back: u64,
    gone: u64,
    skipped_because: &'a BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct Line<'a> {
    table: &'a str,
    key: &'a str,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// How the old password hashes fared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passwords {
    /// Wrapped in this run.
    pub wrapped: u64,
    /// Still to be wrapped.
    pub pending: u64,
    /// Slow hashes of passwords that members chose in the source since they came over, who had no way in here.
    pub chosen_there: u64,
}

/// The report of one import.
#[derive(Default)]
pub struct Report {
    /// By table, in the order of the import.
    pub tables: Vec<(&'static str, Counts)>,
    /// Tables that the source may lack and does.
    pub absent: Vec<&'static str>,
    /// Faults, each a line for the operator; at most so many that they can be read.
    pub problems: Vec<String>,
    /// All faults.
    pub problem_count: u64,
    /// What the operator should know though nothing is wrong.
    pub notes: Vec<String>,
    /// The hashes.
    pub passwords: Passwords,
    /// Whether anything was written here, also what is counted nowhere: counters of rows that stay as they are, ways from
    /// old addresses, lists.
    pub wrote: bool,
    lines: Option<Box<dyn Write + Send>>,
}

impl Report {
    /// A report whose findings are written to `lines` as they come, or nowhere.
    pub fn new(lines: Option<Box<dyn Write + Send>>) -> Report {
        Report { lines, ..Report::default() }
    }

    /// Begins a table.
    pub fn begin(&mut self, table: &'static str) {
        if !self.tables.iter().any(|(name, _)| *name == table) {
            self.tables.push((table, Counts::default()));
        }
    }

    /// The counts of a table.
    pub fn counts(&mut self, table: &'static str) -> &mut Counts {
        self.begin(table);
        let at = self.tables.iter().position(|(name, _)| *name == table).expect("begun above");
        &mut self.tables[at].1
    }

    /// Writes findings of a row.
    ///
    /// # Errors
    /// Where the report's file cannot be written.
    pub fn findings(&mut self, table: &str, key: &str, findings: &[Finding]) -> io::Result<()> {
        let Some(lines) = &mut self.lines else { return Ok(()) };
        for finding in findings {
            serde_json::to_writer(&mut *lines, &Line { table, key, finding })?;
            lines.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Counts a row that a rule leaves out, and says so.
    ///
    /// # Errors
    /// Where the report's file cannot be written.
    pub fn skip(&mut self, table: &'static str, key: &str, reason: &'static str) -> io::Result<()> {
        *self.counts(table).skipped.entry(reason).or_default() += 1;
        self.findings(table, key, &[Finding { finding: "skipped", column: "", detail: reason.to_owned() }])
    }

    /// Counts a row that nothing can be made of, and says why.
    ///
    /// # Errors
    /// Where the report's file cannot be written.
    pub fn fail(&mut self, table: &'static str, key: &str, fault: &str) -> io::Result<()> {
        self.counts(table).failed += 1;
        self.problem(format!("table {table} of the source, row {key}: {fault}"));
        self.findings(table, key, &[Finding { finding: "failed", column: "", detail: fault.to_owned() }])
    }

    /// Notes a fault.
    pub fn problem(&mut self, problem: String) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem);
        }
    }

    /// Ends the file with the counts of each table.
    ///
    /// # Errors
    /// Where the report's file cannot be written.
    pub fn end(&mut self) -> io::Result<()> {
        let Some(lines) = &mut self.lines else { return Ok(()) };
        for (table, counts) in &self.tables {
            let summary = Summary {
                table,
                read: counts.read,
                new: counts.new,
                changed: counts.changed,
                unchanged: counts.unchanged,
                repaired: counts.repaired,
                kept: counts.kept,
                skipped: counts.skipped_in_all(),
                failed: counts.failed,
                taken_back: counts.taken_back,
                gone: counts.gone,
                skipped_because: &counts.skipped,
            };
            serde_json::to_writer(&mut *lines, &summary)?;
            lines.write_all(b"\n")?;
        }
        lines.flush()
    }

    /// Rows that both sides have changed.
    pub fn kept(&self) -> u64 {
        self.tables.iter().map(|(_, counts)| counts.kept).sum()
    }

    /// The table at the end.
    pub fn table(&self) -> String {
        const HEAD: [&str; 8] = ["table", "read", "new", "changed", "unchanged", "repaired", "kept", "failed"];
        let mut text = String::new();
        let mut line = |cells: [String; 8], skipped: &str| {
            let _ = write!(text, "{:<27}", cells[0]);
            for cell in &cells[1..] {
                let _ = write!(text, " {cell:>9}");
            }
            let _ = writeln!(text, "  {skipped}");
        };
        line(HEAD.map(str::to_owned), "skipped and gone");
        let mut sum = Counts::default();
        for (name, counts) in &self.tables {
            let reasons = counts.skipped.iter().map(|(reason, count)| (*reason, *count));
            // Not among the rows that were read, or counted there already.
            let earlier = [("taken-back", counts.taken_back), ("gone-in-the-source", counts.gone)];
            let reasons = reasons.chain(earlier.into_iter().filter(|(_, count)| *count > 0));
            let reasons: Vec<String> = reasons.map(|(reason, count)| format!("{count} {reason}")).collect();
            line(cells(name, counts), &reasons.join(", "));
            sum.read += counts.read;
            sum.new += counts.new;
            sum.changed += counts.changed;
            sum.unchanged += counts.unchanged;
            sum.repaired += counts.repaired;
            sum.kept += counts.kept;
            sum.failed += counts.failed;
            *sum.skipped.entry("").or_default() += counts.skipped_in_all();
        }
        line(cells("in all", &sum), &sum.skipped_in_all().to_string());
        text
    }
}

fn cells(name: &str, counts: &Counts) -> [String; 8] {
    let Counts { read, new, changed, unchanged, repaired, kept, failed, .. } = counts;
    let numbers = [read, new, changed, unchanged, repaired, kept, failed].map(u64::to_string);
    let mut cells = [const { String::new() }; 8];
    cells[0] = name.to_owned();
    for (cell, number) in cells[1..].iter_mut().zip(numbers) {
        *cell = number;
    }
    cells
}
