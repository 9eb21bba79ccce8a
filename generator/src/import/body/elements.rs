//! HTML's elements, sorted by what becomes of them.

/// What an element of a source becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A mark on words: `<b>`. The name is what it is written as.
    Mark(&'static str),
    /// A link.
    Link,
    /// A mark only where its attributes say something: `<font>`, `<span>`.
    Look,
    /// A paragraph or heading: holds words only.
    Words(&'static str),
    /// Holds paragraphs: `<blockquote>`.
    Flow(&'static str),
    /// Ends a paragraph before and behind itself and is nothing else, unless it has a class: `<div>`, `<form>`.
    Division,
    /// `<ul>`, `<ol>`.
    List(&'static str),
    /// `<li>`.
    ListItem,
    /// `<dl>`.
    Definitions,
    /// `<dt>`, `<dd>`.
    DefinitionPart(&'static str),
    /// `<table>`.
    Table,
    /// Between a table and its cells: `<tbody>`, `<tr>`.
    TablePart(&'static str),
    /// `<td>`, `<th>`, `<caption>`.
    Cell(&'static str),
    /// Keeps its white space: `<pre>`.
    Preformatted,
    /// `<br>`.
    Break,
    /// `<hr>`.
    Rule,
    /// `<img>`.
    Picture,
    /// Something from elsewhere within the page, which becomes a link to it: `<iframe>`.
    Embedded,
    /// Of no use here; what it holds stays: `<button>`, Word's `<o:p>`.
    Nothing,
    /// Goes with all that it holds: `<script>`.
    Inert,
}

/// What becomes of an element; `None` where HTML has none of this name, so that the tag is a text between angles.
pub(super) fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "b" => Kind::Mark("b"),
        "strong" => Kind::Mark("strong"),
        "i" => Kind::Mark("i"),
        "em" => Kind::Mark("em"),
        "u" => Kind::Mark("u"),
        "s" | "strike" => Kind::Mark("s"),
        "del" => Kind::Mark("del"),
        "ins" => Kind::Mark("ins"),
        "sub" => Kind::Mark("sub"),
        "sup" => Kind::Mark("sup"),
        "small" => Kind::Mark("small"),
        "q" => Kind::Mark("q"),
        "cite" => Kind::Mark("cite"),
        "code" | "tt" => Kind::Mark("code"),
        "samp" => Kind::Mark("samp"),
        "kbd" => Kind::Mark("kbd"),
        "var" => Kind::Mark("var"),
        "mark" => Kind::Mark("mark"),
        "dfn" => Kind::Mark("dfn"),
        "abbr" | "acronym" => Kind::Mark("abbr"),
        "a" => Kind::Link,
        "font" | "span" | "big" => Kind::Look,
        "p" | "figcaption" => Kind::Words("p"),
        "h1" => Kind::Words("h1"),
        "h2" => Kind::Words("h2"),
        "h3" => Kind::Words("h3"),
        "h4" => Kind::Words("h4"),
        "h5" => Kind::Words("h5"),
        "h6" => Kind::Words("h6"),
        "blockquote" => Kind::Flow("blockquote"),
        "div" | "center" | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "address"
        | "figure" | "form" | "fieldset" | "legend" | "details" | "summary" | "hgroup" | "search" | "dialog"
        | "noscript" | "noframes" | "noembed" | "title" | "option" | "optgroup" | "textarea" | "marquee"
        | "multicol" => Kind::Division,
        "ul" | "dir" | "menu" => Kind::List("ul"),
        "ol" => Kind::List("ol"),
        "li" => Kind::ListItem,
        "dl" => Kind::Definitions,
        "dt" => Kind::DefinitionPart("dt"),
        "dd" => Kind::DefinitionPart("dd"),
        "table" => Kind::Table,
        "thead" => Kind::TablePart("thead"),
        "tbody" => Kind::TablePart("tbody"),
        "tfoot" => Kind::TablePart("tfoot"),
        "tr" => Kind::TablePart("tr"),
        "td" => Kind::Cell("td"),
        "th" => Kind::Cell("th"),
        "caption" => Kind::Cell("caption"),
        "pre" | "listing" | "xmp" | "plaintext" => Kind::Preformatted,
        "br" => Kind::Break,
        "hr" => Kind::Rule,
        "img" | "image" => Kind::Picture,
        "iframe" | "embed" | "object" | "video" | "audio" | "frame" => Kind::Embedded,
        "html" | "head" | "body" | "frameset" | "meta" | "link" | "base" | "basefont" | "bgsound" | "wbr" | "nobr"
        | "blink" | "bdo" | "bdi" | "button" | "input" | "select" | "datalist" | "label" | "output" | "progress"
        | "meter" | "colgroup" | "col" | "map" | "area" | "param" | "source" | "track" | "picture" | "canvas"
        | "applet" | "ruby" | "rb" | "rt" | "rtc" | "rp" | "time" | "data" | "template" | "slot" | "svg" | "math"
        | "isindex" | "spacer" | "layer" | "ilayer" | "nolayer" | "keygen" | "command" => Kind::Nothing,
        "script" | "style" => Kind::Inert,
        _ if is_words_own(name) => Kind::Nothing,
        _ => return None,
    })
}

/// Whether a name is of the elements that Word leaves in what is copied from it: `o:p`, `st1:place`, `v:shape`. Between
/// other words with a colon, as in `<Petr:ahoj>`, somebody says something.
fn is_words_own(name: &str) -> bool {
    let is_prefix = |prefix| matches!(prefix, "o" | "w" | "v" | "x" | "m" | "st1");
    name.split_once(':').is_some_and(|(prefix, rest)| is_prefix(prefix) && !rest.is_empty())
}

/// The tags that members were allowed, in comments and letters.
pub(super) fn is_members(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "i"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "u"
            | "s"
            | "strike"
            | "sub"
            | "sup"
            | "em"
            | "p"
            | "q"
            | "cite"
            | "strong"
            | "table"
            | "tr"
            | "td"
            | "th"
            | "ul"
            | "ol"
            | "li"
            | "img"
            | "br"
            | "hr"
            // Not of the old list: what this module makes of theirs.
            | "h6"
            | "tbody"
    )
}

/// The attributes without which such a tag would say less. Ids are not among them: nobody links into a comment.
pub(super) fn is_members_attribute(tag: &str, attribute: &str) -> bool {
    match tag {
        "a" => attribute == "href",
        "img" => matches!(attribute, "src" | "alt" | "width" | "height"),
        "td" | "th" => matches!(attribute, "colspan" | "rowspan"),
        _ => false,
    }
}
