//! What is written into an ad: cleaned, checked, made an ad of. Pure.

use generator::model::{Board, Text, TextFormat};
use generator::publish::ads::AdText;
use generator::site::Site;
use generator::text::{line, printable};
use serde::{Deserialize, Serialize};

use crate::accounts::address::is_address;

/// Characters of an ad.
pub const TEXT_CHARS_MAX: usize = 5_000;
/// Characters of each other field.
const LINE_CHARS_MAX: usize = 100;
/// How the form of somebody without an account is sent.
const GUEST: &str = "guest";

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Fields {
    /// Key of the group.
    pub group: String,
    /// The advertiser's name.
    pub name: String,
    /// A member's is shown; a guest's is confirmed, and shown where they wish so.
    pub email: String,
    phone: String,
    mobile: String,
    area: String,
    age: String,
    experience: String,
    /// The ad.
    pub text: String,
    /// `guest` for the form of those without an account.
    r#as: String,
    /// Whether a guest's address is shown: a box that is not ticked is not there.
    shows_email: String,
    /// Filled in by machines alone.
    homepage: String,
    /// `post` or `preview`.
    r#do: String,
}

impl Fields {
    /// An empty form of a member.
    pub fn of_member(nick: &str) -> Fields {
        Fields { name: nick.to_owned(), ..Fields::default() }
    }

    /// An empty form of somebody without an account.
    pub fn of_guest() -> Fields {
        Fields { r#as: GUEST.to_owned(), shows_email: "yes".to_owned(), ..Fields::default() }
    }

    /// Whether it is sent without an account.
    pub fn is_of_guest(&self) -> bool {
        self.r#as == GUEST
    }

    /// Whether it is to be looked at first.
    pub fn is_preview(&self) -> bool {
        self.r#do == "preview"
    }

    /// As they are kept: lines in one line, no control character, nothing around them.
    pub fn tidy(self) -> Fields {
        Fields {
            group: line(&self.group),
            name: line(&self.name),
            email: line(&self.email),
            phone: line(&self.phone),
            mobile: line(&self.mobile),
            area: line(&self.area),
            age: line(&self.age),
            experience: line(&self.experience),
            text: printable(&self.text.replace("\r\n", "\n")).trim_end().to_owned(),
            ..self
        }
    }

    /// The text, Markdown.
    pub fn body(&self) -> Text {
        Text { source: self.text.clone(), format: TextFormat::Markdown }
    }

    /// The ad as everybody will see it.
    pub fn ad(&self) -> AdText {
        AdText {
            group: self.group.clone(),
            name: self.name.clone(),
            email: self.shown_email().to_owned(),
            phone: self.phone.clone(),
            mobile: self.mobile.clone(),
            area: self.area.clone(),
            age: self.age.clone(),
            experience: self.experience.clone(),
            body: self.body(),
        }
    }

    fn shown_email(&self) -> &str {
        if self.is_of_guest() && self.shows_email.is_empty() { "" } else { &self.email }
    }

    /// What is wrong with it, in the site's language.
    pub fn wrong(&self, site: &Site, board: Board) -> Option<String> {
        let say = |message: &'static str| Some(site.locale.text(message, &[]));
        let Fields { name, email, phone, mobile, area, age, experience, .. } = self;
        if self.text.trim().is_empty() {
            return say("write-empty");
        }
        if self.text.chars().count() > TEXT_CHARS_MAX {
            return Some(site.locale.text("write-long", &[("chars", (TEXT_CHARS_MAX as i64).into())]));
        }
        if !self.homepage.is_empty() {
            return say("write-trapped");
        }
        if !site.groups(board).unwrap_or_default().iter().any(|group| group.key == self.group) {
            return say("ad-group-missing");
        }
        if name.is_empty() {
            return say("ad-name-missing");
        }
        let lines = [name, email, phone, mobile, area, age, experience];
        if lines.iter().any(|line| line.chars().count() > LINE_CHARS_MAX) {
            return say("ad-line-long");
        }
        if self.is_of_guest() && email.is_empty() {
            return say("ad-address-missing");
        }
        if !email.is_empty() && !is_address(email) {
            return say("ad-email-wrong");
        }
        if self.shown_email().is_empty() && phone.is_empty() && mobile.is_empty() {
            return say(if self.is_of_guest() { "ad-contact-hidden" } else { "ad-contact-missing" });
        }
        None
    }
}
