//! What comments and forum posts share: the form with its preview, what a text must be, and the answer that shows it.

pub mod answer;
pub mod change;
pub mod deed;
pub mod places;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::TimeDelta;
use generator::model::{Text, TextFormat};
use generator::text::printable;
use generator::view::{Html, screen};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::pace::TooFast;
use crate::visitor::Member;

use self::places::Link;

/// The longest comment or post; the forms of static pages name the same number.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// How long one's own text can be edited: what others have answered to stays what it was.
pub const EDIT_WINDOW: TimeDelta = TimeDelta::minutes(15);
/// The same text at the same place within this time is one text, sent twice.
pub const SAME_TEXT_WINDOW: TimeDelta = TimeDelta::minutes(15);

/// What every form for a text sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    text: String,
    /// [`mark_of`] the text that the form was made from, where it edits one.
    was: String,
    /// Filled in by machines alone.
    homepage: String,
    /// `post` or `preview`.
    r#do: String,
}

/// A form for a text: where it goes and what it is called.
pub struct Composer {
    /// The message that heads it.
    pub title: &'static str,
    /// The path that it is sent to.
    pub action: String,
    /// What the text belongs to.
    pub place: Option<Link>,
    /// Fields that nobody sees.
    pub hidden: Vec<(&'static str, String)>,
    /// The message on its button.
    pub button: &'static str,
}

#[derive(Serialize)]
struct ComposerView<'a> {
    action: &'a str,
    place: Option<&'a Link>,
    hidden: &'a [(&'static str, String)],
    text: &'a str,
    fault: Option<String>,
    preview: Option<Html>,
    button: String,
    chars_max: usize,
}

/// What becomes of a text.
pub enum Verdict {
    /// It is posted.
    Post(Text),
    /// Its author looks at it once more.
    Again(Again),
}

/// Why an author looks at a text once more.
pub struct Again {
    status: StatusCode,
    text: String,
    fault: Option<String>,
    preview: Option<Html>,
    retry_after: Option<i64>,
}

/// By what a form knows again the text that it was made from: whoever has changed it meanwhile is not overwritten.
fn mark_of(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a text is posted now.
pub fn judge(app: &App, member: &Member, fields: &Fields) -> Verdict {
    let site = app.site();
    let locale = &site.locale;
    let source = printable(&fields.text.replace("\r\n", "\n")).trim_end().to_owned();
    let again = |status, fault| {
        let text = source.clone();
        Verdict::Again(Again { status, text, fault: Some(fault), preview: None, retry_after: None })
    };
    let too_fast = |TooFast(seconds)| {
        let fault = locale.text("write-too-fast", &[("seconds", seconds.into())]);
        let (status, text) = (StatusCode::TOO_MANY_REQUESTS, source.clone());
        Verdict::Again(Again { status, text, fault: Some(fault), preview: None, retry_after: Some(seconds) })
    };
    if source.trim().is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, locale.text("write-empty", &[]));
    }
    if source.chars().count() > TEXT_CHARS_MAX {
        let args = [("chars", (TEXT_CHARS_MAX as i64).into())];
        return again(StatusCode::UNPROCESSABLE_ENTITY, locale.text("write-long", &args));
    }
    if !fields.homepage.is_empty() {
        return again(StatusCode::UNPROCESSABLE_ENTITY, locale.text("write-trapped", &[]));
    }
    let text = Text { source: source.clone(), format: TextFormat::Markdown };
    if fields.r#do == "preview" {
        if let Err(fast) = app.paces.preview.take(member.id.0, app.now()) {
            return too_fast(fast);
        }
        let preview = Some(screen::message(&site, &text, screen::MESSAGE_HEADING_LEVEL));
        return Verdict::Again(Again { status: StatusCode::OK, text: source, fault: None, preview, retry_after: None });
    }
    match app.paces.writing.take(member.id.0, app.now()) {
        Ok(()) => Verdict::Post(text),
        Err(fast) => too_fast(fast),
    }
}

impl Composer {
    /// The form for a text that is there already, by its mark.
    fn of_text(mut self, mark: String) -> Composer {
        self.hidden.push(("was", mark));
        self
    }

    /// The form, with a text that is there already.
    pub fn with_text(&self, app: &App, text: &str) -> Response {
        let text = text.to_owned();
        self.again(app, Again { status: StatusCode::OK, text, fault: None, preview: None, retry_after: None })
    }

    /// The form once more.
    pub fn again(&self, app: &App, again: Again) -> Response {
        let locale = &app.site().locale;
        let view = ComposerView {
            action: &self.action,
            place: self.place.as_ref(),
            hidden: &self.hidden,
            text: &again.text,
            fault: again.fault,
            preview: again.preview,
            button: locale.text(self.button, &[]),
            chars_max: TEXT_CHARS_MAX,
        };
        let title = locale.text(self.title, &[]);
        let mut response = crate::screen::page(app, "write", again.status, &self.action, &title, view);
        if let Some(seconds) = again.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
