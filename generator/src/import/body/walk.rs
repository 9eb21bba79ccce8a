//! From the tree of a source to what is written: each element becomes what `elements.rs` says.

mod lists;
mod media;
mod tables;

use super::Surroundings;
use super::elements::{Kind, kind};
use super::finding::{FindingKind, Findings};
use super::look::{block_class, word_classes};
use super::names::Names;
use super::tree::{Node, NodeId, Tree};
use super::writer::{Holds, Mark, Writer, escape_attribute_into};

/// Elements in each other that are looked into; below that only words count.
const DEPTH_MAX: usize = 200;

pub(super) struct Walk<'a> {
    pub(super) tree: &'a Tree,
    pub(super) around: &'a Surroundings<'a>,
    pub(super) names: Names,
    pub(super) findings: &'a mut Findings,
    pub(super) writer: Writer,
    pub(super) marks: Vec<Mark>,
    /// Whether the source's lines are lines.
    pub(super) keeps_lines: bool,
    pub(super) depth: usize,
}

impl Walk<'_> {
    /// Writes all that a node holds. Items that stand in no list get one.
    pub(super) fn children(&mut self, id: NodeId) {
        let tree = self.tree;
        if self.depth >= DEPTH_MAX {
            return self.cut(id);
        }
        self.depth += 1;
        let mut rest = tree.children(id);
        while let Some((first, after)) = rest.split_first() {
            let first_kind = self.kind(*first);
            let together: fn(Kind) -> bool = match first_kind {
                Some(Kind::ListItem) => |kind| kind == Kind::ListItem,
                Some(Kind::DefinitionPart(_)) => |kind| matches!(kind, Kind::DefinitionPart(_)),
                _ => {
                    self.node(*first);
                    rest = after;
                    continue;
                }
            };
            self.findings.note(FindingKind::MarkupRepaired, tree.name(*first).unwrap_or_default());
            let run = rest.iter().take_while(|id| self.is_blank(**id) || self.kind(**id).is_some_and(together)).count();
            let (items, others) = rest.split_at(run);
            match first_kind {
                Some(Kind::ListItem) => self.list("ul", "", None, items),
                _ => self.definitions(None, items),
            }
            rest = others;
        }
        self.depth -= 1;
    }

    fn kind(&self, id: NodeId) -> Option<Kind> {
        self.tree.name(id).and_then(kind)
    }

    fn is_blank(&self, id: NodeId) -> bool {
        matches!(self.tree.node(id), Node::Text(text) if text.trim_ascii().is_empty())
    }

    /// Writes a node. Lists hold lists without a way through [`Walk::children`], so depth is counted here too.
    fn node(&mut self, id: NodeId) {
        let tree = self.tree;
        if let Node::Text(text) = tree.node(id) {
            self.text(text);
            return;
        }
        if self.depth >= DEPTH_MAX {
            return self.cut(id);
        }
        self.depth += 1;
        self.element(id);
        self.depth -= 1;
    }

    /// Writes the words alone of what is nested too deep.
    fn cut(&mut self, id: NodeId) {
        self.findings.note(FindingKind::NestingCut, self.tree.name(id).unwrap_or_default());
        let words = self.tree.words(id);
        self.writer.text(&words, &self.marks);
    }

    fn element(&mut self, id: NodeId) {
        let tree = self.tree;
        let Some(kind) = self.kind(id) else { return self.children(id) };
        match kind {
            Kind::Mark(name) => self.mark(id, name),
            Kind::Link => self.link(id),
            Kind::Look => self.look(id),
            Kind::Words(name) => self.words(id, name),
            Kind::Flow(name) => {
                self.used(id, &[]);
                self.block(id, name, "", Holds::Blocks);
            }
            Kind::Division => self.division(id),
            Kind::List(name) => {
                let attributes = self.list_attributes(id, name);
                let own = self.names.ids.remove(&id);
                self.list(name, &attributes, own, tree.children(id));
            }
            Kind::Definitions => {
                self.used(id, &[]);
                let own = self.names.ids.remove(&id);
                self.definitions(own, tree.children(id));
            }
            Kind::Table => self.table(id),
            Kind::Preformatted => {
                self.used(id, &[]);
                self.block(id, "pre", "", Holds::Preformatted);
            }
            Kind::Break => {
                self.anchor(id);
                self.writer.line_break();
            }
            Kind::Rule => {
                self.used(id, &[]);
                self.anchor(id);
                self.writer.rule();
            }
            Kind::Picture => self.picture(id),
            Kind::Embedded => self.embedded(id),
            Kind::ListItem | Kind::DefinitionPart(_) | Kind::TablePart(_) | Kind::Cell(_) => self.line(id),
            Kind::Nothing | Kind::Inert => self.children(id),
        }
    }

    fn text(&mut self, text: &str) {
        if !self.keeps_lines {
            self.writer.text(text, &self.marks);
            return;
        }
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.writer.line_break();
            }
            self.writer.text(line, &self.marks);
        }
    }

    /// What stands on a line of its own without a block.
    fn line(&mut self, id: NodeId) {
        self.writer.boundary();
        self.anchor(id);
        self.children(id);
        self.writer.boundary();
    }

    fn anchor(&mut self, id: NodeId) {
        if let Some(own) = self.names.ids.remove(&id) {
            self.writer.anchor(own, &self.marks);
        }
    }

    fn block(&mut self, id: NodeId, name: &'static str, attributes: &str, holds: Holds) {
        let own = self.names.ids.remove(&id);
        if self.writer.open(name, attributes, own, holds) {
            self.children(id);
            self.writer.close();
        } else {
            self.children(id);
            self.writer.boundary();
        }
    }

    fn mark(&mut self, id: NodeId, name: &'static str) {
        let title = self.tree.attribute(id, "title").filter(|_| matches!(name, "abbr" | "dfn"));
        self.used(id, if title.is_some() { &["title"] } else { &[] });
        let attributes = title.map(|title| attribute("title", title)).unwrap_or_default();
        self.marked(id, name, attributes);
    }

    /// The words below a node with one more mark; a mark in itself says nothing new, but for the steps of `<small>`.
    fn marked(&mut self, id: NodeId, name: &'static str, attributes: String) {
        self.anchor(id);
        let is_new =
            matches!(name, "span" | "small" | "sub" | "sup" | "q") || self.marks.iter().all(|m| m.name != name);
        if is_new {
            self.marks.push(Mark { source: id, name, attributes });
        }
        self.children(id);
        if is_new {
            self.marks.pop();
        }
    }

    fn look(&mut self, id: NodeId) {
        let classes = word_classes(self.tree, id);
        self.used(id, &["class", "color", "size", "face", "style"]);
        if classes.is_empty() {
            self.anchor(id);
            self.children(id);
        } else {
            self.marked(id, "span", attribute("class", &classes.join(" ")));
        }
    }

    fn words(&mut self, id: NodeId, name: &'static str) {
        self.used(id, &["align", "class", "style"]);
        let class = class(block_class(self.tree, id));
        if name == "p" {
            return self.block(id, name, &class, Holds::Words);
        }
        match self.names.headings.get(&id) {
            Some(heading) => {
                let (name, own) = (heading.name, heading.id.clone());
                if self.writer.open(name, &class, own, Holds::Words) {
                    self.children(id);
                    self.writer.close();
                } else {
                    self.children(id);
                    self.writer.boundary();
                }
            }
            None => {
                if self.tree.descendants(id).any(|id| !self.is_blank(id) && self.kind(id) != Some(Kind::Break)) {
                    self.findings.note(FindingKind::TagDropped, &format!("<{name}>"));
                }
                self.line(id);
            }
        }
    }

    fn division(&mut self, id: NodeId) {
        self.used(id, &["align", "class", "style"]);
        match block_class(self.tree, id) {
            Some(name) => self.block(id, "div", &class(Some(name)), Holds::Blocks),
            None => self.line(id),
        }
    }

    fn number(&self, id: NodeId, name: &str, max: u32) -> Option<u32> {
        let value = self.tree.attribute(id, name)?.trim();
        value.trim_end_matches("px").trim_end().parse().ok().filter(|number| *number <= max)
    }

    /// Notes each attribute of an element that is not among those it may use. Ids are everybody's.
    fn used(&mut self, id: NodeId, used: &[&str]) {
        let Node::Element { name, attributes } = self.tree.node(id) else { return };
        for (attribute, _) in attributes.iter().filter(|(name, _)| name != "id" && !used.contains(&name.as_str())) {
            let is_name = attribute.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            self.findings
                .note(FindingKind::AttributeDropped, &format!("{name} {}", if is_name { attribute } else { "…" }));
        }
    }
}

fn class(name: Option<&str>) -> String {
    name.map(|name| attribute("class", name)).unwrap_or_default()
}

fn attribute(name: &str, value: &str) -> String {
    let mut html = format!(" {name}=\"");
    escape_attribute_into(&mut html, value);
    html.push('"');
    html
}
