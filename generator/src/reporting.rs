//! Errors for Sentry, or any server that speaks its language: what went wrong where, and nothing of whom it happened to.
//!
//! Errors that end or hold up a program's work are reported, so are panics. Addresses of mails and machines, nicks in paths, cookies, bodies do
//! not go out: requests are not attached at all, and texts pass through [`scrubbed`].

use std::borrow::Cow;
use std::sync::Arc;

use anyhow::anyhow;
use sentry::protocol::Event;
use sentry::{ClientInitGuard, ClientOptions, Level};

/// The version, and which program of that version it is: between two releases it stays the same.
const RELEASE: &str = concat!("graveyard@", env!("CARGO_PKG_VERSION"), "+", env!("GRAVEYARD_BUILD_ID"));

/// Begins to report to what `SENTRY_DSN` names, as `SENTRY_ENVIRONMENT`; `None` where it is not set.
///
/// # Errors
/// What is no DSN.
pub fn begin() -> anyhow::Result<Option<ClientInitGuard>> {
    let variable = |name| std::env::var(name).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let Some(dsn) = variable("SENTRY_DSN") else { return Ok(None) };
    // It holds a key.
    let dsn = dsn.parse().map_err(|_| anyhow!("SENTRY_DSN: it is no address such as https://KEY@HOST/PROJECT"))?;
    let environment = variable("SENTRY_ENVIRONMENT").unwrap_or_else(|| "production".to_owned());
    let mut options = ClientOptions::new().send_default_pii(false).attach_stacktrace(false).max_breadcrumbs(0);
    options.dsn = Some(dsn);
    options.release = Some(Cow::Borrowed(RELEASE));
    options.environment = Some(Cow::Owned(environment));
    options.before_send = Some(Arc::new(|event| Some(without_people(event))));
    Ok(Some(sentry::init(options)))
}

/// Reports an error, with what it is about: `route`, `page`.
pub fn error(message: String, tags: &[(&str, &str)]) {
    let mut event = Event { message: Some(message), level: Level::Error, ..Event::default() };
    event.tags.extend(tags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    sentry::capture_event(event);
}

/// What goes out of an event.
fn without_people(mut event: Event<'static>) -> Event<'static> {
    event.user = None;
    event.request = None;
    event.server_name = None;
    event.breadcrumbs = Vec::new().into();
    event.extra.clear();
    event.message = event.message.map(|text| scrubbed(&text));
    for exception in &mut event.exception {
        exception.value = exception.value.take().map(|text| scrubbed(&text));
    }
    for tag in event.tags.values_mut() {
        *tag = scrubbed(tag);
    }
    event
}

/// A text without addresses of mails and machines, and without the slugs of paths, which are nicks and titles.
pub fn scrubbed(text: &str) -> String {
    let is_part = |c: char| !(c.is_whitespace() || "\"'`(),;<>[]{}=".contains(c));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        out.push_str(&scrubbed_word(word));
        let other = behind.chars().next().map_or(0, char::len_utf8);
        out.push_str(&behind[..other]);
        rest = &behind[other..];
    }
    out
}

fn scrubbed_word(word: &str) -> Cow<'_, str> {
    let bare = word.trim_matches(|c| ".:!?".contains(c));
    let host = bare
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(bare, |(host, _)| host);
    if bare.contains('@') {
        return Cow::Borrowed("[address]");
    }
    if host.parse::<std::net::IpAddr>().is_ok() || bare.parse::<std::net::IpAddr>().is_ok() {
        return Cow::Borrowed("[ip]");
    }
    if !word.contains('/') {
        return Cow::Borrowed(word);
    }
    let part = |part: &str| match part.split_once('-') {
        Some((number, _)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{number}-…")
        }
        _ => part.to_owned(),
    };
    Cow::Owned(word.split('/').map(part).collect::<Vec<_>>().join("/"))
}

#[cfg(test)]
mod tests {
    use super::scrubbed;

    #[test]
    fn people_are_left_out() {
        for (text, expected) in [
            ("cannot mail almara@example.org now", "cannot mail [address] now"),
            ("from 192.0.2.7: refused", "from [ip] refused"),
            ("from (192.0.2.7:5432) and 2001:db8::1.", "from ([ip]) and [ip]"),
            ("its address /uzivatel/12-almara/ is taken", "its address /uzivatel/12-…/ is taken"),
            ("GET /rubriky/clanky/5-jak-na-draka/strana/2/", "GET /rubriky/clanky/5-…/strana/2/"),
            ("creation/bestiar/2: žádné 3-4 kostky", "creation/bestiar/2: žádné 3-4 kostky"),
            ("templates/creation.html:12: undefined", "templates/creation.html:12: undefined"),
        ] {
            assert_eq!(scrubbed(text), expected);
        }
    }
}
