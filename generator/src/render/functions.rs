//! What templates can call: texts of the locale, addresses of assets, the site's own words.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use fluent_bundle::{FluentArgs, FluentValue};
use minijinja::value::{Kwargs, Serde, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Value};
use serde::Serialize;

use crate::page::{Page, Part};
use crate::site::Site;
use crate::site::locale::Locale;
use crate::site::sidecar_paths::API;

use super::assets::{Assets, FOLDER};

#[derive(Serialize)]
struct Link {
    title: String,
    url: String,
}

#[derive(Serialize)]
struct MenuGroup {
    title: String,
    items: Vec<Link>,
}

/// `site` in every template.
#[derive(Serialize)]
struct SiteView {
    title: String,
    tagline: String,
    description: String,
    language: String,
    url: String,
    csp: String,
    home_url: String,
    copyright: Option<String>,
    feeds: Vec<Link>,
    menu: Vec<MenuGroup>,
    footer: Vec<Link>,
    news_url: Option<String>,
    newest_url: Option<String>,
    members_url: Option<String>,
    forum_url: Option<String>,
    links_url: Option<String>,
    /// Where the sidecar answers, by the names in site.toml.
    sidecar: BTreeMap<&'static str, String>,
}

/// What templates call for the address of an asset.
pub(super) const ASSET: &str = "asset";

/// Gives an environment its functions and globals. Gives back what `site` says to all templates, as JSON.
pub(super) fn add(environment: &mut Environment<'static>, site: &Site, assets: &Assets) -> String {
    let locale = Arc::clone(&site.locale);
    let fixed: HashMap<String, Value> =
        locale.fixed().iter().map(|(id, text)| (id.clone(), Value::from(text.as_str()))).collect();
    let counted = Counted::default();
    environment.add_function("t", move |id: &str, args: Kwargs| match fixed.get(id) {
        Some(text) => Ok(text.clone()),
        None => counted.get_or(id, &args, || translate(&locale, id, &args)),
    });
    let urls = assets.urls();
    environment.add_function(ASSET, move |name: &str| {
        urls.get(name)
            .cloned()
            .map(Value::from_safe_string)
            .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no static/{name}")))
    });
    let view = site_view(site);
    let json = serde_json::to_string(&view).expect("texts are JSON");
    environment.add_global("site", Value::from(Serde(view)));
    json
}

/// Messages about a number, such as „5 hlasů": lists show the same few again and again.
#[derive(Default)]
struct Counted {
    texts: RwLock<HashMap<String, HashMap<i64, Value>>>,
}

impl Counted {
    /// A message's numbers beyond so many are formatted each time.
    const NUMBERS_MAX: usize = 1_000;

    fn get_or(&self, id: &str, args: &Kwargs, format: impl Fn() -> Result<String, Error>) -> Result<Value, Error> {
        let mut names = args.args();
        let number = match (names.next(), names.next()) {
            (Some(name), None) => args.get::<Value>(name)?,
            _ => return format().map(Value::from),
        };
        let (ValueKind::Number, Some(number)) = (number.kind(), number.as_i64()) else {
            return format().map(Value::from);
        };
        let texts = self.texts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = texts.get(id).and_then(|numbers| numbers.get(&number)) {
            return Ok(text.clone());
        }
        drop(texts);
        let text = Value::from(format()?);
        let mut texts = self.texts.write().unwrap_or_else(PoisonError::into_inner);
        let numbers = texts.entry(id.to_owned()).or_default();
        if numbers.len() < Self::NUMBERS_MAX {
            numbers.insert(number, text.clone());
        }
        Ok(text)
    }
}

fn translate(locale: &Locale, id: &str, args: &Kwargs) -> Result<String, Error> {
    let mut fluent = FluentArgs::new();
    for name in args.args() {
        let value: Value = args.get(name)?;
        let value = match (value.kind(), value.as_i64()) {
            (ValueKind::Number, Some(number)) => FluentValue::from(number),
            _ => FluentValue::from(value.to_string()),
        };
        fluent.set(name.to_owned(), value);
    }
    locale.format(id, &fluent).map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
}

fn site_view(site: &Site) -> SiteView {
    let config = &site.config;
    let url = |page: Page| site.offers(&page).then(|| site.path(&page, ""));
    let link = |key: &String| {
        let page: Page = key.parse().ok()?;
        Some(Link { title: site.title(&page).unwrap_or_else(|| key.clone()), url: site.path(&page, "") })
    };
    let feed = |page: Page, message| {
        let title = site.locale.text(message, &[("site", config.title.as_str().into())]);
        Some(Link { title, url: url(page)? })
    };
    SiteView {
        title: config.title.clone(),
        tagline: config.tagline.clone(),
        description: config.description.clone(),
        language: config.language.clone(),
        url: site.url.clone(),
        csp: content_security_policy(site),
        home_url: site.path(&Page::Home, ""),
        copyright: config.copyright.clone(),
        feeds: [feed(Page::EverythingFeed, "feed-everything-title"), feed(Page::ForumFeed, "feed-forum-title")]
            .into_iter()
            .flatten()
            .collect(),
        menu: config
            .menu
            .iter()
            .map(|group| MenuGroup { title: group.title.clone(), items: group.pages.iter().filter_map(link).collect() })
            .collect(),
        footer: config.footer.iter().filter_map(link).collect(),
        news_url: url(Page::News(Part::Head)),
        newest_url: url(Page::Newest),
        members_url: url(Page::Members(Part::Head)),
        forum_url: url(Page::Forum(Part::Head)),
        links_url: url(Page::Links(Part::Head)),
        sidecar: config.sidecar.urls(),
    }
}

/// Only the site's own fingerprinted files, the uploads (private ones too, for pages that are looked at before they are
/// published) and what the sidecar answers to programs. On https the sources are
/// the very folders; on http, a developer's machine that may be called by several names, the page's own origin.
pub(super) fn content_security_policy(site: &Site) -> String {
    let own = if site.url.starts_with("https://") { format!("{}/{FOLDER}", site.url) } else { "'self'".to_owned() };
    let uploads = match site.uploads_url.starts_with('/') {
        true if site.url.starts_with("https://") => format!("{}{}", site.url, site.uploads_url),
        true => "'self'".to_owned(),
        false => site.uploads_url.clone(),
    };
    let api = if own == "'self'" { own.clone() } else { format!("{}/{API}/", site.url) };
    let mut images = if own == uploads { own.clone() } else { format!("{own} {uploads}") };
    if own != "'self'" {
        let private = site.config.sidecar.url(&site.config.sidecar.private_files);
        images = format!("{images} {}{private}", site.url);
    }
    format!(
        "default-src 'none'; script-src {own}; style-src {own}; font-src {own}; img-src {images}; \
        manifest-src {own}; connect-src {api}; form-action 'self'; base-uri 'none'"
    )
}
