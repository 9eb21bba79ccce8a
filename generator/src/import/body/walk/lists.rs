//! Lists of items and of definitions; what stands in one outside its items is the end of the item before.

use super::super::elements::Kind;
use super::super::tree::NodeId;
use super::super::writer::Holds;
use super::{Walk, attribute};

impl Walk<'_> {
    pub(super) fn list_attributes(&mut self, id: NodeId, name: &str) -> String {
        if name != "ol" {
            self.used(id, &["type", "compact"]);
            return String::new();
        }
        self.used(id, &["start", "type", "reversed", "compact"]);
        let mut attributes = String::new();
        let start = self.tree.attribute(id, "start").and_then(|start| start.trim().parse::<i32>().ok());
        if let Some(start) = start {
            attributes.push_str(&attribute("start", &start.to_string()));
        }
        if let Some(kind) = self.tree.attribute(id, "type").filter(|kind| ["a", "A", "i", "I"].contains(kind)) {
            attributes.push_str(&attribute("type", kind));
        }
        if self.tree.attribute(id, "reversed").is_some() {
            attributes.push_str(" reversed=\"\"");
        }
        attributes
    }

    /// A list; what stands in it outside its items is the end of the item before.
    pub(super) fn list(&mut self, name: &'static str, attributes: &str, own: Option<String>, items: &[NodeId]) {
        if !self.writer.open(name, attributes, own, Holds::Blocks) {
            for item in items {
                self.node(*item);
            }
            return self.writer.boundary();
        }
        let mut is_in_item = false;
        for item in items {
            if self.is_blank(*item) {
                continue;
            }
            if self.kind(*item) == Some(Kind::ListItem) {
                if is_in_item {
                    self.writer.close();
                }
                self.used(*item, &["value", "type"]);
                let value = self.tree.attribute(*item, "value").and_then(|value| value.trim().parse::<i32>().ok());
                let value = value.filter(|_| name == "ol").map(|value| attribute("value", &value.to_string()));
                let own = self.names.ids.remove(item);
                self.writer.open_kept("li", &value.unwrap_or_default(), own, Holds::Both);
                is_in_item = true;
                self.children(*item);
                continue;
            }
            if is_in_item {
                self.writer.boundary();
            } else {
                self.writer.open_kept("li", "", None, Holds::Both);
                is_in_item = true;
            }
            self.node(*item);
        }
        if is_in_item {
            self.writer.close();
        }
        self.writer.close();
    }

    /// A list of definitions, as [`Walk::list`].
    pub(super) fn definitions(&mut self, own: Option<String>, parts: &[NodeId]) {
        if !self.writer.open("dl", "", own, Holds::Blocks) {
            for part in parts {
                self.node(*part);
            }
            return self.writer.boundary();
        }
        let mut is_in_part = false;
        for part in parts {
            if self.is_blank(*part) {
                continue;
            }
            if let Some(Kind::DefinitionPart(name)) = self.kind(*part) {
                if is_in_part {
                    self.writer.close();
                }
                self.used(*part, &[]);
                let own = self.names.ids.remove(part);
                self.writer.open_kept(name, "", own, if name == "dt" { Holds::Words } else { Holds::Both });
                is_in_part = true;
                self.children(*part);
                continue;
            }
            if is_in_part {
                self.writer.boundary();
            } else {
                self.writer.open_kept("dd", "", None, Holds::Both);
                is_in_part = true;
            }
            self.node(*part);
        }
        if is_in_part {
            self.writer.close();
        }
        self.writer.close();
    }
}
