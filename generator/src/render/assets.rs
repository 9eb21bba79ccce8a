//! The files of `static/`: minified, and named by their content so that they can be kept for ever; but for the few that
//! others look for at addresses of their own, `/ads.txt` and what is below `/.well-known/`.

use std::collections::BTreeMap;

use lightningcss::dependencies::{Dependency, DependencyOptions};
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, StyleSheet};

use crate::files::{File, Files};
use crate::site::Site;
use crate::store::{CacheClass, Object};

/// The folder of fingerprinted files on the target.
pub const FOLDER: &str = "assets/";
/// Hexadecimal digits of a fingerprint: 64 bits, far beyond any chance of two alike.
pub(crate) const FINGERPRINT_CHARS: usize = 16;

/// A fingerprinted file.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its path on the site, `/assets/css/site.0123456789abcdef.css`.
    pub path: String,
    /// What stands there.
    pub object: Object,
}

/// Names under `static/` that stand at the site's root as they are, as others want them there; but that they may name the
/// site's address, and where readers tell the editors of something. A folder ends with a slash.
const AT_ROOT: [&str; 3] = [".well-known/", "ads.txt", "app-ads.txt"];

/// Whether a file of `static/`, or of the target, is one that stands at the root under its own name.
pub fn is_at_root(name: &str) -> bool {
    AT_ROOT.iter().any(|known| name == *known || known.ends_with('/') && name.starts_with(known))
}

/// All assets by their name under `static/`.
#[derive(Clone, Debug)]
pub struct Assets {
    assets: BTreeMap<String, Asset>,
    /// The class of those that stand at the root under their own names.
    page_class: CacheClass,
    /// What a site is called in those, by the word that stands for it.
    addresses: [(&'static str, String); 2],
}

/// A static file that is broken.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Assets {
    /// Minifies and fingerprints the files of `static/`.
    ///
    /// # Errors
    /// A stylesheet that is none, or that refers to a file which is not there.
    pub fn new(files: &Files, site: &Site) -> Result<Assets, Error> {
        let paths = &site.config.sidecar;
        let report = site.absolute(&paths.url(&paths.report));
        let addresses = [("{{ site_url }}", site.url.clone()), ("{{ report_url }}", report)];
        let mut assets = Assets { assets: BTreeMap::new(), page_class: site.cdn.page_class(), addresses };
        // Stylesheets name other files by their fingerprints, so they come last.
        let (stylesheets, others): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| name.ends_with(".css"));
        for (name, file) in others {
            let body = if name.ends_with(".js") { minify_script(file)? } else { file.bytes.clone() };
            assets.add(name, body);
        }
        for (name, file) in stylesheets {
            let body = assets.minify_stylesheet(name, file)?;
            assets.add(name, body);
        }
        Ok(assets)
    }

    /// All assets, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Asset> {
        self.assets.values()
    }

    /// The path of each asset by its name.
    pub fn urls(&self) -> BTreeMap<String, String> {
        self.assets.iter().map(|(name, asset)| (name.clone(), asset.path.clone())).collect()
    }

    fn add(&mut self, name: &str, body: Vec<u8>) {
        if is_at_root(name) {
            let content_type = content_type(name);
            let body = match String::from_utf8(body) {
                Ok(text) => self.addresses.iter().fold(text, |text, (word, url)| text.replace(word, url)).into_bytes(),
                Err(error) => error.into_bytes(),
            };
            let object = Object { body, content_type, class: self.page_class, redirect: None };
            self.assets.insert(name.to_owned(), Asset { path: format!("/{name}"), object });
            return;
        }
        let digest = blake3::hash(&body).to_hex();
        let fingerprint = &digest.as_str()[..FINGERPRINT_CHARS];
        let path = match name.rsplit_once('.') {
            Some((stem, suffix)) => format!("/{FOLDER}{stem}.{fingerprint}.{suffix}"),
            None => format!("/{FOLDER}{name}.{fingerprint}"),
        };
        let object = Object { body, content_type: content_type(name), class: CacheClass::Immutable, redirect: None };
        self.assets.insert(name.to_owned(), Asset { path, object });
    }

    fn minify_stylesheet(&self, name: &str, file: &File) -> Result<Vec<u8>, Error> {
        let origin = file.origin.display().to_string();
        let failed = |what: &dyn std::fmt::Display| Error(format!("{origin}: {what}"));
        let source = file.text().map_err(|error| Error(error.to_string()))?;
        let options = ParserOptions { filename: origin.clone(), ..ParserOptions::default() };
        let mut sheet = StyleSheet::parse(source, options).map_err(|error| Error(error.to_string()))?;
        sheet.minify(MinifyOptions::default()).map_err(|error| failed(&error))?;
        let printed = sheet
            .to_css(PrinterOptions {
                minify: true,
                analyze_dependencies: Some(DependencyOptions::default()),
                ..PrinterOptions::default()
            })
            .map_err(|error| failed(&error))?;
        let mut css = printed.code;
        for dependency in printed.dependencies.unwrap_or_default() {
            match dependency {
                Dependency::Url(url) => {
                    css = css.replace(&url.placeholder, &self.resolve(name, &url.url).map_err(|what| failed(&what))?);
                }
                Dependency::Import(import) => {
                    return Err(failed(&format!("@import of `{}`: put it all into one file", import.url)));
                }
            }
        }
        Ok(css.into_bytes())
    }

    /// The address of what a stylesheet refers to.
    fn resolve(&self, stylesheet: &str, url: &str) -> Result<String, String> {
        if url.starts_with("data:") || url.starts_with('#') {
            return Ok(url.to_owned());
        }
        let mut folders: Vec<&str> = stylesheet.split('/').collect();
        folders.pop();
        for part in url.split('/') {
            match part {
                "." => {}
                ".." => {
                    folders.pop();
                }
                part => folders.push(part),
            }
        }
        let name = folders.join("/");
        let asset = self.assets.get(&name).ok_or_else(|| format!("url({url}) names no file static/{name}"))?;
        Ok(asset.path.clone())
    }
}

fn minify_script(file: &File) -> Result<Vec<u8>, Error> {
    let source = file.text().map_err(|error| Error(error.to_string()))?;
    Ok(minifier::js::minify(source).to_string().into_bytes())
}

/// The type of a file of `static/`, by its name.
pub(crate) fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, suffix)| suffix) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ if name == ".well-known/traffic-advice" => "application/trafficadvice+json",
        _ => "application/octet-stream",
    }
}
