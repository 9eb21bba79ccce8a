//! Which attribute of which kind a column of a creation is. The keys are those of content/kinds/*.toml.

use super::tables::{self, Table};

/// What a column becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    /// A line of text.
    Line,
    /// A line of text whose letters Graveyard stored right.
    PlainLine,
    /// A whole number.
    Integer,
    /// HTML.
    Markup,
    /// The path of a file in this folder of the uploads.
    FileIn(&'static str),
    /// What a download fetches: the path under the uploads, or an older one.
    Download,
    /// Where an adventure begins, in a folder of its own.
    Quest,
}

/// How the creations of one table become creations of one kind.
#[derive(Debug)]
pub(super) struct KindOf {
    pub(super) table: &'static Table,
    /// The kind's key.
    pub(super) kind: &'static str,
    /// The section where Graveyard's own table of sections does not say another one; articles have it in the row.
    pub(super) section: &'static str,
    /// The column of the body.
    pub(super) body: Option<&'static str>,
    /// The column of the synopsis.
    pub(super) synopsis: Option<&'static str>,
    /// The column of the genre.
    pub(super) genre: Option<&'static str>,
    /// The column that counts how often the file was fetched.
    pub(super) downloads: Option<&'static str>,
    /// Columns and the attributes that they become.
    pub(super) attributes: &'static [(&'static str, &'static str, As)],
    /// Graveyard's name of the kind's model.
    pub(super) model: &'static str,
}

const NONE: KindOf = KindOf {
    table: &tables::ARTICLES,
    kind: "",
    section: "",
    body: None,
    synopsis: None,
    genre: None,
    downloads: None,
    attributes: &[],
    model: "",
};

/// All kinds, in the order of their import.
pub(super) static KINDS: [KindOf; 11] = [
    KindOf {
        table: &tables::ARTICLES,
        kind: "article",
        body: Some("text"),
        synopsis: Some("anotace"),
        genre: Some("skupina"),
        model: "commonarticle",
        ..NONE
    },
    KindOf {
        table: &tables::MONSTERS,
        kind: "monster",
        section: "bestiar",
        body: Some("popis"),
        genre: Some("skupina"),
        model: "monster",
        attributes: &[
            ("zvt", "hitpoint_class", As::Line),
            ("uc", "attack", As::Line),
            ("oc", "defense", As::Line),
            ("odl", "fortitude", As::Line),
            ("inteligence", "intelligence", As::Line),
            ("vel", "size", As::Line),
            ("bojovnost", "combativeness", As::Line),
            ("sm", "mental_strength", As::Line),
            ("zran", "vulnerability", As::Line),
            ("poh", "agility", As::Line),
            ("pres", "alignment", As::Line),
            ("pokl", "treasures", As::Line),
            ("zkus", "experience", As::Line),
        ],
        ..NONE
    },
    KindOf {
        table: &tables::PICTURES,
        kind: "picture",
        section: "galerie",
        model: "gallerypicture",
        attributes: &[("cesta", "image", As::FileIn("galerie")), ("cestathumb", "thumbnail", As::FileIn("galerie"))],
        ..NONE
    },
    KindOf {
        table: &tables::PHOTOS,
        kind: "photo",
        section: "fotogalerie",
        model: "photo",
        attributes: &[
            ("cesta", "image", As::FileIn("fotogalerie")),
            ("cestathumb", "thumbnail", As::FileIn("fotogalerie")),
        ],
        ..NONE
    },
    KindOf {
        table: &tables::SKILLS,
        kind: "skill",
        section: "dovednosti",
        body: Some("popis"),
        genre: Some("skupina"),
        model: "skill",
        attributes: &[
            ("vlastnost", "attribute", As::Line),
            ("obtiznost", "difficulty", As::Line),
            ("overovani", "check_interval", As::Line),
            ("totuspech", "total_success", As::Markup),
            ("uspech", "success", As::Markup),
            ("neuspech", "failure", As::Markup),
            ("fatneuspech", "fatal_failure", As::Markup),
        ],
        ..NONE
    },
    KindOf {
        table: &tables::ALCHEMIST_TOOLS,
        kind: "alchemist_tool",
        section: "alchpredmety",
        body: Some("popis"),
        genre: Some("skupina"),
        model: "alchemisttool",
        attributes: &[
            ("mag", "magenergy", As::Integer),
            ("suroviny", "resources", As::Integer),
            ("zaklad", "base", As::Line),
            ("nalezeni", "discovery", As::Line),
            ("trvani", "duration", As::Line),
            ("vyroba", "crafting", As::Line),
            ("nebezpecnost", "dangerousness", As::Line),
            ("sila", "strength", As::Line),
            ("bcz", "color_taste_smell", As::Line),
            ("denmag", "daily_magenergy", As::Integer),
            ("dosah_ucinku", "effect_outreach", As::Line),
            ("uroven_vyrobce", "crafter_level", As::Line),
            ("sfera", "plane", As::Line),
        ],
        ..NONE
    },
    KindOf {
        table: &tables::RANGER_SPELLS,
        kind: "ranger_spell",
        section: "hranicarkouzla",
        body: Some("popis"),
        genre: Some("skupina"),
        model: "rangerspell",
        attributes: &[
            ("mag", "magenergy", As::Integer),
            ("magpop", "magenergy_description", As::Line),
            ("dosah", "reach", As::Integer),
            ("dosahpop", "reach_description", As::Line),
            ("rozsah", "extent", As::Integer),
            ("rozsahpop", "extent_description", As::Line),
            ("vyvolani", "invocation", As::Integer),
            ("vyvolanipop", "invocation_description", As::Line),
            ("druh", "spell_type", As::Line),
            ("cetnost", "frequency", As::Line),
            ("pomucky", "tools", As::Markup),
        ],
        ..NONE
    },
    KindOf {
        table: &tables::WIZARD_SPELLS,
        kind: "wizard_spell",
        section: "kouzla",
        body: Some("popis"),
        genre: Some("skupina"),
        model: "wizardspell",
        attributes: &[
            ("kouzsl", "summon_words", As::Line),
            ("mag", "magenergy", As::Integer),
            ("magpop", "magenergy_description", As::Line),
            ("past", "skill_check", As::Line),
            ("dosah", "reach", As::Integer),
            ("dosahpop", "reach_description", As::Line),
            ("rozsah", "extent", As::Integer),
            ("rozsahpop", "extent_description", As::Line),
            ("vyvolani", "invocation", As::Integer),
            ("vyvolanipop", "invocation_description", As::Line),
            ("trvani", "duration", As::Integer),
            ("trvanipop", "duration_description", As::Line),
        ],
        ..NONE
    },
    KindOf {
        table: &tables::ITEMS,
        kind: "item",
        section: "predmety",
        body: Some("popis"),
        genre: Some("skupina"),
        model: "item",
        attributes: &[
            ("uc", "attack_number", As::Line),
            ("kz", "armour_quality", As::Line),
            ("delka", "length", As::Line),
            ("malydostrel", "range_small", As::Integer),
            ("strednidostrel", "range_expected", As::Integer),
            ("velkydostrel", "range_long", As::Integer),
            ("sfera", "sphere", As::Integer),
            ("vaha", "weight", As::Integer),
            ("cena", "price", As::Integer),
        ],
        ..NONE
    },
    KindOf {
        table: &tables::DOWNLOADS,
        kind: "download",
        section: "downloady",
        body: Some("popis"),
        genre: Some("skupina"),
        downloads: Some("download_counter"),
        model: "downloaditem",
        attributes: &[
            ("item", "file", As::Download),
            ("format", "format", As::PlainLine),
            ("velikost", "size", As::Integer),
        ],
        ..NONE
    },
    KindOf {
        table: &tables::QUESTS,
        kind: "quest",
        section: "dobrodruzstvi",
        synopsis: Some("anotace"),
        model: "quest",
        attributes: &[("cesta", "entry", As::Quest), ("klicsl", "keywords", As::PlainLine)],
        ..NONE
    },
];

/// The kind that a table's creations are of.
pub(super) fn kind_of(table: &str) -> Option<&'static KindOf> {
    KINDS.iter().find(|kind| kind.table.name == table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::read_site;
    use crate::site::Site;
    use crate::site::kind::AttributeType;

    #[test]
    fn every_attribute_is_declared_by_its_kind_and_read_by_its_table() {
        let files = read_site("..".as_ref()).expect("the shipped site");
        let site = Site::load(&files, "http://localhost:8000", "/uploads").expect("a sound site");
        for of in &KINDS {
            let kind = site.kinds.get(of.kind).unwrap_or_else(|| panic!("there is no kind {}", of.kind));
            if !of.section.is_empty() {
                assert_eq!(site.section(of.section).map(|section| section.kind.as_str()), Some(of.kind));
            }
            let columns = [of.body, of.synopsis, of.genre, of.downloads].into_iter().flatten();
            for column in columns.chain(of.attributes.iter().map(|(column, ..)| *column)) {
                assert!(of.table.columns.contains(&column), "{} does not read {column}", of.table.name);
            }
            for (_, key, what) in of.attributes {
                let declared = kind.attributes.iter().find(|attribute| attribute.key == *key);
                let declared = declared.unwrap_or_else(|| panic!("kind {} has no attribute {key}", of.kind));
                let fits = match declared.r#type {
                    AttributeType::Integer | AttributeType::Bytes => *what == As::Integer,
                    AttributeType::Markup => *what == As::Markup,
                    AttributeType::Text | AttributeType::Note => matches!(what, As::Line | As::PlainLine),
                    AttributeType::Image | AttributeType::Thumbnail | AttributeType::File => {
                        matches!(what, As::FileIn(_) | As::Download | As::Quest)
                    }
                };
                assert!(fits, "{key} of {} is a {:?} and not {what:?}", of.kind, declared.r#type);
            }
            for declared in &kind.attributes {
                assert!(
                    of.attributes.iter().any(|(_, key, _)| *key == declared.key),
                    "{} lacks {}",
                    of.kind,
                    declared.key
                );
            }
        }
    }
}
