//! Members' Markdown as HTML: CommonMark with tables, strikethrough and footnotes.
//!
//! HTML in the source is text. Links keep only the schemes that people use; pictures are shown from
//! the uploads alone, others become links, since a page must not load anything from elsewhere.
//! Headings are demoted under the page's own, and their ids have a prefix that no id of a template has.

use pulldown_cmark::{
    Alignment, BrokenLink, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html,
};

use super::slug::slug_or;
use super::upload_path::upload_path;
use super::{escape_html_into, printable};

/// What a text's surroundings decide.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The level of the heading above the text: the text's own begin one below it.
    pub heading_shift: usize,
    /// In front of ids made from headings and footnotes, such as `text-`.
    pub id_prefix: &'a str,
    /// Where uploads are, ending with a slash: pictures from there are shown.
    pub uploads_url: &'a str,
    /// What is known of an uploaded picture: its size, so that nothing moves while it loads, and smaller copies.
    pub known_of: &'a dyn Fn(&str) -> Option<Known>,
    /// What a screen reader says of a table that can be scrolled.
    pub table_label: &'a str,
}

/// What is known of an uploaded picture.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Pixels.
    pub width: i64,
    /// Pixels.
    pub height: i64,
    /// Its WebP copies as an attribute `srcset` names them; empty where there are none.
    pub srcset: String,
}

/// How wide a picture within a text is shown: the column, or the phone.
const SIZES: &str = "(min-width: 48rem) 44rem, 100vw";

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_FOOTNOTES);

/// Schemes of links; an address without a scheme is one of this site.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "ftp"];

/// The Markdown as well-formed HTML that is safe to print.
pub fn html(source: &str, place: Place<'_>) -> String {
    let source = printable(source);
    let mut events = Vec::new();
    let mut headings = Headings::default();
    // A link or picture that may not be one leaves its text; its end must be left out as well.
    let mut dropped_links = 0_usize;
    let mut open_links = 0_usize;
    let mut picture: Option<Picture> = None;
    let mut table = Table { alignments: Vec::new(), cell: 0, is_head: true };
    for event in Parser::new_ext(&source, OPTIONS) {
        if let Some(open) = &mut picture {
            match &event {
                Event::End(TagEnd::Image) if open.depth == 0 => {
                    let done = picture.take().map(|open| open.event(place, open_links > 0));
                    events.extend(done);
                }
                Event::End(TagEnd::Image) => open.depth -= 1,
                Event::Start(Tag::Image { .. }) => open.depth += 1,
                Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => open.alt.push_str(text),
                Event::SoftBreak | Event::HardBreak => open.alt.push(' '),
                _ => {}
            }
            continue;
        }
        match event {
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => events.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => events.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => match safe_link(&dest_url, link_type) {
                Some(dest_url) => {
                    open_links += 1;
                    events.push(Event::Start(Tag::Link { link_type: LinkType::Inline, dest_url, title, id }));
                }
                None => dropped_links += 1,
            },
            Event::End(TagEnd::Link) if dropped_links > 0 => dropped_links -= 1,
            Event::End(TagEnd::Link) => {
                open_links -= 1;
                events.push(Event::End(TagEnd::Link));
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                picture = Some(Picture { url: dest_url.into_string(), alt: String::new(), depth: 0 });
            }
            Event::Start(Tag::Heading { level, .. }) => {
                headings.open(events.len());
                events.push(Event::Start(heading(level, None)));
            }
            Event::End(TagEnd::Heading(level)) => {
                if let Some(at) = headings.start {
                    let id = headings.close(&events[at..], events.len(), place.id_prefix);
                    events[at] = Event::Start(heading(level, Some(id)));
                }
                events.push(Event::End(TagEnd::Heading(level)));
            }
            Event::Start(Tag::Table(alignments)) => {
                table = Table { alignments, cell: 0, is_head: true };
                events.push(Event::Html((table_scroll(place) + "<table>").into()));
            }
            Event::End(TagEnd::Table) => events.push(Event::Html("</tbody></table></div>\n".into())),
            Event::Start(Tag::TableHead) => events.push(Event::Html("<thead><tr>".into())),
            Event::End(TagEnd::TableHead) => {
                table.is_head = false;
                events.push(Event::Html("</tr></thead>\n<tbody>".into()));
            }
            Event::Start(Tag::TableRow) => {
                table.cell = 0;
                events.push(Event::Html("<tr>".into()));
            }
            Event::End(TagEnd::TableRow) => events.push(Event::Html("</tr>\n".into())),
            Event::Start(Tag::TableCell) => events.push(Event::Html(table.cell_start().into())),
            Event::End(TagEnd::TableCell) => events.push(Event::Html(table.cell_end().into())),
            Event::Start(Tag::FootnoteDefinition(label)) => {
                events.push(Event::Start(Tag::FootnoteDefinition(footnote(&label, place))));
            }
            Event::FootnoteReference(label) => {
                events.push(Event::FootnoteReference(footnote(&label, place)));
            }
            other => events.push(other),
        }
    }
    headings.demote(&mut events, place.heading_shift);
    let mut out = String::with_capacity(source.len() + source.len() / 4);
    html::push_html(&mut out, events.into_iter());
    out
}

/// The plain words of a Markdown text, in order, until at least `chars_min` characters are there, or the text's
/// beginning ends, see [`beginning`].
pub fn plain(source: &str, chars_min: usize) -> String {
    let source = printable(beginning(source, chars_min * BEGINNING_BYTES));
    let mut text = String::new();
    // `[words][name]` is a link though its address may be defined behind the beginning.
    let defined_below = |link: BrokenLink<'_>| {
        let is_surely_link = matches!(link.link_type, LinkType::Reference | LinkType::Collapsed);
        is_surely_link.then_some((CowStr::Borrowed(""), CowStr::Borrowed("")))
    };
    for event in Parser::new_with_broken_link_callback(&source, OPTIONS, Some(defined_below)) {
        match event {
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => {
                text.push_str(&words);
            }
            // What ends within a line parts no words.
            Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {}
            Event::SoftBreak | Event::HardBreak | Event::End(_) => text.push(' '),
            _ => {}
        }
        // Bytes are at least as many as characters; twice the wish is enough in any script here.
        if text.len() >= chars_min * 2 {
            break;
        }
    }
    text
}

/// Bytes of source that surely hold one character that is shown: addresses of links and pictures are long.
const BEGINNING_BYTES: usize = 8;

/// The paragraphs that begin within the first `bytes_min` bytes: the parser reads all that it is given before it
/// says anything.
fn beginning(source: &str, bytes_min: usize) -> &str {
    let Some((_, rest)) = source.split_at_checked(source.floor_char_boundary(bytes_min)) else { return source };
    match rest.find("\n\n") {
        Some(end) => &source[..source.len() - rest.len() + end],
        None => source,
    }
}

/// The address if it may stand in a link: of this site, or of a scheme in [`SCHEMES`].
pub fn safe_url(url: &str) -> Option<&str> {
    let trimmed = url.trim();
    if trimmed.is_empty() || trimmed.contains(|c: char| c.is_control()) {
        return None;
    }
    match trimmed.find(['/', '?', '#', ':']) {
        Some(at) if trimmed.as_bytes()[at] == b':' => {
            let scheme = trimmed[..at].to_ascii_lowercase();
            SCHEMES.contains(&scheme.as_str()).then_some(trimmed)
        }
        _ => Some(trimmed),
    }
}

fn safe_link<'a>(url: &str, link_type: LinkType) -> Option<CowStr<'a>> {
    if link_type == LinkType::Email {
        return Some(format!("mailto:{url}").into());
    }
    safe_url(url).map(|url| CowStr::from(url.to_owned()))
}

/// Paths under the uploads of the pictures that a text shows.
pub fn pictures(source: &str, uploads_url: &str) -> Vec<String> {
    if !source.contains("![") {
        return Vec::new();
    }
    let mut paths = Vec::new();
    for event in Parser::new_ext(source, OPTIONS) {
        if let Event::Start(Tag::Image { dest_url, .. }) = event {
            paths.extend(path_of_upload(&dest_url, uploads_url).map(str::to_owned));
        }
    }
    paths
}

/// The path under the uploads that a picture's address means; `None` for pictures elsewhere.
fn path_of_upload<'a>(url: &'a str, uploads_url: &str) -> Option<&'a str> {
    let is_relative =
        url.split(['/', '?', '#']).next().is_some_and(|first| !first.contains(':')) && !url.starts_with('/');
    url.strip_prefix(uploads_url).or(is_relative.then_some(url)).filter(|path| upload_path(path).is_some())
}

struct Picture {
    url: String,
    alt: String,
    depth: usize,
}

impl Picture {
    /// The picture where it is an upload of ours, otherwise a link to it, or, within a link already, its words.
    fn event(self, place: Place<'_>, is_in_link: bool) -> Event<'static> {
        let mut html = String::new();
        if let Some(path) = path_of_upload(&self.url, place.uploads_url) {
            let known = (place.known_of)(path).unwrap_or_default();
            let has_copies = !known.srcset.is_empty();
            if has_copies {
                html.push_str("<picture><source type=\"image/webp\" srcset=\"");
                escape_html_into(&mut html, &known.srcset);
                html.push_str(&format!("\" sizes=\"{SIZES}\">"));
            }
            html.push_str("<img src=\"");
            escape_html_into(&mut html, place.uploads_url);
            escape_html_into(&mut html, &path.replace(' ', "%20"));
            html.push_str("\" alt=\"");
            escape_html_into(&mut html, &self.alt);
            if known.width > 0 && known.height > 0 {
                html.push_str(&format!("\" width=\"{}\" height=\"{}", known.width, known.height));
            }
            html.push_str("\" loading=\"lazy\" decoding=\"async\">");
            if has_copies {
                html.push_str("</picture>");
            }
        } else {
            let words = if self.alt.trim().is_empty() { &self.url } else { &self.alt };
            match safe_url(&self.url).filter(|_| !is_in_link) {
                Some(url) => {
                    html.push_str("<a href=\"");
                    escape_html_into(&mut html, &url.replace(' ', "%20"));
                    html.push_str("\">");
                    escape_html_into(&mut html, words);
                    html.push_str("</a>");
                }
                None => escape_html_into(&mut html, words),
            }
        }
        Event::InlineHtml(html.into())
    }
}

#[derive(Default)]
struct Headings {
    start: Option<usize>,
    /// Where each heading begins and ends among the events.
    places: Vec<(usize, usize)>,
    ids: std::collections::HashMap<String, usize>,
}

impl Headings {
    fn open(&mut self, at: usize) {
        self.start = Some(at);
    }

    /// The id of the heading whose events are given: its words' slug, with a number from the second on.
    fn close(&mut self, events: &[Event<'_>], end: usize, prefix: &str) -> String {
        if let Some(start) = self.start.take() {
            self.places.push((start, end));
        }
        let words: String = events
            .iter()
            .filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        let slug = slug_or(&words, "heading");
        let uses = self.ids.entry(slug.clone()).or_insert(0);
        *uses += 1;
        if *uses == 1 { format!("{prefix}{slug}") } else { format!("{prefix}{slug}--{uses}") }
    }

    /// Puts the text's outline below level `above`, whatever level its author began with, and closes gaps in it:
    /// who hears a page read expects each level to follow its parent's.
    fn demote(&self, events: &mut [Event<'_>], above: usize) {
        let mut open: Vec<usize> = Vec::new();
        for (start, end) in &self.places {
            let Event::Start(Tag::Heading { level, id, .. }) = &events[*start] else { continue };
            let own = *level as usize;
            while open.last().is_some_and(|last| *last >= own) {
                open.pop();
            }
            open.push(own);
            let level = HeadingLevel::try_from((above + open.len()).min(6)).unwrap_or(HeadingLevel::H6);
            let id = id.as_ref().map(|id| id.to_string());
            events[*start] = Event::Start(heading(level, id));
            events[*end] = Event::End(TagEnd::Heading(level));
        }
    }
}

fn heading(level: HeadingLevel, id: Option<String>) -> Tag<'static> {
    Tag::Heading { level, id: id.map(CowStr::from), classes: Vec::new(), attrs: Vec::new() }
}

fn footnote<'a>(label: &str, place: Place<'_>) -> CowStr<'a> {
    // No slug holds an underscore, so that no heading has the same id.
    format!("{}note_{}", place.id_prefix, slug_or(label, "x")).into()
}

/// What a table stands in, so that a wide one scrolls by itself.
pub(super) fn table_scroll(place: Place<'_>) -> String {
    let mut html = String::from("<div class=\"table-scroll\" tabindex=\"0\" role=\"group\" aria-label=\"");
    escape_html_into(&mut html, place.table_label);
    html.push_str("\">\n");
    html
}

/// A table under way. Its cells are written here, since the page's content policy knows no `style` attribute,
/// by which pulldown-cmark aligns them.
struct Table {
    alignments: Vec<Alignment>,
    cell: usize,
    is_head: bool,
}

impl Table {
    fn cell_start(&mut self) -> String {
        let class = match self.alignments.get(self.cell) {
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        self.cell += 1;
        if self.is_head { format!("<th scope=\"col\"{class}>") } else { format!("<td{class}>") }
    }

    fn cell_end(&self) -> &'static str {
        if self.is_head { "</th>" } else { "</td>" }
    }
}
