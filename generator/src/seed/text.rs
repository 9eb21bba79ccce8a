//! Made-up texts: titles, sentences, bodies in Markdown.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::names::{NICK_BEGINNINGS, NICK_ENDINGS};
use super::words::{ADJECTIVES, ENDINGS, HEADINGS, HEROES, NOUNS, ORDINALS, PLACES, PREDICATES, SUBJECTS, WORKS};

/// Paragraphs that bodies are put together from.
const PARAGRAPHS: usize = 600;
/// Shortest, median and longest body, in bytes.
const BODY_MIN: f64 = 300.0;
const BODY_MEDIAN: f64 = 3_000.0;
const BODY_MAX: f64 = 15_000.0;
/// How far apart in the list of all pairs of syllables two neighbours' nicks are; a prime.
const NICK_STEP: u64 = 347;

/// A generator for one row: its own, so that rows may be made in any order.
pub(super) fn generator(seed: u64, what: u64, index: u64) -> Pcg64Mcg {
    Pcg64Mcg::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (what << 56) ^ index)
}

/// One of several things.
pub(super) fn pick<'a, T>(random: &mut Pcg64Mcg, from: &'a [T]) -> &'a T {
    &from[random.random_range(0..from.len())]
}

/// One of several words.
pub(super) fn word(random: &mut Pcg64Mcg, from: &[&'static str]) -> &'static str {
    from[random.random_range(0..from.len())]
}

/// A whole number from a power law: mostly near 0, seldom near `below`.
pub(super) fn power_law(random: &mut Pcg64Mcg, below: u64) -> u64 {
    let uniform: f64 = random.random();
    // The square of a square favours the beginning as popularity does.
    let skewed = uniform * uniform * uniform;
    ((skewed * below as f64) as u64).min(below.saturating_sub(1))
}

/// Writes texts from a pool of paragraphs.
pub(super) struct Writer {
    seed: u64,
    paragraphs: Vec<String>,
}

impl Writer {
    pub(super) fn new(seed: u64) -> Writer {
        let mut random = generator(seed, 1, 0);
        let paragraphs = (0..PARAGRAPHS).map(|_| paragraph(&mut random)).collect();
        Writer { seed, paragraphs }
    }

    /// The generator of a row.
    pub(super) fn generator(&self, what: u64, index: u64) -> Pcg64Mcg {
        generator(self.seed, what, index)
    }

    /// A body in Markdown, different from all others; its length has the median of a real archive's.
    pub(super) fn body(&self, random: &mut Pcg64Mcg) -> String {
        // Log-normal by the sum of uniforms: a few short, a few very long.
        let spread: f64 = (0..6).map(|_| random.random::<f64>() - 0.5).sum::<f64>();
        let length = (BODY_MEDIAN * (spread * 1.1).exp()).clamp(BODY_MIN, BODY_MAX) as usize;
        let mut body = String::with_capacity(length + 1024);
        sentence(random, &mut body);
        body.push_str("\n\n");
        while body.len() < length {
            match random.random_range(0..12) {
                0 => {
                    body.push_str("## ");
                    body.push_str(word(random, &HEADINGS));
                    body.push_str("\n\n");
                }
                1 => {
                    for _ in 0..random.random_range(2..6) {
                        body.push_str("* ");
                        sentence(random, &mut body);
                        body.push('\n');
                    }
                    body.push('\n');
                }
                2 => {
                    body.push_str("> ");
                    sentence(random, &mut body);
                    body.push_str("\n\n");
                }
                3 if random.random_range(0..3) == 0 => table(random, &mut body),
                _ => {
                    body.push_str(pick(random, &self.paragraphs).as_str());
                    body.push_str("\n\n");
                }
            }
        }
        body
    }

    /// One to three sentences.
    pub(super) fn remark(&self, random: &mut Pcg64Mcg) -> String {
        let mut remark = String::new();
        for _ in 0..random.random_range(1..4) {
            sentence(random, &mut remark);
            remark.push(' ');
        }
        remark.pop();
        remark
    }
}

/// A title such as „Zapomenutý brod v mlze" or „Píseň slepého barda", of several makes.
pub(super) fn title(random: &mut Pcg64Mcg) -> String {
    let (mut title, places_of_four) = match random.random_range(0..10) {
        0..4 => (format!("{} {}", capital(word(random, &ADJECTIVES)), word(random, &NOUNS)), 3),
        4..7 => (format!("{} {}", word(random, &WORKS), word(random, &HEROES)), 2),
        7 => (format!("{} {}", capital(word(random, &ORDINALS)), word(random, &NOUNS)), 3),
        8 => (format!("{}, {} a {}", capital(word(random, &NOUNS)), word(random, &NOUNS), word(random, &NOUNS)), 1),
        _ => return format!("Jak {} {}", lower(word(random, &SUBJECTS)), word(random, &PREDICATES)),
    };
    if random.random_range(0..4) < places_of_four {
        title.push(' ');
        title.push_str(word(random, &PLACES));
    }
    title
}

/// A nick that no other index has: two syllables unlike the neighbours', later also a place, then a number.
pub(super) fn nick(index: u64) -> String {
    let beginnings = NICK_BEGINNINGS.len() as u64;
    let pairs = beginnings * NICK_ENDINGS.len() as u64;
    // A step that has no divisor in common with the number of pairs comes to each of them once.
    let pair = index % pairs * NICK_STEP % pairs;
    let mut nick = NICK_BEGINNINGS[(pair % beginnings) as usize].to_owned();
    nick.push_str(NICK_ENDINGS[(pair / beginnings) as usize]);
    let places = PLACES.len() as u64;
    if let Some(round) = (index / pairs).checked_sub(1) {
        nick.push(' ');
        nick.push_str(PLACES[(round % places) as usize]);
        if round >= places {
            nick.push_str(&format!(" {}", round / places + 1));
        }
    }
    nick
}

fn paragraph(random: &mut Pcg64Mcg) -> String {
    let mut text = String::new();
    for _ in 0..random.random_range(2..7) {
        sentence(random, &mut text);
        text.push(' ');
    }
    text.pop();
    text
}

fn sentence(random: &mut Pcg64Mcg, text: &mut String) {
    text.push_str(word(random, &SUBJECTS));
    text.push(' ');
    let predicate = word(random, &PREDICATES);
    match random.random_range(0..14) {
        0 => text.push_str(&format!("**{predicate}**")),
        1 => text.push_str(&format!("*{predicate}*")),
        2 => text.push_str(&format!("[{predicate}](https://www.example.org/)")),
        _ => text.push_str(predicate),
    }
    if random.random_range(0..3) > 0 {
        text.push_str(", ");
        text.push_str(word(random, &ENDINGS));
    }
    text.push('.');
}

fn table(random: &mut Pcg64Mcg, body: &mut String) {
    body.push_str("| Hod | Co se stane |\n|---:|---|\n");
    for row in 1..=random.random_range(3..7) {
        body.push_str(&format!("| {row} | "));
        sentence(random, body);
        body.push_str(" |\n");
    }
    body.push('\n');
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn lower(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
