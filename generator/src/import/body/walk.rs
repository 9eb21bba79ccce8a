//! From the tree of a source to what is written: each element becomes what `elements.rs` says.

use super::Surroundings;
use super::address::{Resolved, UPLOAD, resolve};
use super::elements::{Kind, kind};
use super::finding::{FindingKind, Findings};
use super::look::{block_class, picture_class, table_class, word_classes};
use super::names::Names;
use super::tree::{Node, NodeId, Tree};
use super::writer::{Holds, Mark, Writer, escape_attribute_into};

/// Elements in each other that are looked into; below that only words count.
const DEPTH_MAX: usize = 200;

/// Pixels of a picture's side that somebody may have meant.
const PIXELS_MAX: u32 = 5000;

/// Rows or columns that a cell may span.
const SPAN_MAX: u32 = 1000;

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

    fn link(&mut self, id: NodeId) {
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

    fn list_attributes(&mut self, id: NodeId, name: &str) -> String {
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
    fn list(&mut self, name: &'static str, attributes: &str, own: Option<String>, items: &[NodeId]) {
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
    fn definitions(&mut self, own: Option<String>, parts: &[NodeId]) {
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

    fn table(&mut self, id: NodeId) {
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

    /// A picture of ours; one from elsewhere is a link, or, within a link, its words.
    fn picture(&mut self, id: NodeId) {
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
                if described.is_none() {
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

    fn embedded(&mut self, id: NodeId) {
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

/// The last part of an address, or all of it.
fn file_name(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or(address).trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((before, name)) if !name.is_empty() && !before.ends_with('/') => name,
        _ => address,
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
