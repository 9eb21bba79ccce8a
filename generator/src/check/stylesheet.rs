//! Stylesheets: whether they are some, and where their `url()`s and fonts are.

use lightningcss::dependencies::{Dependency, DependencyOptions};
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{ParserOptions, StyleSheet};

use super::files::File;
use super::gather::Gathered;
use super::{Checker, Rule};

/// Checks a stylesheet.
pub(super) fn check(checker: &Checker<'_>, file: File<'_>, css: &str, out: &mut Gathered) {
    let urls = match urls(css) {
        Ok(urls) => urls,
        Err(fault) => {
            out.findings.add(file.key, Rule::MalformedStylesheet, fault);
            return;
        }
    };
    let path = file.path();
    // What a stylesheet holds in itself runs no script.
    for url in urls.iter().filter(|url| !url.starts_with("data:")) {
        out.link(checker, file, &path, url, None);
    }
}

fn urls(css: &str) -> Result<Vec<String>, String> {
    let sheet = StyleSheet::parse(css, ParserOptions::default()).map_err(|error| error.to_string())?;
    let options =
        PrinterOptions { analyze_dependencies: Some(DependencyOptions::default()), ..PrinterOptions::default() };
    let printed = sheet.to_css(options).map_err(|error| error.to_string())?;
    let dependencies = printed.dependencies.unwrap_or_default();
    Ok(dependencies
        .into_iter()
        .map(|dependency| match dependency {
            Dependency::Url(url) => url.url,
            Dependency::Import(import) => import.url,
        })
        .collect())
}
