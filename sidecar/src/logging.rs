//! The log: one line for each event on standard output, as text or JSON, with the request's id. Warnings and errors are
//! also kept for the operators ([`crate::alerts`]), errors reported ([`crate::reporting`]).

use std::fmt::{self, Write};
use std::io::IsTerminal;

use anyhow::bail;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::{alerts, reporting};

/// Events of this target are about telling operators, and told to nobody: that would go on for ever.
pub const UNTOLD: &str = "untold";

/// Begins to log as `LOG_FORMAT` says: `text`, the default, or `json`.
///
/// # Errors
/// Another word.
pub fn begin() -> anyhow::Result<()> {
    let format = std::env::var("LOG_FORMAT").unwrap_or_default();
    // A file is no place for colours.
    let is_terminal = std::io::stdout().is_terminal();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stdout).with_ansi(is_terminal).with_target(false);
    let registry = tracing_subscriber::registry().with(LevelFilter::INFO).with(Told);
    match format.trim() {
        "" | "text" => registry.with(lines).init(),
        "json" => registry.with(lines.json().flatten_event(true).with_current_span(true).with_span_list(false)).init(),
        other => bail!("LOG_FORMAT: `{other}` is neither text nor json"),
    }
    Ok(())
}

/// Gives warnings and errors to those who tell people.
struct Told;

impl<S: Subscriber> Layer<S> for Told {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let level = *event.metadata().level();
        if level > Level::WARN || event.metadata().target() == UNTOLD {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        if level == Level::ERROR {
            reporting::error(&fields);
        }
        let word = if level == Level::ERROR { "ERROR" } else { "WARNING" };
        alerts::noted().add(format!("[{word}] {}", fields.message));
    }
}

/// What an event says.
#[derive(Debug, Default)]
pub struct Fields {
    /// Its text.
    pub message: String,
    /// The path that was asked for.
    pub path: Option<String>,
    /// The row of the table of routes that answers there.
    pub route: Option<String>,
    /// The page that could not be built.
    pub page: Option<String>,
}

impl Fields {
    fn set(&mut self, field: &Field, value: String) {
        match field.name() {
            "message" => self.message = value,
            "path" => self.path = Some(value),
            "route" => self.route = Some(value).filter(|route| !route.is_empty()),
            "page" => self.page = Some(value),
            _ => {}
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = write!(text, "{value:?}");
        self.set(field, text);
    }
}
