//! Where links and pictures lead.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::finding::{FindingKind, Findings};
use super::names::Names;
use super::{Address, Surroundings};
use crate::text::markdown::safe_url;

/// What an address in a source comes to.
pub(super) enum Resolved {
    /// An address as it is written now.
    Leads(String),
    /// A path below the uploads, encoded, behind `upload:`.
    Upload(String),
    /// Nowhere, or somewhere dangerous: what stood there is words.
    Nowhere,
}

/// In a path that stands in an address.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'#').add(b'?').add(b'%');

/// In an address that has its own encoding.
const UNWRITABLE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// How uploads are written in a stored text: where they are may change.
pub(super) const UPLOAD: &str = "upload:";

/// Where a link's or picture's address leads now. `dead` says what to report of one that leads nowhere.
pub(super) fn resolve(
    said: &str,
    around: &Surroundings<'_>,
    names: &Names,
    dead: FindingKind,
    findings: &mut Findings,
) -> Resolved {
    let said: String = said.trim().chars().filter(|c| !c.is_control()).collect();
    if said.is_empty() {
        return Resolved::Nowhere;
    }
    if let Some(place) = said.strip_prefix('#') {
        return match names.target(place) {
            Some(id) => Resolved::Leads(format!("#{id}")),
            None if place.is_empty() || place.eq_ignore_ascii_case("top") => Resolved::Leads("#".to_owned()),
            None => {
                findings.note(dead, &said);
                Resolved::Nowhere
            }
        };
    }
    // What this module wrote itself, or somebody who knows how it does.
    if let Some(path) = said.strip_prefix(UPLOAD) {
        let path = percent_decode_str(path).decode_utf8_lossy();
        if is_below(&path) {
            return Resolved::Upload(utf8_percent_encode(&path, ENCODED).to_string());
        }
        findings.note(dead, &said);
        return Resolved::Nowhere;
    }
    if safe_url(&said).is_none() {
        findings.note(FindingKind::UnsafeLink, said.split(':').next().unwrap_or_default());
        return Resolved::Nowhere;
    }
    if said.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:")) {
        return Resolved::Leads(utf8_percent_encode(&said, UNWRITABLE).to_string());
    }
    let leads = match (around.address)(&said) {
        Address::Upload(path) if is_below(&path) => {
            let path = utf8_percent_encode(&path, ENCODED).to_string();
            findings.note(FindingKind::AddressResolved, &said);
            return Resolved::Upload(path);
        }
        Address::To(now) | Address::Foreign(now) => safe_url(&now).map(str::to_owned),
        Address::Upload(_) | Address::Dead => None,
    };
    let Some(now) = leads else {
        findings.note(dead, &said);
        return Resolved::Nowhere;
    };
    if now != said {
        findings.note(FindingKind::AddressResolved, &said);
    }
    Resolved::Leads(utf8_percent_encode(&now, UNWRITABLE).to_string())
}

/// Whether a path, decoded, stays below the folder it is in.
fn is_below(path: &str) -> bool {
    !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
