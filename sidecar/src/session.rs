//! Sessions: a random token in a cookie that no script can read, its SHA-256 in the database. A second cookie, which
//! holds no secret, tells the scripts of static pages that it is worth asking who is logged in.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use generator::db::{Tx, sessions};
use generator::model::MemberId;
use sha2::{Digest, Sha256};

use crate::error::{Fault, Result};
use crate::front::Front;

/// How long somebody stays logged in.
pub const LASTS: TimeDelta = TimeDelta::days(30);
/// Sessions of one member at once; the ones not used for longest end.
const MEMBER_SESSIONS_MAX: i64 = 30;
/// How often it is noted that a session is in use.
pub const SEEN_PAUSE: TimeDelta = TimeDelta::hours(1);
/// Characters kept of what a browser calls itself.
const AGENT_CHARS_MAX: usize = 200;

const TOKEN_BYTES: usize = 32;
/// In base64 without padding.
const TOKEN_CHARS: usize = TOKEN_BYTES * 4 / 3 + 1;
const TOKEN: &str = "session";
const HINT: &str = "member";

/// The secret of a session, or of a link in a mail.
pub struct Token(String);

impl Token {
    /// One that nobody can guess.
    ///
    /// # Errors
    /// Where the system has no random numbers.
    pub fn new() -> Result<Token> {
        let mut bytes = [0; TOKEN_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| Fault::Internal(format!("cannot make a token: {error}")))?;
        Ok(Token(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The one of a link in a mail; `None` where it cannot be one.
    pub fn from_secret(secret: &str) -> Option<Token> {
        let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        (secret.len() == TOKEN_CHARS && secret.bytes().all(is_ours)).then(|| Token(secret.to_owned()))
    }

    /// What whoever has it can prove.
    pub fn secret(&self) -> &str {
        &self.0
    }

    /// The one that a request brings.
    pub fn of(headers: &HeaderMap, front: &Front) -> Option<Token> {
        // Whatever else it is, no session has it.
        Token::from_secret(value_of(headers, TOKEN, front)?)
    }

    /// What the database holds of it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The cookies of a session that begins.
    pub fn cookies(&self, front: &Front) -> [HeaderValue; 2] {
        [cookie(TOKEN, &self.0, LASTS, front), cookie(HINT, "1", LASTS, front)]
    }
}

/// Begins a session of a member, under a token that nobody knew before. The headers say in which browser; its former
/// session, if it had one, ends.
///
/// # Errors
/// Where the database fails, or the system has no random numbers.
pub async fn begin(
    tx: &mut Tx,
    headers: &HeaderMap,
    front: &Front,
    member: MemberId,
    now: DateTime<Utc>,
) -> Result<Token> {
    let token = Token::new()?;
    if let Some(former) = Token::of(headers, front) {
        sessions::end(tx, &former.hash()).await?;
    }
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(AGENT_CHARS_MAX).collect();
    let token_hash = token.hash();
    let session = sessions::NewSession { member, token_hash: &token_hash, agent: &agent, expires_at: now + LASTS };
    sessions::begin(tx, &session, now).await?;
    sessions::end_oldest(tx, member, MEMBER_SESSIONS_MAX).await?;
    Ok(token)
}

/// The cookies of a session that is over.
pub fn no_cookies(front: &Front) -> [HeaderValue; 2] {
    [cookie(TOKEN, "", TimeDelta::zero(), front), cookie(HINT, "", TimeDelta::zero(), front)]
}

/// The value of a cookie of ours that a request brings.
pub fn value_of<'a>(headers: &'a HeaderMap, name: &str, front: &Front) -> Option<&'a str> {
    let name = cookie_name(name, front);
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|cookie| cookie.trim().split_once('='));
    Some(cookies.find(|(known, _)| *known == name)?.1)
}

/// Browsers let nobody but the host itself set a cookie with this prefix, and that on https alone.
fn cookie_name(name: &str, front: &Front) -> String {
    if front.is_secure() { format!("__Host-{name}") } else { name.to_owned() }
}

/// A cookie of ours; no script reads the session's.
pub fn cookie(name: &str, value: &str, lasts: TimeDelta, front: &Front) -> HeaderValue {
    let secure = if front.is_secure() { "; Secure" } else { "" };
    let script = if name == TOKEN { "; HttpOnly" } else { "" };
    let (name, seconds) = (cookie_name(name, front), lasts.num_seconds());
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{script}{secure}");
    HeaderValue::from_str(&text).expect("names, words, numbers and base64 are visible ASCII")
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::Token;
    use crate::front::Front;

    #[test]
    fn cookies_are_the_hosts_own_where_they_can_be() {
        let token = Token::new().expect("random numbers");
        let secure = Front::new("https://www.example.org");
        let [cookie, hint] = token.cookies(&secure);
        let (name, rest) = cookie.to_str().expect("ASCII").split_once('=').expect("a value");
        let (value, attributes) = rest.split_once("; ").expect("attributes");
        assert_eq!((name, value.len()), ("__Host-session", 43));
        assert_eq!(attributes, "Path=/; Max-Age=2592000; SameSite=Lax; HttpOnly; Secure");
        assert_eq!(hint, "__Host-member=1; Path=/; Max-Age=2592000; SameSite=Lax; Secure");
        let [plain, _] = token.cookies(&Front::new("http://localhost:8000"));
        assert_eq!(plain, format!("session={value}; Path=/; Max-Age=2592000; SameSite=Lax; HttpOnly"));

        let mut headers = HeaderMap::new();
        let sent = format!("a=b; session=short; __Host-session={value}");
        headers.insert(header::COOKIE, HeaderValue::from_str(&sent).expect("ASCII"));
        assert_eq!(Token::of(&headers, &secure).map(|token| token.hash()), Some(token.hash()));
        assert!(Token::of(&headers, &Front::new("http://localhost:8000")).is_none());
        assert_ne!(Token::new().expect("random numbers").hash(), token.hash());
    }
}
