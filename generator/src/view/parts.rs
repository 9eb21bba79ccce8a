//! The small things that many pages show: links, times, ratings, bylines, pictures, texts.

use std::borrow::Cow;
use std::collections::HashMap;

use minijinja::Value;
use serde::{Serialize, Serializer};

use chrono::{DateTime, Utc};

use crate::db::lists::Items;
use crate::model::{
    Author, AuthorId, AuthorKind, Byline, LEVELS, MemberId, Message, Summary, Text, TextFormat, Time, Upload,
};
use crate::page::{Page, Part};
use crate::site::Site;
use crate::text::markdown::{self, Known, Place};
use crate::text::moment;
use crate::text::slug::{is_slug, slug_or};
use crate::text::stored;

use super::Context;
use super::screen::MESSAGE_HEADING_LEVEL;

/// HTML that is safe to print, as the value that templates get: it is long, and copied no more than once.
#[derive(Clone, Debug)]
pub struct Html(Value);

impl Html {
    /// Takes HTML that is well-formed and says nothing that a reader's browser must not obey.
    pub(crate) fn new(html: String) -> Html {
        Html(Value::from_safe_string(html))
    }

    /// The markup.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str().unwrap_or_default()
    }

    /// The same after a change that leaves it well-formed and harmless.
    pub(crate) fn map(&self, change: impl FnOnce(&str) -> String) -> Html {
        Html::new(change(self.as_str()))
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// A title that leads somewhere.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) title: String,
    pub(crate) url: String,
}

/// A time for machines and, in the site's zone and language, for people.
#[derive(Clone, Debug, Serialize)]
pub struct Moment {
    pub(crate) iso: String,
    pub(crate) date: String,
    /// Day and time, for people.
    pub full: String,
}

/// A day, as lists show it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Day {
    pub(crate) iso: String,
    pub(crate) date: String,
}

/// The stars of a contest's winner.
pub(crate) const STARS_MAX: i64 = 6;

/// Stars from 0 to 5, or [`STARS_MAX`].
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Rating {
    pub(crate) stars: i64,
    pub(crate) votes: i64,
}

/// A picture, with its size where it is known.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Image {
    pub(crate) url: String,
    pub(crate) width: Option<i64>,
    pub(crate) height: Option<i64>,
    pub(crate) alt: String,
    /// Its WebP copies as an attribute names them.
    pub(crate) srcset: Option<String>,
}

/// Who wrote a creation.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AuthorLink {
    pub(crate) name: String,
    pub(crate) url: Option<String>,
}

/// Who wrote a message.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MemberLink {
    pub(crate) nick: String,
    pub(crate) url: Option<String>,
    pub(crate) level: Option<String>,
    pub(crate) icon: Option<Image>,
}

/// The pages of a list around this one.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Pager {
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
    pub(crate) archive: Option<i64>,
}

/// A comment, post or piece of news.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Comment {
    pub(crate) anchor: String,
    pub(crate) permalink: String,
    pub(crate) author: MemberLink,
    pub(crate) posted: Option<Moment>,
    pub(crate) body: Html,
}

/// The items of a part of a list, each with the address of its permanent page; empty on an archive page, which is it.
pub(crate) fn permanent_pages(
    items: &Items,
    size: i64,
    page: impl Fn(Part) -> String,
) -> impl Iterator<Item = (i64, String)> {
    items.ids.iter().enumerate().map(move |(at, id)| {
        let ordinal = items.ordinals.get(at);
        (*id, ordinal.map(|ordinal| page(Part::permanent(*ordinal, items.issued, size))).unwrap_or_default())
    })
}

/// How a rating is shown: the average of all votes rounded to whole stars, [`STARS_MAX`] for a winner.
pub(crate) fn rating(sum: i64, count: i64, winner: bool) -> Rating {
    let stars = match (winner, count) {
        (true, _) => STARS_MAX,
        (false, ..=0) => 0,
        // Rounded half up, in integers, so that both engines and all machines agree.
        (false, count) => ((2 * sum + count) / (2 * count)).clamp(0, 5),
    };
    Rating { stars, votes: count }
}

/// The pages around a part of a list that has issued so many ordinals. Nobody is told how many pages there
/// are: a page's links would change with every new one.
pub(crate) fn pager(issued: i64, size: i64, part: Part, url: impl Fn(Part) -> String) -> Pager {
    let last = (issued + size - 1) / size;
    match part {
        Part::Head => Pager {
            newer: None,
            older: (issued > size).then(|| url(Part::Archive((issued - 1) / size))),
            archive: None,
        },
        Part::Archive(n) => Pager {
            newer: Some(if n < last { url(Part::Archive(n + 1)) } else { url(Part::Head) }),
            older: (n > 1).then(|| url(Part::Archive(n - 1))),
            archive: Some(n),
        },
    }
}

impl Context<'_> {
    /// A page's path where it needs no slug.
    pub(crate) fn path(&self, page: &Page) -> String {
        self.site.path(page, "")
    }

    /// A link to a page that configuration makes.
    pub(crate) fn link(&self, page: &Page) -> Link {
        Link { title: self.site.title(page).unwrap_or_else(|| page.to_string()), url: self.path(page) }
    }

    /// A link to a section's head; a section that is not configured any more has no page.
    pub(crate) fn section_link(&self, section: &str) -> Link {
        self.link(&Page::Section { section: section.to_owned(), part: Part::Head })
    }

    /// A message of the locale.
    pub(crate) fn t(&self, id: &'static str, args: &[(&'static str, &str)]) -> String {
        let args: Vec<_> = args.iter().map(|(name, value)| (*name, (*value).into())).collect();
        self.site.locale.text(id, &args)
    }

    /// A time as templates show it.
    pub(crate) fn moment(&self, time: Time) -> Option<Moment> {
        time.map(|time| moment_of(self.site, time))
    }

    /// A time's day, as lists show it.
    pub(crate) fn day(&self, time: Time) -> Option<Day> {
        time.map(|time| Day { iso: moment::iso(time), date: self.site.day(time) })
    }

    /// A creation's path.
    pub(crate) fn creation_path(&self, summary: &Summary) -> String {
        let page = Page::Creation { section: summary.section.clone(), number: summary.number };
        self.site.path(&page, &self.creation_slug(summary))
    }

    /// A creation's slug; a row's own one that is none never becomes part of an address.
    pub(crate) fn creation_slug<'s>(&self, summary: &'s Summary) -> Cow<'s, str> {
        if is_slug(&summary.slug) {
            Cow::Borrowed(&summary.slug)
        } else {
            Cow::Owned(slug_or(&summary.slug, &self.site.config.paths.creation_without_slug))
        }
    }

    /// A creation's title and path.
    pub(crate) fn creation_link(&self, summary: &Summary) -> Link {
        Link { title: title(summary), url: self.creation_path(summary) }
    }

    /// A member's path.
    pub(crate) fn member_path(&self, id: MemberId, nick: &str) -> String {
        self.site.path(&Page::Member(id), &slug_or(nick, &self.site.config.paths.person_without_slug))
    }

    /// An author's name; there is always something to read.
    pub(crate) fn author_name(&self, author: &Author) -> String {
        let name = author.name.trim();
        if name.is_empty() { self.t("author-unknown", &[]) } else { name.to_owned() }
    }

    /// An author's path, or that of one of the archive pages.
    pub(crate) fn author_path(&self, author: &Author, part: Part) -> String {
        let slug = slug_or(&author.name, &self.site.config.paths.person_without_slug);
        self.site.path(&Page::Author { id: author.id, part }, &slug)
    }

    /// A link to a creation's author.
    pub(crate) fn author_link(&self, id: Option<AuthorId>) -> Option<AuthorLink> {
        let author = self.rows.authors.get(&id?)?;
        Some(AuthorLink { name: self.author_name(author), url: Some(self.author_path(author, Part::Head)) })
    }

    /// The address of a member's author page.
    pub(crate) fn works_path(&self, id: Option<AuthorId>, nick: &str) -> Option<String> {
        let author = Author {
            id: id?,
            kind: AuthorKind::Member,
            member_id: None,
            name: nick.to_owned(),
            website: String::new(),
        };
        Some(self.author_path(&author, Part::Head))
    }

    /// A link to a member, or the nick alone of somebody who is none.
    pub(crate) fn member_link(&self, byline: &Byline) -> MemberLink {
        let nick = match byline.nick.trim() {
            "" => self.t("member-deleted", &[]),
            nick => nick.to_owned(),
        };
        MemberLink {
            url: byline.member_id.map(|id| self.member_path(id, &byline.nick)),
            level: byline.level.clone().filter(|level| LEVELS.contains(&level.as_str())),
            icon: byline.icon.as_deref().map(|path| self.image(path, "")),
            nick,
        }
    }

    /// An uploaded picture.
    pub(crate) fn image(&self, path: &str, alt: &str) -> Image {
        let upload = self.rows.uploads.get(path);
        Image {
            url: self.site.upload_url(path),
            width: upload.and_then(|upload| upload.width),
            height: upload.and_then(|upload| upload.height),
            alt: alt.to_owned(),
            srcset: upload.map(|upload| self.srcset(upload)).filter(|srcset| !srcset.is_empty()),
        }
    }

    /// The addresses of a picture's WebP copies with their widths.
    fn srcset(&self, upload: &Upload) -> String {
        let copies = upload.copies().map(|(width, path)| format!("{} {width}w", self.site.upload_url(&path)));
        copies.collect::<Vec<_>>().join(", ")
    }

    /// A text as HTML, its headings below `heading_level`, its ids beginning with `prefix`.
    pub(crate) fn html(&self, text: &Text, heading_level: usize, prefix: &str) -> Html {
        let known_of = |path: &str| {
            let upload = self.rows.uploads.get(path)?;
            Some(Known { width: upload.width?, height: upload.height?, srcset: self.srcset(upload) })
        };
        let place = Place {
            heading_shift: heading_level,
            id_prefix: prefix,
            uploads_url: &self.site.uploads_url,
            known_of: &known_of,
            table_label: &self.t("table-region", &[]),
        };
        Html::new(match text.format {
            TextFormat::Html => stored::html(&text.source, place),
            TextFormat::Markdown => markdown::html(&text.source, place),
        })
    }

    /// A Markdown text where there is any.
    pub(crate) fn optional_html(
        &self,
        source: &str,
        format: TextFormat,
        heading_level: usize,
        prefix: &str,
    ) -> Option<Html> {
        let text = Text { source: source.to_owned(), format };
        (!source.trim().is_empty()).then(|| self.html(&text, heading_level, prefix))
    }

    /// A message as templates show it, with the page where it will always be; its headings stand below the message's own
    /// place in the outline.
    pub(crate) fn comment(&self, message: &Message, page: &str) -> Comment {
        let anchor = format!("c{}", message.id);
        Comment {
            permalink: format!("{page}#{anchor}"),
            author: self.member_link(&message.byline),
            posted: self.moment(message.posted_at),
            body: self.html(&message.body, MESSAGE_HEADING_LEVEL, &format!("{anchor}-")),
            anchor,
        }
    }

    /// The messages of a list that are there.
    pub(crate) fn comments(
        &self,
        items: &Items,
        size: i64,
        from: &HashMap<i64, Message>,
        page: impl Fn(Part) -> String,
    ) -> Vec<Comment> {
        let with_pages = permanent_pages(items, size, page);
        with_pages.filter_map(|(id, page)| Some(self.comment(from.get(&id)?, &page))).collect()
    }

    /// The creations of a list that are public.
    pub(crate) fn summaries<'a>(&'a self, items: &'a Items) -> impl Iterator<Item = &'a Summary> {
        items.ids.iter().filter_map(|id| self.rows.summaries.get(id))
    }
}

/// A creation's title; one of nothing but spaces still has something to click on.
pub(crate) fn title(summary: &Summary) -> String {
    let title = crate::text::printable(summary.title.trim());
    if title.is_empty() { format!("#{}", summary.number) } else { title.into_owned() }
}

/// A time as templates show it.
pub(crate) fn moment_of(site: &Site, time: DateTime<Utc>) -> Moment {
    let parts = moment::local_parts(time, site.zone);
    let args = [
        ("day", parts.day.into()),
        ("month", parts.month.into()),
        ("year", parts.year.into()),
        ("hour", parts.hour.into()),
        ("minute", parts.minute.into()),
    ];
    Moment { iso: moment::iso(time), date: site.day(time), full: site.locale.text("moment-full", &args) }
}
