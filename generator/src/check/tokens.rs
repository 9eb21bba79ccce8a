//! Single words that look private: e-mail and IPv4 addresses, hashes of passwords. Pure.

use super::Rule;

/// How the hashes of the formats begin that this program, Django and Unix write.
const HASH_PREFIXES: [&str; 10] =
    ["$argon2", "argon2$", "pbkdf2_", "bcrypt$", "bcrypt_", "scrypt$", "$2a$", "$2b$", "$2y$", "md5$"];
/// The fewest characters of a hash up to its first comma, where a word ends.
const HASH_CHARS_MIN: usize = 20;
/// Hexadecimal digits of an MD5.
const MD5_CHARS: usize = 32;
/// Shorter parts of a secret are found in ordinary text.
pub(super) const SECRET_CHARS_MIN: usize = 16;

/// Words between white space, quotes and brackets.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | '(' | ')' | '[' | ']' | ',');
    text.split(is_between).filter(|word| word.len() > 4)
}

/// Calls `each` with what looks private in a word, by the rule that it breaks.
pub(super) fn each_token(word: &str, mut each: impl FnMut(Rule, String)) {
    if word.contains('@') {
        each_email(word, |email| each(Rule::EmailAddress, email));
    }
    if word.contains('$') && HASH_PREFIXES.iter().any(|prefix| word.contains(prefix)) && word.len() >= HASH_CHARS_MIN {
        each(Rule::PasswordHash, word.to_owned());
    } else if let Some(md5) = md5(word) {
        each(Rule::PasswordHash, md5.to_owned());
    }
    if let Some(address) = ipv4(word) {
        each(Rule::IpAddress, address);
    }
}

/// The parts of a secret as it is stored that give it away by themselves.
pub(super) fn secret_parts(secret: &str) -> impl Iterator<Item = &str> {
    secret.split(['$', ',']).filter(|part| part.len() >= SECRET_CHARS_MIN)
}

/// Addresses in a word, in lower case.
fn each_email(word: &str, mut each: impl FnMut(String)) {
    let is_local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
    for (at, _) in word.match_indices('@') {
        let local = word[..at].rsplit(|c| !is_local(c)).next().unwrap_or("").trim_start_matches('.');
        let host = word[at + 1..].split(|c| !is_host(c)).next().unwrap_or("").trim_end_matches(['.', '-']);
        let domain = host.rsplit_once('.').map_or("", |(_, domain)| domain);
        let is_domain = domain.len() >= 2 && domain.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_whole = host.split('.').all(|label| !label.is_empty() && !label.starts_with('-'));
        if !local.is_empty() && is_domain && is_whole {
            each(format!("{local}@{host}").to_ascii_lowercase());
        }
    }
}

/// Thirty-two hexadecimal digits on their own, letters and digits mixed; not as the name of a file.
fn md5(word: &str) -> Option<&str> {
    if word.len() < MD5_CHARS {
        return None;
    }
    let runs = word.split(|c: char| !c.is_ascii_alphanumeric());
    runs.filter(|run| run.len() == MD5_CHARS && run.bytes().all(|byte| byte.is_ascii_hexdigit())).find(|run| {
        let begin = run.as_ptr() as usize - word.as_ptr() as usize;
        let is_name = word[..begin].ends_with('/') || word[begin + MD5_CHARS..].starts_with('.');
        let letters = run.bytes().filter(u8::is_ascii_alphabetic).count();
        !is_name && (1..MD5_CHARS).contains(&letters)
    })
}

/// Four numbers of a byte each; a port may follow, nothing else.
fn ipv4(word: &str) -> Option<String> {
    const CHARS_MIN: usize = 7;
    if word.len() < CHARS_MIN || word.bytes().filter(|byte| *byte == b'.').count() < 3 {
        return None;
    }
    let runs = word.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let address = runs.map(|run| run.trim_matches('.')).find_map(|run| run.parse::<std::net::Ipv4Addr>().ok())?;
    Some(address.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Rule, each_token, words};

    fn tokens(text: &str) -> Vec<(Rule, String)> {
        let mut found = Vec::new();
        words(text).for_each(|word| each_token(word, |rule, token| found.push((rule, token))));
        found
    }

    #[test]
    fn private_words_are_found() {
        let email = |address: &str| vec![(Rule::EmailAddress, address.to_owned())];
        assert_eq!(tokens("piš na Jan.Novak@Seznam.cz."), email("jan.novak@seznam.cz"));
        assert_eq!(tokens("<a href=\"mailto:a+b@c-d.co.uk?subject=x\">"), email("a+b@c-d.co.uk"));
        let hash = |text: &str| assert!(matches!(tokens(text).as_slice(), [(Rule::PasswordHash, _)]), "{text}");
        hash("argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA");
        hash("pbkdf2_sha256$1000000$saltsaltsalt$aGFzaGhhc2hoYXNoaGFzaA==");
        hash("bcrypt_sha256$$2b$12$abcdefghijklmnopqrstuv.wxyz");
        hash("psw=5f4dcc3b5aa765d61d8327deb882cf99");
        assert_eq!(tokens("z 192.168.10.25:8080;"), vec![(Rule::IpAddress, "192.168.10.25".to_owned())]);
    }

    #[test]
    fn public_words_are_not() {
        for text in [
            "a@b, @drak, drak@doma, @@, x@y..cz, https://medium.com/@drak/",
            "stálo to 12$ nebo 2$ a $HOME",
            "/uploads/5f4dcc3b5aa765d61d8327deb882cf99.webp https://x.test/5f4dcc3b5aa765d61d8327deb882cf99",
            "00000000000000000000000000000000 deadbeefdeadbeefdeadbeefdeadbeef0",
            "verze 1.2.3, 24.11.2026, 1.2.3.4.5, 300.1.1.1, 10.000.000 zl",
        ] {
            assert_eq!(tokens(text), [], "{text}");
        }
    }
}
