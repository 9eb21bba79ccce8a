//! Links, pictures, and what was shown from elsewhere.

use super::super::address::{Resolved, UPLOAD, resolve};
use super::super::finding::FindingKind;
use super::super::look::picture_class;
use super::super::tree::NodeId;
use super::super::writer::Mark;
use super::{Walk, attribute, class};

/// Pixels of a picture's side that somebody may have meant.
const PIXELS_MAX: u32 = 5000;

impl Walk<'_> {
    pub(super) fn link(&mut self, id: NodeId) {
        self.used(id, &["href", "name", "title", "target", "rel"]);
        let Some(said) = self.tree.attribute(id, "href") else {
            self.anchor(id);
            return self.children(id);
        };
        let leads = resolve(said, self.around, &self.names, FindingKind::DeadLink, self.findings);
        let href = match leads {
            Resolved::Leads(address) => address,
            Resolved::Upload(path) => format!("{UPLOAD}{path}"),
            Resolved::Nowhere => {
                self.anchor(id);
                return self.children(id);
            }
        };
        let mut attributes = attribute("href", &href);
        if let Some(title) = self.tree.attribute(id, "title").filter(|title| !title.trim().is_empty()) {
            attributes.push_str(&attribute("title", title));
        }
        self.marked(id, "a", attributes);
    }

    /// A picture of ours; one from elsewhere is a link, or, within a link, its words.
    pub(super) fn picture(&mut self, id: NodeId) {
        let tree = self.tree;
        self.used(id, &["src", "alt", "title", "width", "height", "align", "class", "border", "name", "style"]);
        self.anchor(id);
        let said = tree.attribute(id, "src").unwrap_or_default();
        let alt = tree.attribute(id, "alt").map(str::trim);
        let is_in_link = self.marks.iter().any(|mark| mark.name == "a");
        match resolve(said, self.around, &self.names, FindingKind::DeadPicture, self.findings) {
            Resolved::Upload(path) => {
                let mut html = format!("<img{}", attribute("src", &format!("{UPLOAD}{path}")));
                let described = alt.filter(|alt| !(alt.is_empty() && is_in_link));
                if described.is_none() && !self.around.title.is_empty() {
                    self.findings.note(FindingKind::AltFilled, said);
                }
                html.push_str(&attribute("alt", described.unwrap_or(self.around.title)));
                let title = tree.attribute(id, "title").filter(|title| !title.trim().is_empty());
                html.extend(title.map(|title| attribute("title", title)));
                for side in ["width", "height"] {
                    let pixels = self.number(id, side, PIXELS_MAX).filter(|pixels| *pixels > 0);
                    html.extend(pixels.map(|pixels| attribute(side, &pixels.to_string())));
                }
                html.push_str(&class(picture_class(tree, id)));
                html.push('>');
                self.writer.inline(&html, &self.marks);
            }
            Resolved::Leads(address) => {
                self.findings.note(FindingKind::ForeignPicture, &address);
                let words = alt.filter(|alt| !alt.is_empty()).unwrap_or_else(|| file_name(&address));
                self.link_to(id, &address, words);
            }
            Resolved::Nowhere => {
                let words = alt.unwrap_or_default();
                self.writer.text(words, &self.marks);
            }
        }
    }

    pub(super) fn embedded(&mut self, id: NodeId) {
        self.anchor(id);
        let said = ["src", "data", "href"].iter().find_map(|name| self.tree.attribute(id, name)).unwrap_or_default();
        let address = match resolve(said, self.around, &self.names, FindingKind::DeadLink, self.findings) {
            Resolved::Leads(address) => address,
            Resolved::Upload(path) => format!("{UPLOAD}{path}"),
            Resolved::Nowhere => return,
        };
        self.findings.note(FindingKind::EmbeddedContent, &address);
        let title = self.tree.attribute(id, "title").map(str::trim).filter(|title| !title.is_empty());
        self.link_to(id, &address, title.unwrap_or_else(|| file_name(&address)));
    }

    /// Words that link to an address, unless they stand in a link already.
    fn link_to(&mut self, source: NodeId, address: &str, words: &str) {
        let is_in_link = self.marks.iter().any(|mark| mark.name == "a");
        if !is_in_link {
            self.marks.push(Mark { source, name: "a", attributes: attribute("href", address) });
        }
        self.writer.text(words, &self.marks);
        if !is_in_link {
            self.marks.pop();
        }
    }
}

/// The last part of an address, or all of it.
fn file_name(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or(address).trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((before, name)) if !name.is_empty() && !before.ends_with('/') => name,
        _ => address,
    }
}
