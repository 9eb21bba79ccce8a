//! Both shipped locales have the same messages with the same variables.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use generator::files;

fn variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            match expression {
                Expression::Inline(inline) => variable(inline, found),
                Expression::Select { selector, variants } => {
                    variable(selector, found);
                    variants.iter().for_each(|variant| variables(&variant.value, found));
                }
            }
        }
    }
}

fn variable(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        found.insert(id.name.to_owned());
    }
}

fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let content = files::shipped_site().content;
    let text = content[&format!("locales/{language}.ftl")].text().unwrap().to_owned();
    let resource = fluent_syntax::parser::parse(text.as_str()).expect("it is Fluent");
    let mut messages = BTreeMap::new();
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let mut found = BTreeSet::new();
            variables(message.value.as_ref().unwrap(), &mut found);
            assert!(messages.insert(message.id.name.to_owned(), found).is_none(), "{} is there twice", message.id.name);
        }
    }
    messages
}

#[test]
fn czech_and_english_are_equal() {
    let (czech, english) = (messages("cs"), messages("en"));
    assert_eq!(czech.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
    for (id, variables) in &czech {
        let optional =
            |set: &BTreeSet<String>| set.iter().filter(|name| *name != "author").cloned().collect::<BTreeSet<_>>();
        assert_eq!(optional(variables), optional(&english[id]), "{id}");
    }
    assert!(czech.len() > 120);
}

#[test]
fn templates_use_only_shipped_messages_and_each_message_is_used() {
    let site = files::shipped_site();
    let known = messages("cs");
    let mut used = BTreeSet::new();
    for (name, file) in &site.templates {
        for (at, _) in file.text().unwrap().match_indices("t(\"") {
            let rest = &file.text().unwrap()[at + 3..];
            let id = rest.split('"').next().unwrap();
            if !id.ends_with('-') && !file.text().unwrap()[..at].ends_with(|c: char| c.is_alphanumeric()) {
                assert!(known.contains_key(id), "{name}: message `{id}`");
                used.insert(id.to_owned());
            }
        }
    }
    assert!(used.len() > 60);
}
