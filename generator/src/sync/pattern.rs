//! What `--exclude` means: `*` is anything, slashes too, `?` is one character. Pure.

/// A pattern for keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<char>);

impl std::str::FromStr for Pattern {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Pattern, Self::Err> {
        Ok(Pattern(text.chars().collect()))
    }
}

impl Pattern {
    /// Whether the whole key is what the pattern means.
    pub fn matches(&self, key: &str) -> bool {
        let key: Vec<char> = key.chars().collect();
        let (mut at, mut of) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while at < key.len() {
            match self.0.get(of) {
                Some('*') => {
                    star = Some((of, at));
                    of += 1;
                }
                Some(wanted) if *wanted == '?' || *wanted == key[at] => {
                    at += 1;
                    of += 1;
                }
                _ => match star {
                    // The last star takes one more.
                    Some((star_at, taken)) => {
                        star = Some((star_at, taken + 1));
                        at = taken + 1;
                        of = star_at + 1;
                    }
                    None => return false,
                },
            }
        }
        self.0[of..].iter().all(|rest| *rest == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn stars_are_anything_and_question_marks_one() {
        for (pattern, key, expected) in [
            ("*.tmp", "a/b/c.tmp", true),
            ("*.tmp", "a/b/c.tmpx", false),
            ("cache/*", "cache/a/b", true),
            ("cache/*", "my/cache/a", false),
            ("?.gif", "ž.gif", true),
            ("?.gif", "ab.gif", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("*", "", true),
            ("", "a", false),
        ] {
            let pattern: Pattern = pattern.parse().expect("any text is one");
            assert_eq!(pattern.matches(key), expected, "{pattern:?} {key}");
        }
    }
}
