//! A page's content policy (CSP level 3, as far as a policy in a meta element goes) and whether an address keeps it.
//! Pure.

use crate::check::addresses::Addresses;

/// A parsed policy.
#[derive(Debug)]
pub(super) struct Policy<'a> {
    directives: Vec<(&'a str, Vec<&'a str>)>,
}

impl<'a> Policy<'a> {
    /// Reads the value of a policy.
    pub(super) fn parse(value: &'a str) -> Policy<'a> {
        let directives = value.split(';').filter_map(|directive| {
            let mut words = directive.split_ascii_whitespace();
            Some((words.next()?, words.collect()))
        });
        Policy { directives: directives.collect() }
    }

    /// The sources that a directive names; what is fetched falls back to `default-src`, what is not has no limit.
    fn sources(&self, directive: &str) -> Option<&[&'a str]> {
        let named = |name: &str| self.directives.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let found = named(directive).or_else(|| named("default-src").filter(|_| directive.ends_with("-src")));
        found.map(|(_, sources)| sources.as_slice())
    }

    /// Whether scripts or styles within the page are let in.
    pub(super) fn allows_inline(&self, directive: &str) -> bool {
        self.sources(directive).is_none_or(|sources| sources.contains(&"'unsafe-inline'"))
    }

    /// Whether an absolute address is let in.
    pub(super) fn allows(&self, directive: &str, url: &str, addresses: &Addresses) -> bool {
        let Some(sources) = self.sources(directive) else { return true };
        sources.iter().any(|source| matches(source, url, addresses))
    }
}

fn matches(source: &str, url: &str, addresses: &Addresses) -> bool {
    match source {
        "*" => !url.starts_with("data:"),
        "'self'" => within(&addresses.absolute("/"), url),
        scheme if scheme.ends_with(':') => url.starts_with(scheme),
        // Keywords, nonces and digests are about what is within the page.
        keyword if keyword.starts_with('\'') => false,
        source => within(source, url),
    }
}

/// An origin lets in all that is there, one with a path what has that path, a folder all that is below.
fn within(source: &str, url: &str) -> bool {
    let path = source.split_once("://").and_then(|(_, rest)| rest.find('/'));
    match path {
        Some(_) if source.ends_with('/') => url.starts_with(source),
        Some(_) => url.split(['?', '#']).next() == Some(source),
        None => url.strip_prefix(source).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#'])),
    }
}

#[cfg(test)]
mod tests {
    use super::{Addresses, Policy};

    #[test]
    fn sources_are_origins_folders_and_keywords() {
        let addresses = Addresses::new("https://www.example.org", "/uploads/");
        let policy = Policy::parse(
            "default-src 'none'; script-src https://www.example.org/assets/; img-src 'self' https://cdn.test data:; \
            style-src 'unsafe-inline'",
        );
        let allows = |directive, url| policy.allows(directive, url, &addresses);
        assert!(allows("script-src", "https://www.example.org/assets/js/site.js"));
        assert!(!allows("script-src", "https://www.example.org/js/site.js"));
        assert!(!allows("script-src", "https://www.example.org.evil.test/assets/x.js"));
        assert!(allows("img-src", "https://www.example.org/x.png") && allows("img-src", "data:image/png,x"));
        assert!(allows("img-src", "https://cdn.test/x.png") && !allows("img-src", "https://cdn.test.evil/x.png"));
        assert!(!allows("font-src", "https://www.example.org/x.woff2"), "falls back to default-src");
        assert!(allows("form-action", "https://anywhere.test/"), "not a fetch: no directive, no limit");
        assert!(policy.allows_inline("style-src") && !policy.allows_inline("script-src"));
        assert!(Policy::parse("").allows_inline("script-src"));
    }
}
