//! Both shipped locales have the same messages with the same variables.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;
use generator::files;
use generator::site::kind::Unit;
use generator::site::{Site, locale};

fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let content = files::shipped_site().content;
    let text = content[&format!("locales/{language}.ftl")].text().unwrap().to_owned();
    locale::messages(&FluentResource::try_new(text).expect("it is Fluent"))
}

#[test]
fn czech_and_english_are_equal() {
    let (czech, english) = (messages("cs"), messages("en"));
    assert_eq!(czech.keys().collect::<Vec<_>>(), english.keys().collect::<Vec<_>>());
    for (id, variables) in &czech {
        assert_eq!(variables, &english[id], "{id}");
    }
}

/// Czech counts one, two to four, and more; who writes a form for one has to write the others.
#[test]
fn czech_plurals_are_whole() {
    let content = files::shipped_site().content;
    let text = content["locales/cs.ftl"].text().unwrap();
    let selectors: Vec<&str> = text.split("->").skip(1).map(|rest| rest.split("\n}").next().unwrap()).collect();
    assert!(selectors.iter().any(|forms| forms.contains("[one]")));
    for forms in selectors.into_iter().filter(|forms| forms.contains("[one]")) {
        assert!(forms.contains("[few]") && forms.contains("*[other]"), "{forms}");
    }
}

/// All text of the sources and templates, and of the site's own files, which name messages as well.
fn sources() -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let folders = ["generator/src", "sidecar/src", "templates", "content/kinds", "content/sections"];
    let mut all = String::new();
    for folder in folders {
        for file in files::read_folder(&root.join(folder)).unwrap().into_values() {
            all.push_str(&String::from_utf8_lossy(&file.bytes));
        }
    }
    all
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
    // Put together of a word and what follows it.
    let is_made = |id: &str| ["fact-", "mail-"].iter().any(|beginning| id.starts_with(beginning));
    let sources = sources();
    for id in known.keys().filter(|id| !used.contains(*id) && !is_made(id)) {
        assert!(sources.contains(&format!("\"{id}\"")), "message `{id}` is used nowhere");
    }
}

#[test]
fn units_follow_the_languages_plurals() {
    let site = Site::load(&files::shipped_site(), "https://example.org", "/uploads").unwrap();
    let unit = site.kinds["wizard_spell"].attributes.iter().filter_map(|attribute| attribute.unit.as_ref());
    let rounds = unit.rev().find(|unit| matches!(unit, Unit::Forms { .. })).unwrap();
    for (value, expected) in [("1", "kolo"), ("3", "kola"), ("5", "kol"), ("0", "kol"), ("1k6", "kol")] {
        assert_eq!(rounds.for_value(value, &site.locale), expected, "{value}");
    }
}
