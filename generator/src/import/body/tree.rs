//! The tree that HTML's own rules make of a source's tags: what is left open is closed, what is nested wrongly is
//! nested as browsers do it, what stands in a table outside its cells is put before it.
//!
//! ammonia's tree cannot be looked at or changed, so html5ever, which ammonia is made of, builds one here, in a plain
//! vector: no recursion, however deep a source is. It gets our lexer's tags, and never one that would make it read
//! text in another way (`<script>`, `<textarea>`).

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, Tracer, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag as Html5Tag, TagKind, Token, TokenSink};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, ExpandedName, LocalName, QualName, local_name, ns};

use super::effort::steps;
use super::elements::{Kind, kind};
use super::entities::{Place, decode};
use super::lexer::{Piece, Tag};

/// The number of a node in [`Tree::nodes`].
pub(super) type NodeId = usize;

/// Elements that are open at once, and marks to be opened again; tags beyond that are left out, since HTML's rules look
/// through all of them at each tag. More than the walk looks into.
const OPEN_MAX: usize = 400;

/// Nodes of a tree, so many times what the longest text ever had. Where marks are never closed, HTML opens all of them
/// again in each paragraph.
const NODES_MAX: usize = 300_000;

pub(super) enum Node {
    Text(String),
    Element { name: LocalName, attributes: Vec<(String, String)> },
}

pub(super) struct Tree {
    nodes: Vec<Slot>,
    /// The nodes that the source's own are children of.
    pub(super) root: NodeId,
    /// The tags at which something was not as HTML wants it; the empty text is the source's end.
    pub(super) faults: Vec<String>,
    /// Whether tags were left out that are nested too deep.
    pub(super) is_cut: bool,
}

struct Slot {
    node: Node,
    parent: Option<NodeId>,
    children: Vec<NodeId>,
}

impl Tree {
    /// The tree of the pieces. Tags that HTML ends by themselves are handed over as what they are written as. `None` where
    /// the pieces make more nodes than any text has.
    pub(super) fn parse(pieces: &[Piece<'_>]) -> Option<Tree> {
        let sink = Sink::default();
        let document = sink.element(local_name!("html"), Vec::new());
        let context = sink.element(local_name!("div"), Vec::new());
        sink.tree.borrow_mut().document = document.id;
        let builder = TreeBuilder::new_for_fragment(
            sink,
            context,
            None,
            TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() },
        );
        // What it answers says how to go on reading: never otherwise, with these tags.
        let tell = |token: Token| drop(builder.process_token(token, 1));
        let mut open_tables = 0_usize;
        // Tags that were left out since they are nested too deep, and whose ends must be left out too.
        let mut cut: Vec<&str> = Vec::new();
        let mut is_cut = false;
        let open = Open::default();
        let mut open_at_most = 0;
        for piece in pieces {
            if builder.sink.tree.borrow().nodes.len() > NODES_MAX {
                return None;
            }
            match piece {
                Piece::Text(text) => {
                    builder.sink.tree.borrow_mut().tag.clear();
                    let text = decode(text, Place::Text);
                    tell(Token::CharacterTokens(StrTendril::from_slice(&text)));
                }
                Piece::Tag(tag) => {
                    let Some(mut token) = token(tag) else { continue };
                    if tag.is_end && cut.last().is_some_and(|name| *name == tag.name) {
                        cut.pop();
                        continue;
                    }
                    let is_open = !tag.is_end && !matches!(tag.kind, Kind::Break | Kind::Rule | Kind::Picture);
                    open_at_most += usize::from(is_open);
                    if is_open && open_at_most > OPEN_MAX {
                        open_at_most = open.count(&builder) + 1;
                        if open_at_most > OPEN_MAX {
                            cut.push(&tag.name);
                            is_cut = true;
                            continue;
                        }
                    }
                    match (tag.kind, tag.is_end) {
                        (Kind::Table, false) => open_tables += 1,
                        (Kind::Table, true) => open_tables = open_tables.saturating_sub(1),
                        // Without a table HTML leaves its parts out, and their words would become one.
                        (Kind::TablePart(_) | Kind::Cell(_), _) if open_tables == 0 => {
                            builder.sink.tree.borrow_mut().faults.push(written(tag));
                            token.name = local_name!("div");
                        }
                        _ => {}
                    }
                    builder.sink.tree.borrow_mut().tag = written(tag);
                    // HTML's rules may look through all that is open.
                    #[cfg(test)]
                    steps(open.count(&builder));
                    tell(Token::TagToken(token));
                }
                Piece::Comment => {}
            }
        }
        builder.sink.tree.borrow_mut().tag.clear();
        tell(Token::EOFToken);
        builder.end();
        let Growing { nodes, document, faults, .. } = builder.sink.tree.take();
        // html5ever puts an <html> below the document.
        let root = nodes[document].children.first().copied().unwrap_or(document);
        Some(Tree { nodes, root, faults, is_cut })
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id].node
    }

    pub(super) fn children(&self, id: NodeId) -> &[NodeId] {
        &self.nodes[id].children
    }

    /// The name of an element; none of a text.
    pub(super) fn name(&self, id: NodeId) -> Option<&str> {
        match self.node(id) {
            Node::Element { name, .. } => Some(name),
            Node::Text(_) => None,
        }
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        match self.node(id) {
            Node::Element { attributes, .. } => {
                attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
            }
            Node::Text(_) => None,
        }
    }

    /// All nodes below one, in the order of the text, without recursion.
    pub(super) fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let mut waiting: Vec<NodeId> = self.children(id).iter().rev().copied().collect();
        std::iter::from_fn(move || {
            let next = waiting.pop()?;
            steps(1);
            waiting.extend(self.children(next).iter().rev());
            Some(next)
        })
    }

    /// The words below a node.
    pub(super) fn words(&self, id: NodeId) -> String {
        let texts = self.descendants(id).filter_map(|id| match self.node(id) {
            Node::Text(text) => Some(text.as_str()),
            Node::Element { name, .. } => match kind(name) {
                Some(Kind::Mark(_) | Kind::Link | Kind::Look) => None,
                _ => Some(" "),
            },
        });
        texts.collect()
    }
}

/// A tag as it may be quoted: without its attributes.
pub(super) fn written(tag: &Tag<'_>) -> String {
    if tag.is_end { format!("</{}>", tag.name) } else { format!("<{}>", tag.name) }
}

/// The tag for html5ever; `None` where it has none to be told of.
fn token(tag: &Tag<'_>) -> Option<Html5Tag> {
    // Elements of other rules than text's own are told as one that has none.
    let name: &str = match tag.kind {
        Kind::Nothing | Kind::Inert => return None,
        Kind::Division if tag.name != "center" => "div",
        Kind::Embedded if tag.is_end => return None,
        Kind::Embedded => "embed",
        Kind::List(name) => name,
        Kind::Preformatted => "pre",
        Kind::Picture if tag.is_end => return None,
        Kind::Picture => "img",
        _ => &tag.name,
    };
    let attributes = tag.attributes.iter().map(|(name, value)| attribute(name, value)).collect();
    Some(Html5Tag {
        kind: if tag.is_end { TagKind::EndTag } else { TagKind::StartTag },
        name: LocalName::from(name),
        self_closing: false,
        attrs: if tag.is_end { Vec::new() } else { attributes },
        had_duplicate_attributes: false,
    })
}

fn attribute(name: &str, value: &str) -> Attribute {
    Attribute { name: QualName::new(None, ns!(), LocalName::from(name)), value: StrTendril::from_slice(value) }
}

/// Where html5ever puts what it finds.
#[derive(Default)]
struct Sink {
    tree: RefCell<Growing>,
}

#[derive(Default)]
struct Growing {
    nodes: Vec<Slot>,
    document: NodeId,
    faults: Vec<String>,
    /// The tag under way.
    tag: String,
}

#[derive(Clone, Debug)]
struct Handle {
    id: NodeId,
    name: QualName,
}

/// Counts what a builder holds open.
#[derive(Default)]
struct Open(Cell<usize>);

impl Open {
    fn count(&self, builder: &TreeBuilder<Handle, Sink>) -> usize {
        self.0.set(0);
        builder.trace_handles(self);
        self.0.get()
    }
}

impl Tracer for Open {
    type Handle = Handle;

    fn trace_handle(&self, _: &Handle) {
        self.0.set(self.0.get() + 1);
    }
}

impl Sink {
    fn element(&self, name: LocalName, attributes: Vec<(String, String)>) -> Handle {
        let id = self.tree.borrow_mut().push(Node::Element { name: name.clone(), attributes });
        Handle { id, name: QualName::new(None, ns!(html), name) }
    }
}

impl Growing {
    fn push(&mut self, node: Node) -> NodeId {
        self.nodes.push(Slot { node, parent: None, children: Vec::new() });
        self.nodes.len() - 1
    }

    fn detach(&mut self, id: NodeId) {
        if let Some(parent) = self.nodes[id].parent.take() {
            // What is moved stands mostly at the end.
            let children = &mut self.nodes[parent].children;
            if let Some(at) = children.iter().rposition(|child| *child == id) {
                steps(children.len() - at);
                children.remove(at);
            }
        }
    }

    /// Puts something at a place among a node's children; a text behind a text becomes one with it.
    fn insert(&mut self, parent: NodeId, at: usize, new: NodeOrText<Handle>) {
        let id = match new {
            NodeOrText::AppendNode(handle) => {
                self.detach(handle.id);
                handle.id
            }
            NodeOrText::AppendText(text) => {
                let before = at.checked_sub(1).map(|at| self.nodes[parent].children[at]);
                if let Some(Slot { node: Node::Text(known), .. }) = before.map(|id| &mut self.nodes[id]) {
                    known.push_str(&text);
                    return;
                }
                self.push(Node::Text(text.to_string()))
            }
        };
        let at = at.min(self.nodes[parent].children.len());
        steps(1 + self.nodes[parent].children.len() - at);
        self.nodes[parent].children.insert(at, id);
        self.nodes[id].parent = Some(parent);
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _message: Cow<'static, str>) {
        let tree = &mut *self.tree.borrow_mut();
        tree.faults.push(tree.tag.clone());
    }

    fn get_document(&self) -> Handle {
        Handle { id: self.tree.borrow().document, name: QualName::new(None, ns!(), local_name!("")) }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _flags: ElementFlags) -> Handle {
        let attributes = attributes.into_iter().map(|a| (a.name.local.to_string(), a.value.to_string())).collect();
        self.element(name.local, attributes)
    }

    fn create_comment(&self, _text: StrTendril) -> Handle {
        self.element(local_name!("template"), Vec::new())
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> Handle {
        self.element(local_name!("template"), Vec::new())
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let tree = &mut *self.tree.borrow_mut();
        let end = tree.nodes[parent.id].children.len();
        tree.insert(parent.id, end, child);
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        let has_parent = self.tree.borrow().nodes[element.id].parent.is_some();
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public: StrTendril, _system: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.id == other.id
    }

    fn set_quirks_mode(&self, _mode: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, new: NodeOrText<Handle>) {
        let tree = &mut *self.tree.borrow_mut();
        if let NodeOrText::AppendNode(handle) = &new {
            tree.detach(handle.id);
        }
        let Some(parent) = tree.nodes[sibling.id].parent else { return };
        let at = tree.nodes[parent].children.iter().rposition(|child| *child == sibling.id).unwrap_or(0);
        steps(tree.nodes[parent].children.len() - at);
        tree.insert(parent, at, new);
    }

    fn add_attrs_if_missing(&self, _target: &Handle, _attributes: Vec<Attribute>) {}

    fn remove_from_parent(&self, target: &Handle) {
        self.tree.borrow_mut().detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let tree = &mut *self.tree.borrow_mut();
        let children = std::mem::take(&mut tree.nodes[node.id].children);
        for child in &children {
            tree.nodes[*child].parent = Some(new_parent.id);
        }
        tree.nodes[new_parent.id].children.extend(children);
    }
}
