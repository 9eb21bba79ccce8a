//! The form of a work, made from what its kind declares: typed values for the template, no queries.

use generator::db::uploads::Attached;
use generator::model::{TextFormat, Upload};
use generator::site::Site;
use generator::site::kind::{AttributeKind, AttributeType, Kind, UNKNOWN, Unit};
use generator::site::locale::Locale;
use generator::site::section::Section;
use serde::Serialize;

use crate::uploads::{DOCUMENT_BYTES_MAX, PICTURE_BYTES_MAX, picture, private};

use super::files::PICTURE;
use super::typed::{
    FieldFault, LINE_CHARS_MAX, SYNOPSIS_CHARS_MAX, TEXT_CHARS_MAX, TITLE_CHARS_MAX, Typed, What, chars_max, field,
    is_file, is_typed,
};

/// Ends of names of files that a browser offers to choose.
const DOCUMENT_ENDS: &str = ".zip,.pdf,.rar,.7z,.gz,.epub,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.rtf";

/// A form.
#[derive(Serialize)]
pub struct FormView {
    action: String,
    title: FieldView,
    genres: Vec<GenreView>,
    synopsis: FieldView,
    fields: Vec<FieldView>,
    text: FieldView,
    picture: FieldView,
    source_name: FieldView,
    source_url: FieldView,
    pictures: Vec<PictureView>,
    /// What is wrong, all of it, at the top.
    faults: Vec<FaultView>,
    megabytes: u64,
}

#[derive(Serialize)]
struct GenreView {
    name: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct FieldView {
    id: String,
    label: String,
    r#type: FieldType,
    unit: Option<String>,
    is_required: bool,
    value: String,
    chars_max: usize,
    fault: Option<String>,
    /// What was chosen before.
    file: Option<FileView>,
    accepts: &'static str,
}

/// How a field is filled in.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum FieldType {
    Line,
    Number,
    Text,
    Picture,
    File,
}

#[derive(Serialize)]
struct FileView {
    name: String,
    url: String,
    /// Whether it came with an import of a public work: its address is nobody's to take away.
    is_old: bool,
}

#[derive(Serialize)]
struct FaultView {
    id: String,
    label: String,
    text: String,
}

/// A picture for the text.
#[derive(Serialize)]
struct PictureView {
    url: String,
    width: Option<i64>,
    height: Option<i64>,
    /// What shows it in the text, in the text's format.
    code: String,
    is_shown: bool,
}

/// The files of a work alone, to be chosen anew.
#[derive(Serialize)]
pub struct FilesView {
    action: String,
    fields: Vec<FieldView>,
    picture: FieldView,
    pictures: Vec<PictureView>,
    faults: Vec<FaultView>,
    picture_megabytes: u64,
    file_megabytes: u64,
}

/// What a form is made of.
pub struct Form<'a> {
    /// The site.
    pub site: &'a Site,
    /// Where the work belongs.
    pub section: &'a Section,
    /// The section's genres.
    pub genres: Vec<String>,
    /// What stands in the fields.
    pub typed: &'a Typed,
    /// What is wrong with it.
    pub faults: &'a [FieldFault],
    /// The files that belong to the work.
    pub attached: &'a [Attached],
    /// Where it is sent to.
    pub action: String,
    /// What the text is written in.
    pub format: TextFormat,
}

impl Form<'_> {
    /// As the template gets it.
    pub fn view(&self) -> FormView {
        let kind = self.site.kind(self.section);
        let typed = self.typed;
        let declared = kind.attributes.iter().filter(|attribute| is_typed(kind, attribute));
        let label = |id: &'static str| self.t(id);
        let text_label = kind.body.clone().unwrap_or_else(|| label("work-text"));
        let mut view = FormView {
            action: self.action.clone(),
            title: self.line("title", label("work-title"), &typed.title, TITLE_CHARS_MAX),
            genres: self.genres(),
            synopsis: self.long("synopsis", label("work-synopsis"), &typed.synopsis, SYNOPSIS_CHARS_MAX),
            fields: declared.map(|attribute| self.attribute(attribute)).collect(),
            text: self.long("text", text_label, &typed.text, TEXT_CHARS_MAX),
            picture: self.picture(),
            source_name: self.line("source_name", label("work-source-name"), &typed.source_name, LINE_CHARS_MAX),
            source_url: self.line("source_url", label("work-source-url"), &typed.source_url, LINE_CHARS_MAX),
            pictures: self.pictures(kind),
            faults: Vec::new(),
            megabytes: PICTURE_BYTES_MAX / 1_000_000,
        };
        view.title.is_required = true;
        view.text.is_required = !kind.attributes.iter().any(is_file);
        let before = [&view.title, &view.synopsis].into_iter().chain(&view.fields);
        view.faults = faults(before.chain([&view.text, &view.picture, &view.source_name, &view.source_url]));
        view
    }

    /// Its files alone, for the template; none of them has to be chosen.
    pub fn files(&self) -> FilesView {
        let kind = self.site.kind(self.section);
        let files = kind.attributes.iter().filter(|attribute| is_file(attribute));
        let fields: Vec<_> =
            files.map(|attribute| FieldView { is_required: false, ..self.attribute(attribute) }).collect();
        let picture = self.picture();
        FilesView {
            action: self.action.clone(),
            faults: faults(fields.iter().chain([&picture])),
            fields,
            picture,
            pictures: self.pictures(kind),
            picture_megabytes: PICTURE_BYTES_MAX / 1_000_000,
            file_megabytes: DOCUMENT_BYTES_MAX / 1_000_000,
        }
    }

    /// The field of a picture for the text.
    fn picture(&self) -> FieldView {
        FieldView {
            r#type: FieldType::Picture,
            accepts: picture::TYPES,
            ..self.line(PICTURE, self.t("work-picture"), "", 0)
        }
    }

    fn t(&self, message: &'static str) -> String {
        self.site.locale.text(message, &[])
    }

    fn line(&self, id: &str, label: String, value: &str, chars_max: usize) -> FieldView {
        FieldView {
            id: id.to_owned(),
            label,
            r#type: FieldType::Line,
            unit: None,
            is_required: false,
            value: value.to_owned(),
            chars_max,
            fault: self.fault(id),
            file: None,
            accepts: "",
        }
    }

    fn long(&self, id: &str, label: String, value: &str, chars_max: usize) -> FieldView {
        FieldView { r#type: FieldType::Text, ..self.line(id, label, value, chars_max) }
    }

    fn attribute(&self, attribute: &AttributeKind) -> FieldView {
        let value = self.typed.attributes.get(&attribute.key).map_or("", String::as_str);
        let (r#type, accepts) = match attribute.r#type {
            AttributeType::Markup => (FieldType::Text, ""),
            AttributeType::Integer | AttributeType::Bytes => (FieldType::Number, ""),
            AttributeType::Image => (FieldType::Picture, picture::TYPES),
            AttributeType::File => (FieldType::File, DOCUMENT_ENDS),
            AttributeType::Text | AttributeType::Note | AttributeType::Thumbnail => (FieldType::Line, ""),
        };
        let unit = attribute.unit.as_ref().map(|unit| match unit {
            Unit::Fixed(unit) => unit.clone(),
            Unit::Forms { other, .. } => other.clone(),
        });
        let file = is_file(attribute).then(|| self.file(value)).flatten();
        FieldView {
            r#type,
            accepts,
            unit,
            file,
            is_required: attribute.required,
            ..self.line(&field(&attribute.key), attribute.label.clone(), value, chars_max(attribute))
        }
    }

    /// A file that was chosen before.
    fn file(&self, path: &str) -> Option<FileView> {
        let name = path.rsplit('/').next().filter(|name| !matches!(*name, "" | UNKNOWN))?;
        let is_old = !self.attached.iter().any(|attached| attached.upload.path == path);
        Some(FileView { name: name.to_owned(), url: self.file_url(path), is_old })
    }

    /// Where a file of the work is seen by who may see the form.
    fn file_url(&self, path: &str) -> String {
        let is_private = self.attached.iter().any(|attached| attached.upload.path == path && !attached.is_public);
        if is_private { private::url(&self.site.config.sidecar, path) } else { self.site.upload_url(path) }
    }

    /// What shows a picture in the text.
    fn picture_code(&self, picture: &Upload) -> String {
        let (path, alt) = (&picture.path, self.t("work-picture-alt"));
        match (self.format, picture.width, picture.height) {
            (TextFormat::Markdown, ..) => format!("![{alt}]({path})"),
            (TextFormat::Html, Some(width), Some(height)) => {
                format!("<img src=\"upload:{path}\" width=\"{width}\" height=\"{height}\" alt=\"{alt}\">")
            }
            (TextFormat::Html, ..) => format!("<img src=\"upload:{path}\" alt=\"{alt}\">"),
        }
    }

    fn genres(&self) -> Vec<GenreView> {
        let chosen = |name: &String| GenreView { name: name.clone(), is_chosen: *name == self.typed.genre };
        self.genres.iter().map(chosen).collect()
    }

    /// Pictures that may stand in the text: those that no attribute consists of.
    fn pictures(&self, kind: &Kind) -> Vec<PictureView> {
        let of_attributes: Vec<&String> = kind
            .attributes
            .iter()
            .filter(|it| is_file(it) || it.r#type == AttributeType::Thumbnail)
            .filter_map(|it| self.typed.attributes.get(&it.key))
            .collect();
        let for_text =
            |attached: &&Attached| attached.upload.width.is_some() && !of_attributes.contains(&&attached.upload.path);
        self.attached
            .iter()
            .filter(for_text)
            .map(|Attached { upload, is_shown, .. }| PictureView {
                url: self.file_url(&upload.path),
                width: upload.width,
                height: upload.height,
                code: self.picture_code(upload),
                is_shown: *is_shown,
            })
            .collect()
    }

    fn fault(&self, field: &str) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.field == field)?;
        Some(text(&self.site.locale, fault.what))
    }
}

/// What is wrong with fields, in their order.
fn faults<'a>(fields: impl Iterator<Item = &'a FieldView>) -> Vec<FaultView> {
    let fault = |field: &FieldView| {
        let text = field.fault.clone()?;
        Some(FaultView { id: field.id.clone(), label: field.label.clone(), text })
    };
    fields.filter_map(fault).collect()
}

fn text(locale: &Locale, what: What) -> String {
    let with = |message: &'static str, name: &'static str, number: i64| locale.text(message, &[(name, number.into())]);
    match what {
        What::Missing => locale.text("field-missing", &[]),
        What::TooLong(chars) => with("write-long", "chars", chars as i64),
        What::NoNumber => locale.text("field-no-number", &[]),
        What::NoAddress => locale.text("field-no-address", &[]),
        What::Refused(refusal) => refusal.text(locale),
    }
}
