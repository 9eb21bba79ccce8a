//! content/locales/: the texts of pages around what people wrote, in Fluent.
//!
//! The shipped texts of a language lie below a site's own file, which may replace or add some. The
//! shipped English file says which messages there must be.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use intl_pluralrules::{PluralCategory, PluralRuleType, PluralRules};
use unic_langid::LanguageIdentifier;

use super::Error;
use crate::files::{self, File, Files};

/// The messages of one language.
pub struct Locale {
    bundle: FluentBundle<FluentResource>,
    plurals: PluralRules,
    /// Messages that need no variable: formatted once, since a page shows some thirty of them.
    fixed: HashMap<String, String>,
    path: PathBuf,
}

/// A message that cannot be shown.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {fault}")]
pub struct MessageError {
    path: PathBuf,
    fault: String,
}

impl Locale {
    /// Reads a language's messages.
    ///
    /// # Errors
    /// An unknown language, a file that is not Fluent, a message that is missing.
    pub(super) fn load(content: &Files, language: &str) -> Result<Locale, Error> {
        let name = format!("locales/{language}.ftl");
        let shipped = files::shipped_site().content;
        let path = content.get(&name).map_or_else(|| PathBuf::from("content").join(&name), |file| file.origin.clone());
        let invalid = |fault: String| Error::Invalid { path: path.clone(), fault };
        let id: LanguageIdentifier =
            language.parse().map_err(|_| invalid(format!("`{language}` is no language tag such as `cs` or `en`")))?;
        let layers = [shipped.get(&name), content.get(&name)];
        if layers.iter().all(Option::is_none) {
            return Err(invalid(format!("is missing, and language `{language}` has no shipped texts")));
        }
        let plurals = PluralRules::create(id.clone(), PluralRuleType::CARDINAL)
            .map_err(|_| invalid(format!("nothing is known of plurals in language `{language}`")))?;
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        let mut ids = BTreeSet::new();
        for file in layers.into_iter().flatten() {
            let resource = parse(file)?;
            ids.extend(messages(&resource).into_keys());
            bundle.add_resource_overriding(resource);
        }
        let mut locale = Locale { bundle, plurals, fixed: HashMap::new(), path: path.clone() };
        let reference = shipped.get("locales/en.ftl").ok_or(Error::Missing("content/locales/en.ftl"))?;
        for (id, variables) in messages(&parse(reference)?) {
            // With the variables that the program gives, the message must come out.
            let args = variables.iter().map(|name| (name.clone(), FluentValue::from(1))).collect();
            if !locale.bundle.has_message(&id) {
                return Err(invalid(format!("message `{id}` is missing")));
            }
            locale.format(&id, &args).map_err(|error| invalid(error.fault))?;
        }
        let format = |id: String| locale.format(&id, &FluentArgs::new()).ok().map(|text| (id, text));
        locale.fixed = ids.into_iter().filter_map(format).collect();
        Ok(locale)
    }

    /// All messages that need no variable, by id.
    pub fn fixed(&self) -> &HashMap<String, String> {
        &self.fixed
    }

    /// Which form of a word a number asks for.
    pub fn plural_category(&self, number: i64) -> PluralCategory {
        self.plurals.select(number).unwrap_or(PluralCategory::OTHER)
    }

    /// A message of the shipped set, which [`Locale::load`] found to be complete and to ask for no other variables.
    pub fn text(&self, id: &'static str, args: &[(&'static str, FluentValue<'_>)]) -> String {
        if let Some(text) = self.fixed.get(id) {
            return text.clone();
        }
        let args = args.iter().map(|(name, value)| (*name, value.clone())).collect();
        self.format(id, &args).unwrap_or_else(|_| id.to_owned())
    }

    /// A message that a template asks for.
    ///
    /// # Errors
    /// The message is missing, or one of its variables.
    pub fn format(&self, id: &str, args: &FluentArgs<'_>) -> Result<String, MessageError> {
        let failed = |fault| MessageError { path: self.path.clone(), fault };
        let pattern = self
            .bundle
            .get_message(id)
            .and_then(|message| message.value())
            .ok_or_else(|| failed(format!("message `{id}` is missing")))?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        match errors.first() {
            None => Ok(text),
            Some(error) => Err(failed(format!("message `{id}`: {error}"))),
        }
    }
}

/// The messages of a resource, each with the variables that it uses.
pub fn messages(resource: &FluentResource) -> BTreeMap<String, BTreeSet<String>> {
    let message = |entry: &Entry<&str>| {
        let Entry::Message(message) = entry else { return None };
        let mut found = BTreeSet::new();
        message.value.iter().for_each(|pattern| variables(pattern, &mut found));
        Some((message.id.name.to_owned(), found))
    };
    resource.entries().filter_map(message).collect()
}

fn variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::Placeable { expression: Expression::Inline(inline) } => variable(inline, found),
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                variable(selector, found);
                variants.iter().for_each(|variant| variables(&variant.value, found));
            }
            PatternElement::TextElement { .. } => {}
        }
    }
}

fn variable(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        found.insert(id.name.to_owned());
    }
}

fn parse(file: &File) -> Result<FluentResource, Error> {
    let text = file.text()?.to_owned();
    FluentResource::try_new(text.clone()).map_err(|(_, errors)| {
        let fault = errors.first().map_or_else(
            || "is not Fluent".to_owned(),
            |error| {
                let line = text[..error.pos.start.min(text.len())].lines().count().max(1);
                format!("line {line}: {error}")
            },
        );
        Error::Invalid { path: file.origin.clone(), fault }
    })
}
