//! Things that editors change: one form, one history, one way to save for all kinds.
//!
//! [`loaded`] makes fields of a row, [`saving`] a change of fields; what lies between is the same for all.

pub mod fields;
pub mod form;
pub mod former;
pub mod history;
pub mod loaded;
pub mod page;
pub mod saving;
pub mod state;

use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use generator::site::Site;
use generator::site::sidecar_paths::SidecarPaths;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::large;
use crate::routes::{Route, get, post};

/// Stands for the key of a thing that is not there yet.
pub const NEW: &str = "new";
/// Stands for the key of the page whose slug is [`NEW`]; no slug has an underscore.
const PAGE_CALLED_NEW: &str = "_new";

/// Stands for the genre that an author wishes, which nothing public has yet.
const WANTED: &str = "wanted";

/// The addresses of this part.
pub fn routes(paths: &SidecarPaths) -> Vec<Route> {
    let item = format!("{}{{kind}}/{{key}}/", paths.url(&paths.office_item));
    let history = format!("{}{{kind}}/{{key}}/", paths.url(&paths.office_history));
    let send = post(item.clone(), form::send).taking(&large::OFFICE);
    vec![get(item, form::show), send, get(history, history::show)]
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $message:literal;)*) => {
        /// What an editor can change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            /// The word in addresses and in the database.
            pub fn word(self) -> &'static str {
                match self { $(Kind::$name => $word,)* }
            }

            /// The kind of a word.
            pub fn of_word(word: &str) -> Option<Kind> {
                match word { $($word => Some(Kind::$name),)* _ => None }
            }

            /// The message with what one of them is called.
            pub fn message(self) -> &'static str {
                match self { $(Kind::$name => $message,)* }
            }
        }
    };
}

kinds! {
    /// A member's work; its key is its row.
    Creation = "creation", "office-thing-creation";
    /// A comment on one.
    Comment = "comment", "office-thing-comment";
    /// A post in the forum.
    ForumPost = "forum-post", "office-thing-forum-post";
    /// A piece of news.
    News = "news", "office-thing-news";
    /// A page of the editors; its key is its slug.
    EditorsPage = "page", "office-thing-editors-page";
    /// A section's charter; its key is the section's.
    Charter = "charter", "office-thing-charter";
    /// A recommended page elsewhere.
    Link = "link", "office-thing-link";
    /// A classified ad.
    Ad = "ad", "office-thing-ad";
    /// What a member says of themselves; its key is the member's row.
    Description = "description", "office-thing-description";
}

/// One thing, or one that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// Which of its kind.
    pub key: String,
}

impl Item {
    /// One of its kind.
    pub fn new(kind: Kind, key: impl ToString) -> Item {
        Item { kind, key: key.to_string() }
    }

    /// A page of the editors.
    pub fn page(slug: &str) -> Item {
        Item::new(Kind::EditorsPage, if slug == NEW { PAGE_CALLED_NEW } else { slug })
    }

    /// The slug of such a page.
    pub fn slug(&self) -> &str {
        if self.key == PAGE_CALLED_NEW { NEW } else { &self.key }
    }

    /// Whether it is not there yet.
    pub fn is_new(&self) -> bool {
        self.key == NEW
    }

    /// The row, where the key is one.
    pub fn row(&self) -> Option<i64> {
        self.key.parse().ok()
    }

    /// Where it is changed.
    pub fn url(&self, site: &Site) -> String {
        let paths = &site.config.sidecar;
        format!("{}{}/{}/", paths.url(&paths.office_item), self.kind.word(), self.key)
    }

    /// The same, for who comes from a report and goes back to it.
    pub fn url_from(&self, site: &Site, report: Option<i64>) -> String {
        let query = report.map(|report| format!("?report={report}")).unwrap_or_default();
        format!("{}{query}", self.url(site))
    }

    /// Where it is seen what it was.
    pub fn history_url(&self, site: &Site) -> String {
        let paths = &site.config.sidecar;
        format!("{}{}/{}/", paths.url(&paths.office_history), self.kind.word(), self.key)
    }

    fn read(kind: &str, key: String) -> Option<Item> {
        use generator::text::slug::is_slug;
        let kind = Kind::of_word(kind)?;
        let is_new = key == NEW && matches!(kind, Kind::News | Kind::EditorsPage | Kind::Link);
        let is_possible = match kind {
            Kind::EditorsPage => is_slug(&key) || key == PAGE_CALLED_NEW,
            Kind::Charter => is_slug(&key),
            _ => key.parse::<i64>().is_ok_and(|row| row > 0 && row.to_string() == key),
        };
        (is_new || is_possible).then_some(Item { kind, key })
    }
}

impl FromRequestParts<Arc<App>> for Item {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Item> {
        let named = Path::<(String, String)>::from_request_parts(parts, app).await;
        let Ok(Path((kind, key))) = named else { return Err(Fault::NotFound.into()) };
        Item::read(&kind, key).ok_or_else(|| Fault::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, Kind};

    #[test]
    fn a_page_may_be_called_as_the_form_for_a_new_one() {
        let page = Item::page("new");
        assert_eq!(Item::read("page", page.key.clone()), Some(page.clone()));
        assert!(!page.is_new() && page.slug() == "new");
        let form = Item::read("page", "new".to_owned()).expect("a page");
        assert!(form.is_new() && form != page);
        assert_eq!(Item::page("kronika"), Item::new(Kind::EditorsPage, "kronika"));
        assert_eq!(Item::read("charter", "_new".to_owned()), None);
    }
}
