//! From a view to the bytes of a file: minijinja templates, the same on every core.

pub mod assets;
mod functions;
mod origins;
mod pieces;
mod references;
pub mod screens;

use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Output, State, UndefinedBehavior, Value};

use crate::files::{self, Files, SiteFiles};
use crate::site::Site;
use crate::store::{CacheClass, Object};
use crate::text::{escape_html_pieces, printable};
use crate::view::View;

use self::assets::Assets;
use self::origins::Origins;
pub use self::references::References;

/// Everything that turns views into files.
pub struct Renderer {
    environment: Environment<'static>,
    origins: Origins,
    policy: String,
    /// The fingerprinted files.
    pub assets: Assets,
    /// Which templates print what of other files.
    pub references: References,
    /// What all templates know of the site, as JSON.
    pub site: String,
    /// How long copies of pages are good.
    page_class: CacheClass,
}

/// A page as it is written.
pub struct Rendered {
    /// Where it stands.
    pub path: String,
    /// What stands there.
    pub object: Object,
    /// Digest of body, content type, cache class and redirect.
    pub digest: [u8; 32],
}

/// A template that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Renderer {
    /// Compiles all templates and assets of a site.
    ///
    /// # Errors
    /// The first fault found, with file and line.
    pub fn new(site: &Site, files: &SiteFiles) -> Result<Renderer, Error> {
        let assets = Assets::new(&files.statics, site).map_err(|error| Error(error.to_string()))?;
        let (mut environment, syntax) = environment()?;
        let origins = Origins::of(&files.templates);
        let mut references = References::default();
        for (name, file) in site_templates(&files.templates) {
            let source = file.text().map_err(|error| Error(error.to_string()))?;
            let explain = |error| origins.explain(&error);
            environment.add_template_owned(name.clone(), source.to_owned()).map_err(explain)?;
            references.add(name, source, &syntax).map_err(explain)?;
        }
        for kind in site.kinds.values() {
            if environment.get_template(&kind.template).is_err() {
                return Err(Error(format!("templates/{} is missing; kind `{}` asks for it", kind.template, kind.name)));
            }
        }
        let site_json = functions::add(&mut environment, site, &assets);
        let policy = functions::content_security_policy(site);
        pieces::add(&mut environment, site).map_err(|error| origins.explain(&error))?;
        let page_class = site.cdn.page_class();
        Ok(Renderer { environment, origins, policy, assets, references, site: site_json, page_class })
    }

    /// Pages' templates of the site's own that no page is made with and no other template names: mistyped, most likely.
    pub fn useless_templates(&self, site: &Site, files: &SiteFiles) -> Vec<String> {
        let is_useless = |name: &str| {
            !files::is_shipped_template(name)
                && !site.kinds.values().any(|kind| kind.template == name)
                && self.references.reached_by_template(name).iter().all(|reached| *reached == name)
        };
        let own = site_templates(&files.templates).filter(|(name, _)| is_useless(name));
        own.map(|(_, file)| file.origin.display().to_string()).collect()
    }

    /// The Content-Security-Policy of every page.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// Renders a page by a template into `body`, whose memory is used again and whose former content is dropped.
    ///
    /// # Errors
    /// An unknown variable, a message that is missing: with template and line.
    pub fn render(&self, template: &str, view: View, mut body: Vec<u8>) -> Result<Rendered, Error> {
        let failed = |error: minijinja::Error| self.origins.explain(&error);
        let compiled = self.environment.get_template(template).map_err(failed)?;
        body.clear();
        compiled.render_captured_to(view.context, &mut body).map_err(failed)?;
        let object =
            Object { body, content_type: content_type(template), class: self.page_class, redirect: view.redirect };
        Ok(Rendered { path: view.path, digest: digest(&object), object })
    }
}

/// An environment without templates, and the syntax that it reads them in.
fn environment() -> Result<(Environment<'static>, SyntaxConfig), Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    let syntax = syntax.map_err(|error| Error(error.to_string()))?;
    environment.set_syntax(syntax.clone());
    environment.set_auto_escape_callback(|name| {
        if name.ends_with(".html") || name.ends_with(".xml") { AutoEscape::Html } else { AutoEscape::None }
    });
    environment.set_formatter(format_value);
    Ok((environment, syntax))
}

/// Text is escaped as everywhere else in this program; minijinja's own rule would also escape slashes, which
/// makes every address longer and harder to read in the source.
fn format_value(out: &mut Output, state: &mut State, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() && matches!(state.auto_escape(), AutoEscape::Html) => {
            escape_html_pieces(&printable(text), |piece| out.write_str(piece)).map_err(minijinja::Error::from)
        }
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// Digest of all that a client can see of an object.
pub fn digest(object: &Object) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(object.content_type.as_bytes());
    hasher.update(&[0]);
    hasher.update(object.class.cache_control().as_bytes());
    hasher.update(&[0]);
    hasher.update(object.redirect.as_deref().unwrap_or_default().as_bytes());
    hasher.update(&[0]);
    hasher.update(&object.body);
    *hasher.finalize().as_bytes()
}

/// The templates of pages; those of the sidecar and of mails are none of the renderer's business.
pub fn site_templates(templates: &Files) -> impl Iterator<Item = (&String, &crate::files::File)> {
    let folders = ["sidecar/", "mail/"];
    templates.iter().filter(move |(name, _)| !folders.iter().any(|folder| name.starts_with(folder)))
}

fn content_type(template: &str) -> &'static str {
    if template.ends_with(".rss.xml") {
        "application/rss+xml; charset=utf-8"
    } else if template.ends_with(".atom.xml") {
        "application/atom+xml; charset=utf-8"
    } else if template.ends_with(".xml") {
        "application/xml; charset=utf-8"
    } else if template.ends_with(".txt") {
        "text/plain; charset=utf-8"
    } else {
        "text/html; charset=utf-8"
    }
}
