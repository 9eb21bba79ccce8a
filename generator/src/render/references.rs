//! Which files a template prints something of: templates that it extends, includes or imports, pieces that it calls,
//! assets that it names; and, through those, all others.
//!
//! It is read from minijinja's own tokens, and where in doubt too much rather than too little: a name that is the name
//! of a piece counts wherever it stands, an include whose template is computed means any template.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;

use super::functions::ASSET;
use super::pieces;

/// Statements that bring in another template.
const STATEMENTS: [&str; 4] = ["extends", "include", "import", "from"];
/// What may follow the name of that template without making it a computed one.
const CONTINUATIONS: [&str; 5] = ["as", "import", "ignore", "with", "without"];

/// What the templates of a site refer to.
#[derive(Clone, Debug, Default)]
pub struct References(BTreeMap<String, Uses>);

/// What one template refers to itself.
#[derive(Clone, Debug, Default)]
struct Uses {
    templates: Named,
    assets: Named,
}

/// Files of one folder.
#[derive(Clone, Debug, Default)]
struct Named {
    names: BTreeSet<String>,
    /// Which ones is decided only when a page is rendered.
    any: bool,
}

impl Named {
    fn has(&self, name: &str) -> bool {
        self.any || self.names.contains(name)
    }
}

impl References {
    /// Reads a template.
    ///
    /// # Errors
    /// What is no template.
    pub(super) fn add(&mut self, name: &str, source: &str, syntax: &SyntaxConfig) -> Result<(), minijinja::Error> {
        let tokens = tokenize(source, false, syntax.clone()).map(|token| token.map(|(token, _)| token));
        let tokens = tokens.collect::<Result<Vec<Token>, _>>()?;
        self.0.insert(name.to_owned(), Uses::read(&tokens));
        Ok(())
    }

    /// The templates whose pages may look different when this template does, itself among them. It need not be there:
    /// one that is included where it exists may come or go.
    pub fn reached_by_template(&self, name: &str) -> BTreeSet<&str> {
        let mut found = self.reaching(|uses| uses.templates.has(name));
        found.extend(self.0.get_key_value(name).map(|(name, _)| name.as_str()));
        found
    }

    /// The templates whose pages may look different when this asset's address does.
    pub fn reached_by_asset(&self, name: &str) -> BTreeSet<&str> {
        self.reaching(|uses| uses.assets.has(name))
    }

    /// The templates that refer to something, and those that refer to these, and so on.
    fn reaching(&self, refers: impl Fn(&Uses) -> bool) -> BTreeSet<&str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut waiting: Vec<&str> =
            self.0.iter().filter(|(_, uses)| refers(uses)).map(|(name, _)| name.as_str()).collect();
        while let Some(name) = waiting.pop() {
            if found.insert(name) {
                let referring = self.0.iter().filter(|(_, uses)| uses.templates.has(name));
                waiting.extend(referring.map(|(name, _)| name.as_str()));
            }
        }
        found
    }
}

impl Uses {
    fn read(tokens: &[Token]) -> Uses {
        let mut uses = Uses::default();
        for (at, token) in tokens.iter().enumerate() {
            let Token::Ident(name) = token else { continue };
            let rest = &tokens[at + 1..];
            uses.templates.names.extend(pieces::templates(name));
            if *name == ASSET {
                uses.assets.add(match rest {
                    [Token::ParenOpen, name, Token::ParenClose, ..] => text(name),
                    _ => None,
                });
            }
            if STATEMENTS.contains(name) && at > 0 && matches!(tokens[at - 1], Token::BlockStart) {
                uses.templates.add(match rest {
                    [name, Token::BlockEnd, ..] => text(name),
                    [name, Token::Ident(word), ..] if CONTINUATIONS.contains(word) => text(name),
                    _ => None,
                });
            }
        }
        uses
    }
}

impl Named {
    fn add(&mut self, name: Option<String>) {
        match name {
            Some(name) => drop(self.names.insert(name)),
            None => self.any = true,
        }
    }
}

/// What a token says that is a text.
fn text(token: &Token) -> Option<String> {
    match token {
        Token::Str(text) => Some((*text).to_owned()),
        Token::String(text) => Some(text.to_string()),
        _ => None,
    }
}
