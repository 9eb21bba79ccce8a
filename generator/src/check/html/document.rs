//! A page as the HTML standard's own algorithm reads it: its elements in their order, its text, its faults.
//!
//! No tree is kept: the parser needs none, and the rules look at elements one after the other.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::TreeBuilderOpts;
use html5ever::{Attribute, ExpandedName, LocalName, ParseOpts, QualName, ns, parse_document};

/// Faults that are listed of one page; one early fault often makes many.
const FAULTS_MAX: usize = 3;

/// An element's start tag.
#[derive(Debug)]
pub(in crate::check) struct Element {
    name: LocalName,
    is_html: bool,
    /// Where its tag stands.
    pub(in crate::check) line: u64,
    attributes: Vec<Attribute>,
    /// Whether it holds text by itself that is more than white space.
    pub(in crate::check) has_text: bool,
}

/// A parsed page.
#[derive(Debug, Default)]
pub(in crate::check) struct Document {
    /// In the order of their start tags.
    pub(in crate::check) elements: Vec<Element>,
    /// All text, a space at each tag.
    pub(in crate::check) text: String,
    /// The content of comments.
    pub(in crate::check) comments: String,
    /// What is not as the standard says, with the line.
    pub(in crate::check) faults: Vec<(u64, String)>,
}

impl Document {
    /// Reads a page. It never fails: what is wrong is among the faults.
    pub(in crate::check) fn parse(html: &str) -> Document {
        let document = parse(html, false);
        // The tokenizer says precisely what is wrong only in a slower mode.
        if document.faults.is_empty() { document } else { parse(html, true) }
    }
}

impl Element {
    /// The name of an HTML element; those of drawings and formulas have none here.
    pub(in crate::check) fn html_name(&self) -> &str {
        if self.is_html { &self.name } else { "" }
    }

    /// The name, whatever language it is of.
    pub(in crate::check) fn name(&self) -> &str {
        &self.name
    }

    /// An attribute's value.
    pub(in crate::check) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes().find(|(attribute, _)| *attribute == name).map(|(_, value)| value)
    }

    /// All attributes by their local names.
    pub(in crate::check) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|attribute| (&*attribute.name.local, &*attribute.value))
    }

    /// Whether a `rel` says so.
    pub(in crate::check) fn has_rel(&self, word: &str) -> bool {
        let rel = self.attribute("rel").unwrap_or("");
        rel.split_ascii_whitespace().any(|part| part.eq_ignore_ascii_case(word))
    }
}

fn parse(html: &str, exact_errors: bool) -> Document {
    let options = ParseOpts {
        tokenizer: TokenizerOpts { exact_errors, ..TokenizerOpts::default() },
        // Without scripting what is in a noscript is part of the page.
        tree_builder: TreeBuilderOpts { exact_errors, scripting_enabled: false, ..TreeBuilderOpts::default() },
    };
    parse_document(Collector::default(), options).one(StrTendril::from(html))
}

/// What the parser holds of a node: its name, and its number where it is an element.
#[derive(Debug)]
struct Node {
    name: QualName,
    number: Option<usize>,
}

#[derive(Default)]
struct Collector {
    document: RefCell<Document>,
    line: Cell<u64>,
}

impl Collector {
    fn node(name: QualName, number: Option<usize>) -> Rc<Node> {
        Rc::new(Node { name, number })
    }

    fn nameless() -> Rc<Node> {
        Collector::node(QualName::new(None, ns!(), LocalName::from("")), None)
    }

    fn add(&self, parent: Option<&Node>, child: NodeOrText<Rc<Node>>) {
        let NodeOrText::AppendText(text) = child else { return };
        let mut document = self.document.borrow_mut();
        let number = parent.and_then(|parent| parent.number);
        // Scripts and styles are no text of the page; that they are there at all is what matters.
        let is_hidden = parent.is_some_and(|parent| matches!(&*parent.name.local, "script" | "style"));
        if let Some(element) = number.and_then(|number| document.elements.get_mut(number)) {
            element.has_text |= text.contains(|c: char| !c.is_whitespace());
        }
        match is_hidden {
            true => document.comments.push_str(&text),
            false => document.text.push_str(&text),
        }
    }
}

impl TreeSink for Collector {
    type Handle = Rc<Node>;
    type Output = Document;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Document {
        self.document.into_inner()
    }

    fn parse_error(&self, message: Cow<'static, str>) {
        let faults = &mut self.document.borrow_mut().faults;
        if faults.len() < FAULTS_MAX {
            faults.push((self.line.get(), message.into_owned()));
        }
    }

    fn get_document(&self) -> Rc<Node> {
        Collector::nameless()
    }

    fn elem_name<'a>(&'a self, target: &'a Rc<Node>) -> ExpandedName<'a> {
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Rc<Node> {
        let mut document = self.document.borrow_mut();
        document.text.push(' ');
        document.elements.push(Element {
            name: name.local.clone(),
            is_html: name.ns == ns!(html),
            line: self.line.get(),
            attributes,
            has_text: false,
        });
        Collector::node(name, Some(document.elements.len() - 1))
    }

    fn create_comment(&self, text: StrTendril) -> Rc<Node> {
        let comments = &mut self.document.borrow_mut().comments;
        comments.push_str(&text);
        comments.push('\n');
        Collector::nameless()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Node> {
        Collector::nameless()
    }

    fn append(&self, parent: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.add(Some(parent), child);
    }

    fn append_based_on_parent_node(&self, _: &Rc<Node>, previous: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.add(Some(previous), child);
    }

    fn append_before_sibling(&self, _: &Rc<Node>, child: NodeOrText<Rc<Node>>) {
        self.add(None, child);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, _: &Rc<Node>) {
        self.document.borrow_mut().text.push(' ');
    }

    fn get_template_contents(&self, target: &Rc<Node>) -> Rc<Node> {
        Rc::clone(target)
    }

    fn same_node(&self, one: &Rc<Node>, other: &Rc<Node>) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn add_attrs_if_missing(&self, _: &Rc<Node>, _: Vec<Attribute>) {}

    fn remove_from_parent(&self, _: &Rc<Node>) {}

    fn reparent_children(&self, _: &Rc<Node>, _: &Rc<Node>) {}

    fn set_current_line(&self, line: u64) {
        self.line.set(line);
    }
}

#[cfg(test)]
mod tests {
    use super::Document;

    fn faults(body: &str) -> Vec<(u64, String)> {
        let html =
            format!("<!doctype html>\n<html lang=cs>\n<head><title>x</title></head>\n<body>\n{body}\n</body></html>\n");
        Document::parse(&html).faults
    }

    #[test]
    fn what_the_standard_allows_is_no_fault() {
        for sound in [
            "<p>one<p>two",
            "<ul><li>a<li>b</ul>",
            "<table><tr><td>a<td>b</table>",
            "<a href=/x/>x</a><br><img src=x alt>",
            "<svg><use href=\"#a\"/><path d=\"M0\"></path></svg>",
            "AT&amp;T &lt; &#39; a & b, R&D",
            "<details><summary>a</summary>b</details>",
        ] {
            assert_eq!(faults(sound), [], "{sound}");
        }
    }

    #[test]
    fn what_it_forbids_is_one() {
        for broken in [
            "<div>",
            "</div>",
            "<div><span></div>",
            "<b><i>x</b></i>",
            "<p><div>x</div></p>",
            "<a href=/x/><a href=/y/>y</a></a>",
            "<div/>",
            "<br></br>",
            "<p class=a class=b>x",
            "<p class=\"a\"title=b>x",
            "<p class='a>x",
            "<p cl\"ass=a>x",
            "<table><div>x</div></table>",
            "&nosuchthing;",
            "&#0;",
            "&#xzz;",
            "a <",
            "<!-- unclosed",
            "<form><form></form></form>",
            "<h1>a</h2>",
            "<ul><li>a</ul></li>",
            "<button><button>x</button></button>",
            "<select><div>",
            "<body class=x>",
        ] {
            assert_ne!(faults(broken), [], "{broken}");
        }
        assert_eq!(faults("\n<div>\n</p>\n</div>")[0].0, 7, "the line of the fault");
        assert_ne!(Document::parse("<html><head><title>x</title></head><body></body></html>").faults, [], "no doctype");
    }
}
