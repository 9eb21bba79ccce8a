//! The sidecar's own pages, templates of `templates/sidecar/` in the frame of the site's, and its mails, those of
//! `templates/mail/`. Made for one person at one moment, they are no part of a generation.

use minijinja::value::Serde;
use minijinja::{Environment, Value};
use serde::Serialize;

use crate::files::SiteFiles;
use crate::site::Site;
use crate::view::screen::{self, Screen};

use super::assets::Assets;
use super::origins::Origins;
use super::{Error, environment, functions, pieces};

/// Compiled templates, the site's own among them.
pub struct Screens {
    environment: Environment<'static>,
    origins: Origins,
    policy: String,
}

impl Screens {
    /// Compiles all templates.
    ///
    /// # Errors
    /// The first fault found, with file and line.
    pub fn new(site: &Site, files: &SiteFiles, assets: &Assets) -> Result<Screens, Error> {
        let (mut environment, _) = environment()?;
        let origins = Origins::of(&files.templates);
        for (name, file) in &files.templates {
            let source = file.text().map_err(|error| Error(error.to_string()))?;
            environment.add_template_owned(name.clone(), source.to_owned()).map_err(|error| origins.explain(&error))?;
        }
        functions::add(&mut environment, site, assets);
        pieces::add(&mut environment, site).map_err(|error| origins.explain(&error))?;
        Ok(Screens { environment, origins, policy: functions::content_security_policy(site) })
    }

    /// The Content-Security-Policy of every page, the site's own ones too.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// A page by `templates/sidecar/{name}.html`, which knows the fields of `context`.
    ///
    /// # Errors
    /// An unknown variable, a message that is missing: with template and line.
    pub fn page(&self, site: &Site, name: &str, screen: Screen<'_>, context: impl Serialize) -> Result<String, Error> {
        let failed = |error: minijinja::Error| self.origins.explain(&error);
        let template = self.environment.get_template(&format!("sidecar/{name}.html")).map_err(failed)?;
        template.render(screen::context(site, screen, context)).map_err(failed)
    }

    /// A mail by `templates/mail/{name}.txt` and `.html`, which know the fields of `context`: text and HTML.
    ///
    /// # Errors
    /// As [`Screens::page`].
    pub fn mail(&self, name: &str, context: impl Serialize) -> Result<(String, String), Error> {
        let context = Value::from(Serde(context));
        let render = |name: String| {
            let failed = |error: minijinja::Error| self.origins.explain(&error);
            self.environment.get_template(&name).and_then(|template| template.render(&context)).map_err(failed)
        };
        Ok((render(format!("mail/{name}.txt"))?, render(format!("mail/{name}.html"))?))
    }
}
