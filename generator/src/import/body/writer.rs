//! Blocks and marked words written as HTML of one form.
//!
//! Words carry the marks that lie on them; the writer opens and closes marks as they change, and all of them at a
//! block's edge, so that no `<b>` ever holds a paragraph. Where only paragraphs may stand, words get one of their
//! own; two breaks in such a paragraph begin the next. White space is single, none stands at a block's edge, and
//! what holds nothing is not written. So the same text has one form, and writing it again gives the same.

/// The end of a mark or block, and what belongs to it.
struct Block {
    name: &'static str,
    attributes: String,
    id: Option<String>,
    holds: Holds,
    /// Made here for words that stood in no paragraph.
    is_implied: bool,
    /// Written even if nothing is in it, since its place says something: a cell.
    is_kept: bool,
    is_written: bool,
}

/// What may stand in a block.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Only blocks: words get a paragraph.
    Blocks,
    /// Words or blocks.
    Both,
    /// Words only.
    Words,
    /// Words whose white space stays.
    Preformatted,
}

/// A mark on words: which element of the source it is, and how it is written.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Mark {
    /// Two neighbouring `<b>` are two.
    pub(super) source: usize,
    pub(super) name: &'static str,
    pub(super) attributes: String,
}

#[derive(Default)]
pub(super) struct Writer {
    out: String,
    blocks: Vec<Block>,
    open_marks: Vec<Mark>,
    has_space_waiting: bool,
    breaks_waiting: usize,
    /// White space of a preformatted block.
    lines_waiting: String,
    /// Whether the line under way has something before which a space or break means something.
    has_words: bool,
    /// Anchors that wait for the next block.
    ids_waiting: Vec<String>,
}

impl Writer {
    /// Words in the source's white space, with their references read.
    pub(super) fn text(&mut self, text: &str, marks: &[Mark]) {
        if self.is_preformatted() {
            let words = text.trim_matches(is_space);
            let (before, after) = match text.find(words) {
                Some(start) if !words.is_empty() => (&text[..start], &text[start + words.len()..]),
                _ => (text, ""),
            };
            self.lines_waiting.push_str(before);
            if !words.is_empty() {
                self.leaf(marks);
                escape_into(&mut self.out, words);
                self.lines_waiting.push_str(after);
            }
            return;
        }
        for (n, word) in text.split(is_space).enumerate() {
            self.has_space_waiting |= n > 0;
            if !word.is_empty() {
                self.leaf(marks);
                escape_into(&mut self.out, word);
            }
        }
    }

    /// A line's end.
    pub(super) fn line_break(&mut self) {
        if self.is_preformatted() {
            self.lines_waiting.push('\n');
        } else if self.has_words {
            self.breaks_waiting += 1;
            self.has_space_waiting = false;
        }
    }

    /// Something among words that is written as it is, such as a picture.
    pub(super) fn inline(&mut self, html: &str, marks: &[Mark]) {
        self.leaf(marks);
        self.out.push_str(html);
    }

    /// A place to which links lead: the block's that begins here, otherwise one among the words.
    pub(super) fn anchor(&mut self, id: String, marks: &[Mark]) {
        self.end_paragraph();
        match self.blocks.last_mut() {
            Some(block) if !block.is_written && block.id.is_none() => block.id = Some(id),
            Some(block) if block.holds != Holds::Blocks => {
                self.leaf(marks);
                self.anchor_here(&id);
            }
            _ => self.ids_waiting.push(id),
        }
    }

    fn is_preformatted(&self) -> bool {
        self.blocks.last().is_some_and(|block| block.holds == Holds::Preformatted)
    }

    fn anchor_here(&mut self, id: &str) {
        self.out.push_str("<span id=\"");
        escape_attribute_into(&mut self.out, id);
        self.out.push_str("\"></span>");
    }

    /// The edge of something that stands on lines of its own.
    pub(super) fn boundary(&mut self) {
        self.close_implied();
        if self.has_words && self.breaks_waiting == 0 && !self.lines_waiting.ends_with('\n') {
            self.line_break();
        }
    }

    /// Opens a block; `false` where the block around it holds words only, so that only a line ends here.
    pub(super) fn open(&mut self, name: &'static str, attributes: &str, id: Option<String>, holds: Holds) -> bool {
        self.close_implied();
        if self.blocks.last().is_some_and(|block| matches!(block.holds, Holds::Words | Holds::Preformatted)) {
            self.boundary();
            if let Some(id) = id {
                self.ids_waiting.push(id);
            }
            return false;
        }
        self.push(name, attributes, id, holds, false);
        true
    }

    /// As [`Writer::open`], for blocks that are written even when empty.
    pub(super) fn open_kept(&mut self, name: &'static str, attributes: &str, id: Option<String>, holds: Holds) {
        self.close_implied();
        self.push(name, attributes, id, holds, false);
        if let Some(block) = self.blocks.last_mut() {
            block.is_kept = true;
        }
    }

    /// Closes the innermost block that was opened.
    pub(super) fn close(&mut self) {
        self.close_implied();
        self.close_marks();
        self.pop();
    }

    /// A block that holds nothing: a rule.
    pub(super) fn rule(&mut self) {
        if self
            .blocks
            .last()
            .is_some_and(|block| !block.is_implied && matches!(block.holds, Holds::Words | Holds::Preformatted))
        {
            self.boundary();
            return;
        }
        self.close_implied();
        self.close_marks();
        self.begin_block();
        self.out.push_str(if self.blocks.is_empty() { "<hr>\n" } else { "<hr>" });
        self.end_line();
    }

    /// All that was written.
    pub(super) fn finish(mut self) -> String {
        self.close_implied();
        while !self.blocks.is_empty() {
            self.close();
        }
        if !self.ids_waiting.is_empty() {
            self.push("p", "", None, Holds::Words, true);
            self.leaf(&[]);
            self.close_implied();
        }
        self.out.truncate(self.out.trim_end_matches('\n').len());
        self.out
    }

    fn push(&mut self, name: &'static str, attributes: &str, id: Option<String>, holds: Holds, is_implied: bool) {
        self.close_marks();
        self.end_line();
        let attributes = attributes.to_owned();
        self.blocks.push(Block { name, attributes, id, holds, is_implied, is_kept: false, is_written: false });
    }

    fn pop(&mut self) {
        if self.blocks.last().is_some_and(|block| block.is_kept) {
            self.write_starts();
        }
        self.end_line();
        let Some(block) = self.blocks.pop() else { return };
        if !block.is_written {
            self.ids_waiting.extend(block.id);
            return;
        }
        self.out.push_str("</");
        self.out.push_str(block.name);
        self.out.push('>');
        if self.blocks.is_empty() {
            self.out.push('\n');
        }
    }

    fn close_implied(&mut self) {
        if self.blocks.last().is_some_and(|block| block.is_implied) {
            self.close_marks();
            self.pop();
        }
    }

    /// Spaces and breaks at a block's edge mean nothing.
    fn end_line(&mut self) {
        self.has_words = false;
        self.has_space_waiting = false;
        self.breaks_waiting = 0;
        self.lines_waiting.clear();
    }

    /// Closes a paragraph of ours that two breaks have ended.
    fn end_paragraph(&mut self) {
        if self.breaks_waiting > 1 {
            self.close_implied();
        }
    }

    /// Everything that has to stand before the next words.
    fn leaf(&mut self, marks: &[Mark]) {
        self.end_paragraph();
        if self.blocks.last().is_none_or(|block| block.holds == Holds::Blocks) {
            self.push("p", "", None, Holds::Words, true);
        }
        self.write_starts();
        let common = self.open_marks.iter().zip(marks).take_while(|(open, mark)| open == mark).count();
        self.close_marks_to(common);
        if self.breaks_waiting > 0 {
            for _ in 0..std::mem::take(&mut self.breaks_waiting) {
                self.out.push_str("<br>");
            }
        } else if self.has_space_waiting && self.has_words {
            self.out.push(' ');
        }
        self.has_space_waiting = false;
        // HTML skips a line feed right behind `<pre>`.
        let lines = std::mem::take(&mut self.lines_waiting);
        self.out.push_str(if self.has_words { &lines } else { lines.trim_start_matches('\n') });
        for mark in &marks[common..] {
            self.out.push('<');
            self.out.push_str(mark.name);
            self.out.push_str(&mark.attributes);
            self.out.push('>');
            self.open_marks.push(mark.clone());
        }
        self.has_words = true;
        // Anchors that found no block stand before its first words.
        if self.blocks.last().is_some_and(|block| block.holds != Holds::Blocks) {
            for id in std::mem::take(&mut self.ids_waiting) {
                self.anchor_here(&id);
            }
        }
    }

    /// The start tags of the blocks around this place that are not there yet.
    fn write_starts(&mut self) {
        for block in self.blocks.iter_mut().filter(|block| !block.is_written) {
            block.is_written = true;
            if block.id.is_none() && !self.ids_waiting.is_empty() {
                block.id = Some(self.ids_waiting.remove(0));
            }
            self.out.push('<');
            self.out.push_str(block.name);
            self.out.push_str(&block.attributes);
            if let Some(id) = &block.id {
                self.out.push_str(" id=\"");
                escape_attribute_into(&mut self.out, id);
                self.out.push('"');
            }
            self.out.push('>');
        }
    }

    fn begin_block(&mut self) {
        self.write_starts();
        self.end_line();
    }

    fn close_marks(&mut self) {
        self.close_marks_to(0);
    }

    fn close_marks_to(&mut self, kept: usize) {
        while self.open_marks.len() > kept {
            let Some(mark) = self.open_marks.pop() else { return };
            self.out.push_str("</");
            self.out.push_str(mark.name);
            self.out.push('>');
        }
    }
}

/// White space that HTML shows as one space; a no-break space is a word's.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{c}')
}

/// The text as HTML shows it between tags. A `<` is written by its number: by its name, as in a source that was
/// escaped, it would begin a tag when the text is cleaned again.
pub(super) fn escape_into(html: &mut String, text: &str) {
    escape_these(html, text, &['&', '<', '>', '\u{a0}']);
}

/// As [`escape_into`], between double quotes.
pub(super) fn escape_attribute_into(html: &mut String, text: &str) {
    escape_these(html, text, &['&', '<', '>', '"', '\u{a0}']);
}

fn escape_these(html: &mut String, text: &str, these: &[char]) {
    let mut plain = 0;
    for (at, c) in text.match_indices(these) {
        html.push_str(&text[plain..at]);
        html.push_str(match c {
            "&" => "&amp;",
            "<" => "&#60;",
            ">" => "&gt;",
            "\"" => "&quot;",
            _ => "&nbsp;",
        });
        plain = at + c.len();
    }
    html.push_str(&text[plain..]);
}
