//! What a page says once after an act: what was done, and whether readers see it.

use generator::site::Site;
use serde::Deserialize;

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $message:literal;)*) => {
        /// What was done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Said {
            $($(#[$doc])* $name,)*
        }

        impl Said {
            /// The word in addresses.
            pub fn word(self) -> &'static str {
                match self { $(Said::$name => $word,)* }
            }

            fn message_of(word: &str) -> Option<&'static str> {
                match word { $($word => Some($message),)* _ => None }
            }
        }
    };
}

deeds! {
    /// Nothing: it was so already.
    Same = "same", "office-said-same";
    /// A change is kept.
    Saved = "saved", "office-said-saved";
    /// Files are kept.
    Brought = "files", "office-said-files";
    /// A picture is kept that a text may show.
    BroughtPicture = "picture", "work-picture-added";
    /// Something new is kept that waits for somebody's word.
    Draft = "draft", "office-said-draft";
    /// It is gone.
    Deleted = "deleted", "office-said-deleted";
    /// It is off the site.
    Unpublished = "unpublished", "office-said-unpublished";
    /// It is public.
    Published = "published", "office-said-published";
    /// It will be public by itself.
    Scheduled = "scheduled", "office-said-scheduled";
    /// It will not be public by itself any more.
    Unscheduled = "unscheduled", "office-said-unscheduled";
    /// It is in another section.
    Moved = "moved", "office-said-moved";
    /// It is its author's turn.
    Returned = "returned", "office-said-returned";
    /// It will not be public.
    Rejected = "rejected", "office-said-rejected";
    /// A page is to be made again.
    Rendering = "rendering", "office-said-rendering";
    /// A builder is to make everything again.
    Wished = "wished", "office-said-wished";
    /// A report is settled.
    Settled = "settled", "office-said-settled";
    /// Somebody is banned.
    Banned = "banned", "office-said-banned";
    /// Somebody is not banned any more.
    Unbanned = "unbanned", "office-said-unbanned";
    /// Somebody may do something else.
    RoleChanged = "role", "office-said-role";
    /// Somebody has another address.
    AddressChanged = "address", "office-said-address";
    /// Nobody sees somebody's icon and facts.
    Hidden = "hidden", "office-said-hidden";
    /// Somebody is a member now.
    Admitted = "admitted", "office-said-admitted";
    /// Somebody does not become a member.
    Declined = "declined", "office-said-declined";
}

/// Whether readers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// No page shows it.
    Nowhere,
    /// Its page does.
    Shown,
    /// Its page will, when a builder comes to it.
    Waits,
    /// Its page cannot be made.
    Failed,
}

impl Seen {
    const ALL: [Seen; 4] = [Seen::Nowhere, Seen::Shown, Seen::Waits, Seen::Failed];

    fn word(self) -> &'static str {
        match self {
            Seen::Nowhere => "",
            Seen::Shown => "shown",
            Seen::Waits => "waits",
            Seen::Failed => "failed",
        }
    }

    fn message(self) -> Option<&'static str> {
        match self {
            Seen::Nowhere => None,
            Seen::Shown => Some("office-seen-shown"),
            Seen::Waits => Some("office-seen-waits"),
            Seen::Failed => Some("office-seen-failed"),
        }
    }
}

/// An address that says it.
pub fn url(next: &str, said: Said, seen: Seen) -> String {
    let sign = if next.contains('?') { '&' } else { '?' };
    let seen = match seen.word() {
        "" => String::new(),
        word => format!("&seen={word}"),
    };
    format!("{next}{sign}said={}{seen}", said.word())
}

/// What a page says by the words of its address.
pub fn text(site: &Site, said: &str, seen: &str) -> Option<String> {
    let mut text = site.locale.text(Said::message_of(said)?, &[]);
    let seen = Seen::ALL.into_iter().find(|known| known.word() == seen).and_then(Seen::message);
    if let Some(message) = seen {
        text.push(' ');
        text.push_str(&site.locale.text(message, &[]));
    }
    Some(text)
}

/// The words of such an address, where a page is asked for nothing else.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
    seen: String,
}

impl Asked {
    /// As [`text`].
    pub fn text(&self, site: &Site) -> Option<String> {
        text(site, &self.said, &self.seen)
    }
}
