//! What is put into a store and found there: objects with what a client sees beside their content. Pure.

/// How long copies of an object may be used without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CacheClass {
    /// Its name changes with its content: a year, immutable.
    Immutable,
    /// Pages and feeds: the browser asks each time, the edge keeps them shortly.
    Revalidate,
    /// As [`CacheClass::Revalidate`], where the edge is told of each change: it keeps them for up to an hour.
    Purged,
    /// Nobody's but who may ask for it: no copy at all.
    Private,
}

impl CacheClass {
    /// The class of a key: fingerprinted files are in the assets' folder, everything else is as pages are.
    pub fn of(key: &str) -> CacheClass {
        if key.starts_with(crate::render::assets::FOLDER) { CacheClass::Immutable } else { CacheClass::Revalidate }
    }

    /// The header's value.
    pub fn cache_control(self) -> &'static str {
        match self {
            CacheClass::Immutable => "public, max-age=31536000, immutable",
            CacheClass::Revalidate => "public, max-age=0, s-maxage=60, must-revalidate",
            CacheClass::Purged => "public, max-age=0, s-maxage=3600, must-revalidate",
            CacheClass::Private => "private, no-store",
        }
    }
}

/// What is put into a store.
#[derive(Clone, Debug)]
pub struct Object {
    /// The content.
    pub body: Vec<u8>,
    /// MIME type.
    pub content_type: &'static str,
    /// How long copies are good.
    pub class: CacheClass,
    /// Where it leads, for a redirect.
    pub redirect: Option<String>,
}

/// Types of files that browsers are to save and never to show.
const DOWNLOAD_TYPES: [&str; 17] = [
    "application/pdf",
    "application/zip",
    "application/vnd.rar",
    "application/x-7z-compressed",
    "application/gzip",
    "application/rtf",
    "application/epub+zip",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "application/octet-stream",
];

/// The type's own name in [`DOWNLOAD_TYPES`], if it is one.
pub fn download_type(content_type: &str) -> Option<&'static str> {
    DOWNLOAD_TYPES.into_iter().find(|known| *known == content_type)
}

impl Object {
    /// `Content-Disposition`, where it has one.
    pub fn disposition(&self) -> Option<&'static str> {
        disposition(self.content_type)
    }
}

/// `Content-Disposition` of a type, where it has one.
pub(super) fn disposition(content_type: &str) -> Option<&'static str> {
    download_type(content_type).map(|_| "attachment")
}

/// What stands at a key, as far as a writer knows, who wants to replace that and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever it is.
    Anything,
    /// Nothing.
    Absent,
    /// This version of an object, by the store's own name for it.
    Version(String),
}

/// An object that is to be written.
#[derive(Clone, Debug)]
pub struct Put {
    /// Where.
    pub key: String,
    /// What.
    pub object: Object,
    /// What it replaces, for a store that goes by versions.
    pub expected: Expected,
}

/// What became of a [`Put`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// It stands there, under the store's own name for this version, if it has one.
    Done(Option<String>),
    /// It was too late to begin; nothing was changed.
    TooLate,
    /// The time was over before the answer came: it may be written, or may still be.
    Uncertain,
    /// Something else stands there than what was expected: somebody else has been there. Nothing was changed.
    Overtaken,
}

/// What a store says of an object beside its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// Where it leads.
    pub redirect: Option<String>,
}

impl Attributes {
    /// Whether they are those that the object is to have.
    pub fn are_of(&self, object: &Object) -> bool {
        self.content_type.as_deref() == Some(object.content_type)
            && self.cache_control.as_deref() == Some(object.class.cache_control())
            && self.redirect == object.redirect
    }
}

/// What stands at a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Missing,
    /// The very version that was asked for.
    Version(Attributes),
    /// This content, with its attributes where the store keeps any.
    Body(Vec<u8>, Option<Attributes>),
}
