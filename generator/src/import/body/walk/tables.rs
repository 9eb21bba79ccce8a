//! Tables with their parts and cells.

use super::super::elements::Kind;
use super::super::look::{block_class, table_class};
use super::super::tree::NodeId;
use super::super::writer::Holds;
use super::{Walk, attribute, class};

/// Rows or columns that a cell may span.
const SPAN_MAX: u32 = 1000;

impl Walk<'_> {
    pub(super) fn table(&mut self, id: NodeId) {
        let tree = self.tree;
        self.used(id, &["border", "class"]);
        if !self.has_cells(id) {
            return self.line(id);
        }
        let own = self.names.ids.remove(&id);
        if !self.writer.open("table", &class(table_class(tree, id)), own, Holds::Blocks) {
            self.children(id);
            return self.writer.boundary();
        }
        self.depth += 1;
        // There is one caption and it comes first, wherever and however often it was written.
        let is_caption = |id: &&NodeId| tree.name(**id) == Some("caption");
        let captions: Vec<NodeId> = tree.children(id).iter().filter(is_caption).copied().collect();
        if let Some(first) = captions.first() {
            let own = self.names.ids.remove(first);
            self.writer.open("caption", &class(block_class(tree, *first)), own, Holds::Words);
            for caption in captions {
                self.used(caption, &["align", "class", "style"]);
                self.line(caption);
            }
            self.writer.close();
        }
        for part in tree.children(id).iter().filter(|id| !is_caption(id)) {
            if let Some(Kind::TablePart(name)) = self.kind(*part) {
                self.table_part(*part, name, None);
            }
        }
        self.depth -= 1;
        self.writer.close();
    }

    /// Whether a table or a part of one has cells of its own, not of a table within.
    fn has_cells(&self, id: NodeId) -> bool {
        self.tree.children(id).iter().any(|part| match self.kind(*part) {
            Some(Kind::Cell(name)) => name != "caption",
            Some(Kind::TablePart(_)) => self.has_cells(*part),
            _ => false,
        })
    }

    fn table_part(&mut self, id: NodeId, name: &'static str, outer: Option<&'static str>) {
        let tree = self.tree;
        if !self.has_cells(id) {
            return;
        }
        self.used(id, &["align", "style"]);
        let set = block_class(tree, id).or(outer);
        let own = self.names.ids.remove(&id);
        self.writer.open(name, "", own, Holds::Blocks);
        for part in tree.children(id) {
            match self.kind(*part) {
                Some(Kind::TablePart(name)) => self.table_part(*part, name, set),
                Some(Kind::Cell(name)) => self.cell(*part, name, set),
                _ => {}
            }
        }
        self.writer.close();
    }

    fn cell(&mut self, id: NodeId, name: &'static str, outer: Option<&'static str>) {
        self.used(id, &["align", "class", "style", "colspan", "rowspan", "scope"]);
        let mut attributes = String::new();
        for span in ["colspan", "rowspan"] {
            let count = self.number(id, span, SPAN_MAX).filter(|count| *count > 1);
            attributes.extend(count.map(|count| attribute(span, &count.to_string())));
        }
        let scope = self.tree.attribute(id, "scope").filter(|scope| name == "th" && matches!(*scope, "col" | "row"));
        attributes.extend(scope.map(|scope| attribute("scope", scope)));
        attributes.push_str(&class(block_class(self.tree, id).or(outer)));
        let own = self.names.ids.remove(&id);
        self.writer.open_kept(name, &attributes, own, Holds::Both);
        self.children(id);
        self.writer.close();
    }
}
