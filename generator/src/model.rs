//! What the database holds, as values: rows of the public site, without any query or page.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

/// A row's time; `None` where nobody knows it any more.
pub type Time = Option<DateTime<Utc>>;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(/** A member, the same number in the public address of the profile. */ MemberId);
id!(/** An author, the same number in the public address. */ AuthorId);
id!(/** A creation's row; its address has the section and the number instead. */ CreationId);
id!(/** A genre within a section. */ GenreId);

/// How a text is written: members write Markdown, imported texts are HTML that was cleaned once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum TextFormat {
    /// Markdown as [`crate::text::markdown`] reads it; HTML in it is text.
    Markdown,
    /// Sanitised HTML, shown as it is.
    Html,
}

/// A text in one of the two formats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Markdown or HTML source.
    pub source: String,
    /// Which of the two.
    pub format: TextFormat,
}

/// What a member may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Role {
    /// Writes under the own nick.
    Member,
    /// Decides what is published.
    Editor,
    /// Decides who is an editor.
    Admin,
}

/// Who an author is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum AuthorKind {
    /// A member of the community.
    Member,
    /// A site that allowed its texts to be published again.
    Website,
    /// A name without an account.
    Anonymous,
}

/// A creation's author with what a link to it needs.
#[derive(Clone, Debug, FromRow)]
pub struct Author {
    /// The author's number.
    pub id: AuthorId,
    /// Member, website or a name alone.
    pub kind: AuthorKind,
    /// The member, where the author is one.
    pub member_id: Option<MemberId>,
    /// The name shown: a member's nick of today, or the author's own name; may be empty.
    pub name: String,
    /// Address of a website author, unchecked; may be empty.
    pub website: String,
}

/// What stands beside a text that a person wrote: the member of today, or the nick of then.
#[derive(Clone, Debug, FromRow)]
pub struct Byline {
    /// The member, where there (still) is one.
    pub member_id: Option<MemberId>,
    /// The member's nick, or the nick that was written down.
    pub nick: String,
    /// The member's level.
    pub level: Option<String>,
    /// Path of the member's icon under `UPLOADS`.
    pub icon: Option<String>,
}

/// A comment, forum post or piece of news: who, when, what.
#[derive(Clone, Debug)]
pub struct Message {
    /// Unique among messages of its kind.
    pub id: i64,
    /// Who wrote it.
    pub byline: Byline,
    /// When it was posted.
    pub posted_at: Time,
    /// What it says.
    pub body: Text,
}

/// The newest comments anywhere, with the creation that each belongs to.
#[derive(Clone, Debug)]
pub struct CommentOn {
    /// The creation, as a line of a list.
    pub creation_id: CreationId,
    /// The comment's ordinal in the discussion.
    pub ordinal: i64,
    /// The newest ordinal of the discussion.
    pub issued: i64,
    /// The comment.
    pub comment: Message,
}

/// A creation as lists show it: everything but the body.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The row.
    pub id: CreationId,
    /// The section's key.
    pub section: String,
    /// Its number in the section.
    pub number: i64,
    /// The title, as written.
    pub title: String,
    /// The last part of its address.
    pub slug: String,
    /// The author, where one is known.
    pub author_id: Option<AuthorId>,
    /// The genre, where it has one.
    pub genre_id: Option<GenreId>,
    /// Stars of all votes, imported ones included.
    pub rating_sum: i64,
    /// Number of votes, imported ones included.
    pub rating_count: i64,
    /// Has won a contest.
    pub winner: bool,
    /// How often it was read.
    pub read_count: i64,
    /// How often its file was fetched.
    pub download_count: i64,
    /// Public comments.
    pub comment_count: i64,
    /// When it became public first.
    pub published_at: Time,
    /// When anything in its text or attributes changed last; votes and comments are no change.
    pub changed_at: DateTime<Utc>,
    /// A few sentences of plain text, may be empty.
    pub synopsis: String,
    /// JSON object; its kind declares the keys.
    pub attributes: String,
}

/// A creation's remaining columns.
#[derive(Clone, Debug)]
pub struct CreationText {
    /// Where it was taken from with permission; may be empty.
    pub source_name: String,
    /// Address of that source, unchecked; may be empty.
    pub source_url: String,
    /// The body.
    pub body: Text,
}

/// The levels that a member may have: those of the community's ladder, and 8 for editors. A row with another one is
/// shown without.
pub const LEVELS: [&str; 7] = ["0", "1", "2", "3", "4", "5", "8"];

/// A member's public profile; the fields are here only where the member permits.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Profile {
    /// The member's number.
    pub id: MemberId,
    /// The nick of today.
    pub nick: String,
    /// Given name, if it may be shown.
    pub given_name: Option<String>,
    /// Family name, if it may be shown.
    pub family_name: Option<String>,
    /// `male` or `female`, if it may be shown.
    pub gender: Option<String>,
    /// Age in years as last told, if it may be shown.
    pub age: Option<i64>,
    /// Region, if it may be shown.
    pub region: Option<String>,
    /// What the member says of themselves; may be empty.
    pub description: String,
    /// How the description is written.
    pub description_format: TextFormat,
    /// `0` to `5`, or `8` for editors.
    pub level: String,
    /// Sum of what others gave.
    pub reputation: i64,
    /// Path of the icon under `UPLOADS`.
    pub icon: Option<String>,
    /// Was banned by the editors.
    pub banned: bool,
    /// Whether they let members see how they can be reached.
    pub has_contacts: bool,
    /// When the registration was approved.
    pub registered_at: Time,
    /// The member's author page.
    pub author_id: Option<AuthorId>,
}

/// A classified ad on either board, with the contacts that its author gave for it.
#[derive(Clone, Debug, FromRow)]
pub struct Ad {
    /// The row.
    pub id: i64,
    /// Its number on its board.
    pub number: i64,
    /// Key of the group in site.toml.
    pub group_key: String,
    /// The advertiser's name.
    pub name: String,
    /// Contact, may be empty.
    pub email: String,
    /// Contact, may be empty.
    pub phone: String,
    /// Contact, may be empty.
    pub mobile: String,
    /// Region, may be empty.
    pub area: String,
    /// Age, free text, may be empty.
    pub age: String,
    /// How long the advertiser has played, may be empty.
    pub experience: String,
    /// When it was posted.
    pub posted_at: Time,
    /// How the body is written.
    pub body_format: TextFormat,
    /// The ad.
    pub body: String,
}

/// A recommended page elsewhere.
#[derive(Clone, Debug, FromRow)]
pub struct WebLink {
    /// The row.
    pub id: i64,
    /// Its name.
    pub title: String,
    /// Its address, unchecked.
    pub url: String,
    /// Stars of all votes.
    pub rating_sum: i64,
    /// Number of votes.
    pub rating_count: i64,
    /// How the description is written.
    pub description_format: TextFormat,
    /// What is there; may be empty.
    pub description: String,
}

/// A file that somebody brought.
#[derive(Clone, Debug, Default, FromRow)]
pub struct Upload {
    /// Path under `UPLOADS`.
    pub path: String,
    /// Size of the file.
    pub size_bytes: i64,
    /// Pixels, where it is a picture.
    pub width: Option<i64>,
    /// Pixels, where it is a picture.
    pub height: Option<i64>,
    /// Widths of a picture's WebP copies, the smallest first, with spaces between: see [`Upload::copies`].
    pub widths: String,
}

impl Upload {
    /// A picture's WebP copies: width and path.
    pub fn copies(&self) -> impl Iterator<Item = (i64, String)> {
        copies(&self.path, &self.widths)
    }
}

/// The WebP copies of a picture with these `widths`: width and path of each. They stand beside the picture.
pub fn copies(path: &str, widths: &str) -> impl Iterator<Item = (i64, String)> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    widths.split_ascii_whitespace().filter_map(move |width| {
        let width: i64 = width.parse().ok()?;
        Some((width, format!("{stem}-{width}.webp")))
    })
}

/// An editors' page or a charter.
#[derive(Clone, Debug)]
pub struct EditorsPage {
    /// Its title, empty for a charter.
    pub title: String,
    /// For search engines; may be empty.
    pub description: String,
    /// The text.
    pub body: Text,
}

/// The board that an ad is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Board {
    /// Things: sell, buy, swap, give.
    Market,
    /// People: looking for players, companies and game masters.
    Dating,
}

impl Board {
    /// Both boards.
    pub const ALL: [Board; 2] = [Board::Market, Board::Dating];

    /// The word in the database, in page keys and in site.toml.
    pub fn key(self) -> &'static str {
        match self {
            Board::Market => "market",
            Board::Dating => "dating",
        }
    }
}
