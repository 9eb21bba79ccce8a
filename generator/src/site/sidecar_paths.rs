//! `[sidecar]` in site.toml: the paths that the sidecar answers. No file ever stands at one of them or below it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::text::slug::is_slug;

/// The first word of addresses that programs ask and nobody reads.
pub const API: &str = "api";

macro_rules! sidecar_paths {
    ($($(#[$doc:meta])* $name:ident = $default:literal,)*; $($(#[$word_doc:meta])* $word:ident = $word_default:literal,)*) => {
        /// Paths of one or more words, without slashes at their ends, and single words that stand behind an item's number.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct SidecarPaths {
            $($(#[$doc])* pub $name: String,)*
            $($(#[$word_doc])* pub $word: String,)*
        }

        impl Default for SidecarPaths {
            fn default() -> Self {
                SidecarPaths { $($name: $default.to_owned(),)* $($word: $word_default.to_owned(),)* }
            }
        }

        impl SidecarPaths {
            /// The paths with their names in site.toml.
            pub fn paths(&self) -> Vec<(&'static str, &str)> {
                vec![$((stringify!($name), self.$name.as_str())),*]
            }

            fn words(&self) -> Vec<(&'static str, &str)> {
                vec![$((stringify!($word), self.$word.as_str())),*]
            }
        }
    };
}

sidecar_paths! {
    /// Where members log in.
    login = "login",
    /// Where they log out.
    logout = "logout",
    /// What they set for themselves.
    settings = "settings",
    /// Where the form goes by which they choose the look of the pages.
    skin = "settings/skin",
    /// Where they are logged in.
    sessions = "settings/sessions",
    /// What they wrote last, with the ways to edit it.
    writings = "settings/posts",
    /// What they send to the editors, and what became of it.
    works = "settings/works",
    /// Files that members brought and nothing public shows, for themselves and the editors.
    private_files = "private-files",
    /// What a member shows of themselves.
    profile = "settings/profile",
    /// Where a member changes the e-mail address.
    email = "settings/email",
    /// All that is kept of a member, for the member.
    own_data = "settings/my-data",
    /// Where a member leaves.
    leaving = "settings/leave",
    /// Where somebody asks to become a member.
    registration = "registration",
    /// Where somebody asks for another password.
    password_reset = "password-reset",
    /// Where a link in a mail leads to choose a password.
    new_password = "new-password",
    /// Where a link in a mail leads to confirm an address.
    new_email = "new-email",
    /// Where links of mails that the old site sent lead to end such mails.
    unsubscribing = "unsubscribe",
    /// The editors' rooms.
    office = "office",
    /// What editors did.
    office_log = "office/log",
    /// Creations in every state.
    office_creations = "office/creations",
    /// Comments and forum posts, for editors.
    office_messages = "office/messages",
    /// News, drafts among them.
    office_news = "office/news",
    /// Editors' pages and charters.
    office_pages = "office/pages",
    /// Links, for editors.
    office_links = "office/links",
    /// Where editors change a thing.
    office_item = "office/edit",
    /// Where they change the files of a work.
    office_files = "office/files",
    /// What a thing was.
    office_history = "office/history",
    /// What will be published by itself.
    office_schedule = "office/schedule",
    /// Which page is in which state.
    office_state = "office/state",
    /// Members, for editors.
    office_members = "office/members",
    /// Creations that wait for an editor.
    office_queue = "office/queue",
    /// What readers told the editors.
    office_reports = "office/reports",
    /// Where anybody tells the editors about a page.
    report = "report",
    /// Where anybody looks for something.
    search = "search",
    /// Where editors decide who becomes a member.
    office_registrations = "office/registrations",
    /// Comments on creations.
    comments = "comments",
    /// Posts in the forum.
    forum_posts = "forum-posts",
    /// Votes on creations.
    votes = "votes",
    /// Ads that anybody places, by board.
    ads = "ads",
    /// Where a link in a mail leads to let an ad onto its board.
    ad_confirm = "ads/confirm",
    /// Where a link in a mail leads to take it away.
    ad_withdraw = "ads/withdraw",
    /// Ads that wait for an editor.
    office_ads = "office/ads",
    /// Contacts of members, for members.
    contacts = "contacts",
    /// A member's icon, for the member.
    icon = "settings/icon",
    ;
    /// After a comment or post: where its author edits it.
    edit = "edit",
    /// After a comment or post: where its author deletes it.
    delete = "delete",
    /// After the works: where one is begun, before the section's key.
    new = "new",
    /// After a work: where it is seen as it will be published.
    preview = "preview",
}

impl SidecarPaths {
    /// The path of a name in site.toml, with slashes at both ends.
    pub fn url(&self, path: &str) -> String {
        format!("/{path}/")
    }

    /// Where links of mails lead, before the secret that each of them has.
    pub fn links(&self) -> [&str; 5] {
        [&self.new_password, &self.new_email, &self.ad_confirm, &self.ad_withdraw, &self.unsubscribing]
    }

    /// All paths by name, with slashes at both ends.
    pub fn urls(&self) -> BTreeMap<&'static str, String> {
        self.paths().into_iter().map(|(name, path)| (name, self.url(path))).collect()
    }

    /// Whether each path and word can stand where it stands and means one thing there.
    ///
    /// # Errors
    /// Which one is wrong, and why.
    pub(super) fn check(&self) -> Result<(), String> {
        let paths = self.paths();
        for (at, (name, path)) in paths.iter().enumerate() {
            if !path.split('/').all(is_slug) {
                return Err(format!(
                    "sidecar.{name}: `{path}` may hold only a-z, 0-9 and dashes between slashes, and none at its ends"
                ));
            }
            if path.split('/').next() == Some(API) {
                return Err(format!("sidecar.{name}: what begins with `{API}/` is for programs"));
            }
            if paths[..at].iter().any(|(_, other)| other == path) {
                return Err(format!("sidecar.{name}: `{path}` is used for something else already"));
            }
        }
        let words = self.words();
        for (at, (name, word)) in words.iter().enumerate() {
            if !is_slug(word) {
                return Err(format!("sidecar.{name}: `{word}` may hold only a-z, 0-9 and dashes"));
            }
            if words[..at].iter().any(|(_, other)| other == word) {
                return Err(format!("sidecar.{name}: `{word}` is used for something else already"));
            }
        }
        Ok(())
    }
}
