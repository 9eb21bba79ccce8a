//! The language of rules by which lines of the log are told to the operators, as log services have it: words and "phrases"
//! that a line contains, whatever their case; a minus before what it must not contain; AND, which may be left out; OR, which
//! binds closer; brackets. Pure.

use serde::Deserialize;

/// What a site has that says nothing of it.
pub const DEFAULT: &str = r#"Warning: OR [WARNING] -("[WARNING] Worker with pid" AND ("was terminated due to signal 19" OR "was terminated due to signal 15")) -"[WARNING] Not Found: /favicon.ico""#;

/// Brackets within brackets.
const DEPTH_MAX: usize = 32;

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Rule {
    /// The line contains it; in lower case.
    Contains(String),
    /// It does not hold.
    Not(Box<Rule>),
    /// All of them hold.
    All(Vec<Rule>),
    /// One of them holds.
    Any(Vec<Rule>),
}

impl Rule {
    /// Whether it holds of a line.
    pub fn matches(&self, line: &str) -> bool {
        self.holds(&line.to_lowercase())
    }

    fn holds(&self, line: &str) -> bool {
        match self {
            Rule::Contains(text) => line.contains(text),
            Rule::Not(rule) => !rule.holds(line),
            Rule::All(rules) => rules.iter().all(|rule| rule.holds(line)),
            Rule::Any(rules) => rules.iter().any(|rule| rule.holds(line)),
        }
    }
}

impl TryFrom<String> for Rule {
    type Error = String;

    fn try_from(text: String) -> Result<Rule, String> {
        text.parse()
    }
}

impl std::str::FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Rule, String> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, depth: 0 };
        let rule = parser.all()?;
        match parser.tokens {
            [] => Ok(rule),
            _ => Err("a bracket is closed that was not opened".to_owned()),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Text(String),
    And,
    Or,
    Minus,
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '-' if rest[1..].starts_with(|next: char| !next.is_whitespace()) => (Token::Minus, 1),
            '"' => match rest[1..].find('"') {
                Some(0) => return Err("a phrase is empty".to_owned()),
                Some(end) => (Token::Text(rest[1..=end].to_lowercase()), end + 2),
                None => return Err("a phrase has no end".to_owned()),
            },
            _ => {
                let end = rest.find(|next: char| next.is_whitespace() || "()\"".contains(next)).unwrap_or(rest.len());
                let token = match &rest[..end] {
                    "AND" => Token::And,
                    "OR" => Token::Or,
                    word => Token::Text(word.to_lowercase()),
                };
                (token, end)
            }
        };
        tokens.push(taken.0);
        rest = rest[taken.1..].trim_start();
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: &'a [Token],
    depth: usize,
}

impl Parser<'_> {
    /// What is joined by AND or by nothing.
    fn all(&mut self) -> Result<Rule, String> {
        let mut rules = vec![self.any()?];
        loop {
            match self.tokens.first() {
                None | Some(Token::Close) => break,
                Some(Token::And) => self.tokens = &self.tokens[1..],
                Some(_) => {}
            }
            rules.push(self.any()?);
        }
        Ok(if rules.len() == 1 { rules.swap_remove(0) } else { Rule::All(rules) })
    }

    /// What is joined by OR.
    fn any(&mut self) -> Result<Rule, String> {
        let mut rules = vec![self.one()?];
        while self.tokens.first() == Some(&Token::Or) {
            self.tokens = &self.tokens[1..];
            rules.push(self.one()?);
        }
        Ok(if rules.len() == 1 { rules.swap_remove(0) } else { Rule::Any(rules) })
    }

    fn one(&mut self) -> Result<Rule, String> {
        let Some((first, rest)) = self.tokens.split_first() else {
            return Err("something is missing at its end".to_owned());
        };
        self.tokens = rest;
        match first {
            Token::Text(text) => Ok(Rule::Contains(text.clone())),
            Token::Minus | Token::Open if self.depth >= DEPTH_MAX => Err("too many brackets".to_owned()),
            Token::Minus => {
                self.depth += 1;
                let rule = self.one()?;
                self.depth -= 1;
                Ok(Rule::Not(Box::new(rule)))
            }
            Token::Open => {
                self.depth += 1;
                let rule = self.all()?;
                self.depth -= 1;
                match self.tokens.split_first() {
                    Some((Token::Close, rest)) => {
                        self.tokens = rest;
                        Ok(rule)
                    }
                    _ => Err("a bracket is not closed".to_owned()),
                }
            }
            Token::And => Err("before or behind AND something is missing".to_owned()),
            Token::Or => Err("before or behind OR something is missing".to_owned()),
            Token::Close => Err("a bracket is empty, or closed too early".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DEFAULT, Rule};

    fn rule(text: &str) -> Rule {
        text.parse().expect(text)
    }

    #[test]
    fn the_rule_of_today_means_what_it_meant() {
        let today = rule(DEFAULT);
        for (line, expected) in [
            ("[WARNING] cannot look up an old address", true),
            ("Warning: the disk is nearly full", true),
            ("warning: in small letters as well", true),
            ("[ERROR] it is on fire", false),
            ("[INFO] all is well", false),
            ("[WARNING] Not Found: /favicon.ico", false),
            ("[WARNING] Not Found: /robots.txt", true),
            ("[WARNING] Worker with pid 12 was terminated due to signal 15", false),
            ("[WARNING] Worker with pid 12 was terminated due to signal 19", false),
            ("[WARNING] Worker with pid 12 was terminated due to signal 9", true),
            ("Warning: was terminated due to signal 15", true),
        ] {
            assert_eq!(today.matches(line), expected, "{line}");
        }
    }

    #[test]
    fn words_phrases_and_brackets() {
        for (text, line, expected) in [
            ("disk full", "the full disk", true),
            ("\"disk full\"", "the full disk", false),
            ("a AND b OR c", "a c", true),
            ("a AND b OR c", "c", false),
            ("(a b) OR c", "c", true),
            ("-a", "b", true),
            ("-a -b", "b", false),
            ("-(a OR b) c", "c", true),
            ("-(a OR b) c", "b c", false),
            ("--a", "a", true),
            ("a - b", "a - b", true),
            ("žluťoučký", "ŽLUŤOUČKÝ kůň", true),
        ] {
            assert_eq!(rule(text).matches(line), expected, "{text} | {line}");
        }
    }

    #[test]
    fn what_is_no_rule_is_refused_with_a_word() {
        for (text, said) in [
            ("", "something is missing at its end"),
            ("a OR", "something is missing at its end"),
            ("OR a", "before or behind OR something is missing"),
            ("a AND AND b", "before or behind AND something is missing"),
            ("(a", "a bracket is not closed"),
            ("a)", "a bracket is closed that was not opened"),
            ("()", "a bracket is empty, or closed too early"),
            ("\"a", "a phrase has no end"),
            ("a \"\"", "a phrase is empty"),
        ] {
            assert_eq!(text.parse::<Rule>().expect_err(text), said, "{text}");
        }
        assert_eq!("(".repeat(1_000_000).parse::<Rule>(), Err("too many brackets".to_owned()));
    }
}
