//! What became of a row, as it is counted and reported.

use std::io;

use super::super::report::{Finding, Report};
use super::decide::{Fate, Left};
use super::here::{key_of, row_key};
use super::{Converted, Writing};

/// A row that is through.
pub(in super::super) struct Settled {
    /// Its key in the source.
    pub(in super::super) key: String,
    /// Its key here, where it is to become something.
    row_key: String,
    is_remembered: bool,
    fate: Fate,
    findings: Vec<Finding>,
    repaired: bool,
}

impl Settled {
    pub(super) fn new(row: Writing, one: Converted) -> Settled {
        let row_key = row.made.as_ref().map_or(String::new(), |made| row_key(&key_of(&made[0])));
        Settled {
            key: row.key,
            row_key,
            is_remembered: row.before.is_some(),
            fate: row.fate,
            findings: one.findings,
            repaired: one.repaired,
        }
    }

    /// Whether it is remembered from now on.
    pub(in super::super) fn is_newly_remembered(&self) -> bool {
        self.fate == Fate::New
    }

    /// The key of the row here that is in its way, where that one may be the same under another key there: its own key
    /// here is not what it is called there.
    pub(in super::super) fn in_the_way(&self) -> Option<&str> {
        let is_other = self.fate == Fate::Taken && !self.is_remembered && self.row_key != self.key;
        is_other.then_some(self.row_key.as_str())
    }

    /// Whether it is not remembered any more.
    pub(in super::super) fn is_forgotten(&self) -> bool {
        matches!(self.fate, Fate::TakenBack(_))
    }

    /// Counts it and writes its findings, under the key that may be shown.
    ///
    /// # Errors
    /// Where the report's file cannot be written.
    pub(in super::super) fn report(self, report: &mut Report, table: &'static str, key: &str) -> io::Result<()> {
        let say = |report: &mut Report, finding: &'static str| {
            report.findings(table, key, &[Finding { finding, column: "", detail: String::new() }])
        };
        let counts = report.counts(table);
        match self.fate {
            Fate::New | Fate::Changed { .. } => {
                *(if self.fate == Fate::New { &mut counts.new } else { &mut counts.changed }) += 1;
                counts.repaired += u64::from(self.repaired);
                report.findings(table, key, &self.findings)
            }
            Fate::Unchanged | Fate::Left => {
                counts.unchanged += 1;
                Ok(())
            }
            Fate::Kept => {
                counts.kept += 1;
                say(report, "kept-because-changed-here")
            }
            Fate::DeletedHere => report.skip(table, key, "deleted-here"),
            Fate::Taken => report.skip(table, key, "number-taken"),
            Fate::Fault(fault) => report.fail(table, key, fault),
            Fate::TakenBack(because) => {
                counts.taken_back += 1;
                report.skip(table, key, because)?;
                say(report, "taken-back")
            }
            Fate::Skipped { because, here } => {
                report.findings(table, key, &self.findings)?;
                report.skip(table, key, because)?;
                match here {
                    None => Ok(()),
                    Some(Left::Changed) => say(report, "kept-because-changed-here"),
                    Some(Left::AsItWas) => say(report, "left-out-but-here"),
                }
            }
        }
    }
}
