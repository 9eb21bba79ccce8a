//! What every HTML page tells its layout: title, addresses, the way back.

use serde::Serialize;

use crate::page::{Page, Part};
use crate::text::excerpt;

use super::Context;
use super::parts::{Image, Link};

/// Search engines show about this much of a description.
const DESCRIPTION_CHARS_MAX: usize = 160;

/// The page as a whole.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Head {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) path: String,
    pub(crate) canonical: String,
    pub(crate) noindex: bool,
    pub(crate) og_type: &'static str,
    pub(crate) image: Option<Image>,
    pub(crate) breadcrumbs: Vec<Link>,
    pub(crate) feeds: Vec<Link>,
    pub(crate) is_home: bool,
    pub(crate) menu_url: Option<String>,
}

impl Context<'_> {
    /// The head of a page below the home page.
    pub(crate) fn head(&self, path: &str, title: String, description: &str) -> Head {
        Head {
            title,
            description: excerpt(description, DESCRIPTION_CHARS_MAX),
            path: path.to_owned(),
            canonical: self.site.absolute(path),
            noindex: false,
            og_type: "website",
            image: None,
            breadcrumbs: vec![self.link(&Page::Home)],
            feeds: Vec::new(),
            is_home: false,
            menu_url: None,
        }
    }
}

impl Head {
    /// Puts the page below another one.
    pub(crate) fn below(mut self, parent: Link) -> Head {
        self.breadcrumbs.push(parent);
        self
    }

    /// The menu's entry that the page belongs to.
    pub(crate) fn in_menu(mut self, url: &str) -> Head {
        self.menu_url = Some(url.to_owned());
        self
    }

    /// For an archive page of a list: its title says which, it hangs below the list's head, and an emptied
    /// one is not for search engines.
    pub(crate) fn part(mut self, cx: &Context<'_>, part: Part, head_url: String, is_empty: bool) -> Head {
        if let Part::Archive(n) = part {
            self.breadcrumbs.push(Link { title: self.title.clone(), url: head_url });
            self.title = cx.t("archive-title", &[("title", &self.title), ("number", &n.to_string())]);
            self.noindex = is_empty;
        }
        self
    }
}
