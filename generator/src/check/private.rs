//! What must not be public. Files are searched for words that look private and, with a database, for passages of its
//! private texts. What is found is a suspect: it is none any more where the site's own files or a public row of the
//! database hold the very same, since then somebody published it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::passages::{each_landmark, each_passage};
use super::tokens::{SECRET_CHARS_MIN, each_token, secret_parts, words};
use super::{Checker, Rule};
use crate::check::files::Files;
use crate::check::findings::Findings;
use crate::db::private::{self, Source};
use crate::db::{self, Tx};
use crate::files::SiteFiles;
use crate::page::Page;
use crate::site::Site;

/// Files that are named of each suspect.
const FILES_NAMED: usize = 10;
/// The fewest digits of a messenger's number that are looked for; shorter ones are ordinary numbers.
const ICQ_DIGITS_MIN: usize = 6;
/// Digits of a telephone number without its country, as in the countries that the first sites are for.
const PHONE_DIGITS: usize = 9;
/// The most characters between two groups of a telephone number's digits.
const PHONE_GAP_MAX: usize = 2;
/// The fewest letters of a name that is looked for; shorter ones are ordinary words.
const NAME_CHARS_MIN: usize = 4;
/// Attributes that only drawings and their places fill with numbers.
const DRAWN: [&str; 6] = ["d", "points", "transform", "viewBox", "width", "height"];
/// The attribute that holds an ad's address backwards, see [`crate::text::contact`].
const REVERSED: &str = "data-mail";

/// What the database knows and no file may hold; nothing where there is no database.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    /// Whose an address is.
    emails: HashMap<String, String>,
    icq_numbers: HashSet<String>,
    /// The last digits of telephone numbers.
    phones: HashSet<String>,
    /// Words of names and regions, in small letters, that a member does not show, by the file of the member's profile.
    names: HashMap<u32, Vec<String>>,
    /// Parts of credentials.
    credentials: HashSet<String>,
    /// Landmarks of texts.
    passages: HashSet<u64>,
}

/// What files hold that may be private, with the numbers of the files.
#[derive(Debug, Default)]
pub(super) struct Suspects {
    tokens: BTreeMap<(Rule, String), BTreeSet<u32>>,
    /// The first file of each.
    passages: HashMap<u64, u32>,
}

impl Secrets {
    /// Reads what is private.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn load(tx: &mut Tx) -> db::Result<Secrets> {
        let mut secrets = Secrets::default();
        for source in private::EMAILS {
            let add = |number: i64, email: &str| {
                secrets.emails.entry(email.trim().to_lowercase()).or_insert_with(|| row(source, number));
            };
            private::each_row(tx, source, add).await?;
        }
        for source in private::ICQ_NUMBERS {
            let add = |_: i64, icq: &str| {
                let digits = digits(icq);
                if digits.len() >= ICQ_DIGITS_MIN {
                    secrets.icq_numbers.insert(digits);
                }
            };
            private::each_row(tx, source, add).await?;
        }
        for source in private::PHONES {
            private::each_row(tx, source, |_, numbers| each_phone(numbers, |digits| secrets.phones.extend([digits])))
                .await?;
        }
        for source in private::CREDENTIALS {
            let add = |_: i64, secret: &str| secrets.credentials.extend(secret_parts(secret).map(str::to_owned));
            private::each_row(tx, source, add).await?;
        }
        for source in private::TEXTS {
            let add = |_: i64, text: &str| each_landmark(text, |passage| secrets.passages.extend([passage]));
            private::each_row(tx, source, add).await?;
        }
        Ok(secrets)
    }
}

impl Secrets {
    /// Reads which names are not to stand on which of the files.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn load_names(&mut self, tx: &mut Tx, files: &Files, site: &Site) -> db::Result<()> {
        let mut profiles: HashMap<i64, u32> = HashMap::new();
        for file in files.iter().filter(|file| file.suffix() == "html") {
            if let Some(Page::Member(id)) = site.config.paths.parse(&file.path()).map(|parsed| parsed.page) {
                profiles.insert(id.0, file.number);
            }
        }
        for source in private::NAMES {
            let add = |member: i64, name: &str| {
                let Some(file) = profiles.get(&member) else { return };
                let long = name_words(name).filter(|word| word.chars().count() >= NAME_CHARS_MIN);
                self.names.entry(*file).or_default().extend(long.map(str::to_lowercase));
            };
            private::each_row(tx, source, add).await?;
        }
        Ok(())
    }
}

impl Suspects {
    /// Searches running text of a file.
    pub(super) fn text(&mut self, secrets: &Secrets, file: u32, text: &str) {
        self.words(secrets, file, text);
        if !secrets.phones.is_empty() {
            each_phone(text, |digits| {
                if secrets.phones.contains(&digits) {
                    self.suspect(Rule::PhoneNumber, digits, file);
                }
            });
        }
        if let Some(names) = secrets.names.get(&file) {
            for word in name_words(text).map(str::to_lowercase).filter(|word| names.contains(word)) {
                self.suspect(Rule::PersonalName, word, file);
            }
        }
        if !secrets.passages.is_empty() {
            each_passage(text, |passage, _| {
                if secrets.passages.contains(&passage) {
                    let first = self.passages.entry(passage).or_insert(file);
                    *first = file.min(*first);
                }
            });
        }
    }

    /// Searches an attribute's value.
    pub(super) fn attribute(&mut self, secrets: &Secrets, file: u32, name: &str, value: &str) {
        match name {
            REVERSED => {
                let address: String = value.chars().rev().map(|c| if c == ' ' { '@' } else { c }).collect();
                let address = address.to_lowercase();
                if secrets.emails.contains_key(&address) {
                    self.suspect(Rule::EmailAddress, address, file);
                }
            }
            name if DRAWN.contains(&name) => {}
            _ => self.text(secrets, file, value),
        }
    }

    fn words(&mut self, secrets: &Secrets, file: u32, text: &str) {
        for word in words(text) {
            each_token(word, |rule, token| self.suspect(rule, token, file));
            if !secrets.icq_numbers.is_empty() {
                each_number(word, |digits| {
                    if secrets.icq_numbers.contains(&digits) {
                        self.suspect(Rule::IcqNumber, digits, file);
                    }
                });
            }
            if word.len() >= SECRET_CHARS_MIN && !secrets.credentials.is_empty() {
                for part in secret_parts(word).filter(|part| secrets.credentials.contains(*part)) {
                    self.suspect(Rule::PasswordHash, part.to_owned(), file);
                }
            }
        }
    }

    fn suspect(&mut self, rule: Rule, token: String, file: u32) {
        let files = self.tokens.entry((rule, token)).or_default();
        files.insert(file);
        if files.len() > FILES_NAMED {
            files.pop_last();
        }
    }

    /// Adds those of other files.
    pub(super) fn merge(&mut self, other: Suspects) {
        for ((rule, token), files) in other.tokens {
            files.into_iter().for_each(|file| self.suspect(rule, token.clone(), file));
        }
        for (passage, file) in other.passages {
            let first = self.passages.entry(passage).or_insert(file);
            *first = file.min(*first);
        }
    }

    fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.passages.is_empty()
    }

    /// What is in a public text is none.
    fn clear(&mut self, text: &str) {
        for word in words(text) {
            each_token(word, |rule, token| {
                self.tokens.remove(&(rule, token));
            });
            each_number(word, |digits| {
                self.tokens.remove(&(Rule::IcqNumber, digits));
            });
        }
        if self.tokens.keys().any(|(rule, _)| *rule == Rule::PhoneNumber) {
            each_phone(text, |digits| drop(self.tokens.remove(&(Rule::PhoneNumber, digits))));
        }
        if self.tokens.keys().any(|(rule, _)| *rule == Rule::PersonalName) {
            for word in name_words(text) {
                self.tokens.remove(&(Rule::PersonalName, word.to_lowercase()));
            }
        }
        if !self.passages.is_empty() {
            each_passage(text, |passage, _| {
                self.passages.remove(&passage);
            });
        }
    }

    /// Clears what the site's own files and addresses hold; sample content is no part of a site.
    pub(super) fn clear_files(&mut self, files: &SiteFiles, site: &Site) {
        [&site.url, &site.uploads_url].into_iter().for_each(|url| self.clear(url));
        let content = files.content.iter().filter(|(name, _)| !name.starts_with("demo/")).map(|(_, file)| file);
        let all = content.chain(files.templates.values()).chain(files.statics.values());
        all.filter_map(|file| file.text().ok()).for_each(|text| self.clear(text));
    }

    /// Clears what somebody published.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn clear_published(&mut self, tx: &mut Tx) -> db::Result<()> {
        for source in private::PUBLISHED {
            if self.is_empty() {
                break;
            }
            private::each_row(tx, source, |_, text| self.clear(text)).await?;
        }
        Ok(())
    }

    /// What is left is private. A finding tells whose, and never the thing itself.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn report(
        self,
        checker: &Checker<'_>,
        tx: Option<&mut Tx>,
        findings: &mut Findings,
    ) -> db::Result<()> {
        for ((rule, token), files) in &self.tokens {
            let what = match rule {
                Rule::EmailAddress => match checker.secrets.emails.get(token) {
                    Some(owner) => format!("the address of {owner}"),
                    None => format!("{}, which nobody published", masked(token)),
                },
                Rule::IpAddress => format!("{}, which nobody published", masked(token)),
                Rule::IcqNumber => "the number of an account".to_owned(),
                Rule::PhoneNumber => "the number of an ad that is not public".to_owned(),
                Rule::PersonalName => "a name or region that its owner does not show".to_owned(),
                _ => "a password's hash or another secret".to_owned(),
            };
            for file in files {
                findings.add(checker.files.file(*file).key, *rule, what.clone());
            }
        }
        let Some(tx) = tx.filter(|_| !self.passages.is_empty()) else { return Ok(()) };
        for source in private::TEXTS {
            let add = |number: i64, text: &str| {
                let mut files = BTreeSet::new();
                each_landmark(text, |passage| files.extend(self.passages.get(&passage)));
                for file in files {
                    let what = format!("a passage of {}", row(source, number));
                    findings.add(checker.files.file(file).key, Rule::PrivateText, what);
                }
            };
            private::each_row(tx, source, add).await?;
        }
        Ok(())
    }
}

fn row(source: &Source, number: i64) -> String {
    format!("{} {number}", source.name)
}

/// Enough for an editor who looks for it, too little for anybody else.
fn masked(token: &str) -> String {
    let (before, behind) = match token.split_once('@') {
        Some((local, host)) => (local, format!("@{host}")),
        None => (token, String::new()),
    };
    format!("{}…{behind}", before.chars().next().unwrap_or('…'))
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Words that names are made of.
fn name_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The last [`PHONE_DIGITS`] digits of what may be telephone numbers: people write them in groups, with a country or
/// without, and one behind the other.
fn each_phone(text: &str, mut each: impl FnMut(String)) {
    let mut digits = String::new();
    let mut between = 0;
    for c in text.chars().chain(['.', '.', '.']) {
        if c.is_ascii_digit() {
            digits.push(c);
            between = 0;
            continue;
        }
        if between == 0 && digits.len() >= PHONE_DIGITS {
            each(digits[digits.len() - PHONE_DIGITS..].to_owned());
        }
        between += 1;
        let is_within =
            between <= PHONE_GAP_MAX && (c.is_whitespace() || matches!(c, '-' | '/' | '.' | '(' | ')' | '+'));
        if !is_within {
            digits.clear();
        }
    }
}

/// Numbers in a word, dashes between their digits left out.
fn each_number(word: &str, mut each: impl FnMut(String)) {
    if word.bytes().filter(u8::is_ascii_digit).count() < ICQ_DIGITS_MIN {
        return;
    }
    for run in word.split(|c: char| !c.is_ascii_digit() && c != '-') {
        let digits = digits(run);
        if digits.len() >= ICQ_DIGITS_MIN {
            each(digits);
        }
    }
}
