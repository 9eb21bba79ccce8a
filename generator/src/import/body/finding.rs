//! What was done to a text, for the report.

/// What was done, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What was done.
    pub kind: FindingKind,
    /// The tag, attribute or address it was done to; no private data, at most [`EXCERPT_CHARS_MAX`] characters.
    pub excerpt: String,
}

/// What can be done to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Escaped and raw markup stood in one text.
    HalfEncoded,
    /// A heading's level was changed to fit under the page's, without gaps.
    HeadingDemoted,
    /// A picture without a description got the work's title as one.
    AltFilled,
    /// A link to nothing became its words.
    DeadLink,
    /// A link that would run something became its words.
    UnsafeLink,
    /// A picture that is nowhere became its description.
    DeadPicture,
    /// A picture on somebody else's host became a link to it.
    ForeignPicture,
    /// Something from elsewhere, such as a film, became a link to it.
    EmbeddedContent,
    /// A relative or old address leads to where the thing is now.
    AddressResolved,
    /// A tag that has no use here was left out; what it holds stayed.
    TagDropped,
    /// An attribute that has no use here was left out.
    AttributeDropped,
    /// A script or style was left out.
    ScriptDropped,
    /// A comment, which nobody sees, was left out.
    CommentDropped,
    /// Tags that were not closed, nested wrongly or cut off were put right.
    MarkupRepaired,
    /// The second of two places with one name lost it.
    DuplicateId,
    /// A place is called otherwise than it was, since its name could be no id or another place's; links within the text
    /// follow it.
    IdChanged,
    /// Tags nested deeper than anybody needs were left out; their words stayed.
    NestingCut,
    /// The text is so long, or makes so much of its tags, that only its words were taken, angles and all.
    TooLong,
}

impl FindingKind {
    /// The name in the report; it does not change.
    pub fn name(self) -> &'static str {
        match self {
            Self::HalfEncoded => "half-encoded",
            Self::HeadingDemoted => "heading-demoted",
            Self::AltFilled => "alt-filled",
            Self::DeadLink => "dead-link",
            Self::UnsafeLink => "unsafe-link",
            Self::DeadPicture => "dead-picture",
            Self::ForeignPicture => "foreign-picture",
            Self::EmbeddedContent => "embedded-content",
            Self::AddressResolved => "address-resolved",
            Self::TagDropped => "tag-dropped",
            Self::AttributeDropped => "attribute-dropped",
            Self::ScriptDropped => "script-dropped",
            Self::CommentDropped => "comment-dropped",
            Self::MarkupRepaired => "markup-repaired",
            Self::DuplicateId => "duplicate-id",
            Self::IdChanged => "id-changed",
            Self::NestingCut => "nesting-cut",
            Self::TooLong => "too-long",
        }
    }
}

/// Enough to find the place by.
pub const EXCERPT_CHARS_MAX: usize = 60;

/// Findings of one text, each once.
pub(super) struct Findings {
    found: std::collections::BTreeSet<Finding>,
    /// Of a text that is nobody else's business nothing is quoted.
    is_private: bool,
}

impl Findings {
    pub(super) fn new(is_private: bool) -> Self {
        Findings { found: std::collections::BTreeSet::new(), is_private }
    }

    pub(super) fn note(&mut self, kind: FindingKind, about: &str) {
        let excerpt = if self.is_private { String::new() } else { excerpt(about) };
        self.found.insert(Finding { kind, excerpt });
    }

    pub(super) fn into_sorted(self) -> Vec<Finding> {
        self.found.into_iter().collect()
    }
}

/// The beginning of something quoted, e-mail addresses masked and an address's query left out.
fn excerpt(about: &str) -> String {
    let about = about.split(['?', '\n']).next().unwrap_or_default().replace("%40", "@");
    let is_address = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let mut masked = String::new();
    let mut rest = about.as_str();
    while let Some(at) = rest.find('@') {
        masked.push_str(rest[..at].trim_end_matches(is_address));
        masked.push('…');
        rest = rest[at + 1..].trim_start_matches(is_address);
    }
    masked.push_str(rest);
    let mut chars = masked.chars().filter(|c| !c.is_control());
    let mut short: String = chars.by_ref().take(EXCERPT_CHARS_MAX - 1).collect();
    if chars.next().is_some() {
        short.push('…');
    }
    short
}
