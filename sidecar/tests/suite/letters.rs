//! Mails as their readers see them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A mail that was written to a file.
#[derive(Debug)]
pub struct Mail {
    pub to: String,
    /// The whole head.
    pub head: String,
    pub text: String,
    pub html: String,
}

impl Mail {
    /// Reads a message of two parts, text and HTML.
    pub fn read(message: &str) -> Mail {
        let (head, body) = message.split_once("\r\n\r\n").unwrap();
        let (_, boundary) = head.split_once("boundary=\"").unwrap();
        let boundary = format!("--{}", boundary.split('"').next().unwrap());
        let parts: Vec<String> = body.split(&boundary).skip(1).take(2).map(part).collect();
        let to = head.lines().find_map(|line| line.strip_prefix("To: ")).unwrap().to_owned();
        Mail { to, head: head.to_owned(), text: parts[0].clone(), html: parts[1].clone() }
    }

    /// The addresses in it.
    pub fn links(&self) -> Vec<&str> {
        self.text.split_whitespace().filter(|word| word.starts_with("http")).collect()
    }
}

fn part(part: &str) -> String {
    let (head, body) = part.split_once("\r\n\r\n").unwrap();
    let encoding = head.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: ")).unwrap();
    match encoding.trim() {
        "base64" => String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap(),
        "quoted-printable" => quoted(body),
        "7bit" => body.to_owned(),
        other => panic!("{other}"),
    }
}

fn quoted(body: &str) -> String {
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_str();
    while let Some(at) = rest.find('=') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        bytes.push(u8::from_str_radix(&rest[at + 1..at + 3], 16).unwrap());
        rest = &rest[at + 3..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap()
}
