//! The form with a thing: its texts to be changed, a look at them, and what else can be done with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use generator::db::creations::APPROVED;
use generator::site::Site;
use generator::text::moment::{field, typed};
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::Query;
use crate::office::act;
use crate::office::desk::{Desk, Sent};
use crate::office::said::{self, Said};
use crate::refusal::Refusal;
use crate::uploads::moving;

use super::fields::{Field, fill, merged};
use super::loaded::{Loaded, load};
use super::page::{Again, page, previews};
use super::saving::{Saving, When, by_name, changed, clean, require_section};
use super::{Item, former, history, state};

/// Where somebody comes from, and what the page says once more after a change.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    said: String,
    seen: String,
    /// A former version that the form is to be filled with.
    version: Option<i64>,
    /// The report that led here.
    report: Option<i64>,
}

/// The form.
pub async fn show(State(app): State<Arc<App>>, desk: Desk, item: Item, Query(asked): Query<Asked>) -> Result<Response> {
    let mut loaded = loaded(&app, &desk, &item).await?;
    let mut again = Again {
        said: said::text(&app.site(), &asked.said, &asked.seen),
        version: loaded.version(),
        report: asked.report,
        ..Again::default()
    };
    if let Some(row) = asked.version {
        let former = former::texts(&mut app.snapshot().await?, &item, row).await?.ok_or(Fault::NotFound)?;
        restore(&mut loaded, &former)?;
        again.is_restored = true;
    }
    page(&app, &desk, &item, loaded, again).await
}

/// Fills a form with what stood there once. What the thing has got since then stays.
fn restore(loaded: &mut Loaded, former: &BTreeMap<String, String>) -> Result<()> {
    if loaded.values().get("format") != former.get("format") {
        return Err(Refusal::new("office-restore-format").into());
    }
    for field in &mut loaded.fields {
        if let Some(text) = former.get(&field.name) {
            field.value.clone_from(text);
        }
    }
    Ok(())
}

/// What the form sends: texts to be looked at or saved, or something else to be done.
pub async fn send(
    State(app): State<Arc<App>>,
    item: Item,
    Query(asked): Query<Asked>,
    sent: Sent<Vec<(String, String)>>,
) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let sent = by_name(form);
    let outcome = match sent.get("do").map_or("", String::as_str) {
        "preview" => preview(&app, &desk, &item, &sent, asked.report).await,
        "save" => save(&app, &desk, &item, &sent, asked.report).await,
        word => act_beside(&app, &desk, &item, word, &sent, asked.report).await,
    };
    let answer = match outcome {
        Err(error) => match refusal(&error.fault) {
            Some(refusal) => refused(&app, &desk, &item, sent, &refusal, asked.report).await,
            None => Err(error),
        },
        done => done,
    };
    answer.map_err(|error| error.keeping(&kept))
}

/// What an editor is told of a fault that they can do something about.
pub fn refusal(fault: &Fault) -> Option<Refusal> {
    match fault {
        Fault::Refused(refusal) => Some(refusal.clone()),
        Fault::TooLate(_) => Some(Refusal::conflict("office-refused-state")),
        Fault::Malformed(_) => Some(Refusal::new("office-refused-form")),
        _ => None,
    }
}

/// The thing, for an editor who may see it.
async fn loaded(app: &App, desk: &Desk, item: &Item) -> Result<Loaded> {
    let site = app.site();
    let loaded = load(&mut app.snapshot().await?, &site, item).await?.ok_or(Fault::NotFound)?;
    desk.permit(&loaded.realm)?;
    Ok(loaded)
}

/// The thing with the texts that were sent.
fn typed_in(site: &Site, item: &Item, mut loaded: Loaded, sent: &BTreeMap<String, String>) -> Result<Loaded> {
    let stored = loaded.values();
    fill(&mut loaded.fields, sent)?;
    let title = loaded.title.clone();
    clean(site, item.kind, &title, loaded.format, &stored, &mut loaded.fields)?;
    Ok(loaded)
}

fn version_of(sent: &BTreeMap<String, String>) -> String {
    sent.get("version").cloned().unwrap_or_default()
}

async fn preview(
    app: &App,
    desk: &Desk,
    item: &Item,
    sent: &BTreeMap<String, String>,
    report: Option<i64>,
) -> Result<Response> {
    let loaded = typed_in(&app.site(), item, loaded(app, desk, item).await?, sent)?;
    app.paces.preview.take(desk.member.id.0, app.now()).map_err(Error::from)?;
    let previews = previews(app, &loaded);
    // The form goes on from the version that it was made from.
    let again = Again { previews, version: version_of(sent), report, ..Again::default() };
    page(app, desk, item, loaded, again).await
}

/// A thing as it is now, beside a form about it.
struct Beside {
    loaded: Loaded,
    /// The thing's fields with the texts in place that were changed in the form. What the form has as it was made stays as it is
    /// now, which a colleague may have changed since; if nobody knows how it was made, all of the form was changed.
    fields: Vec<Field>,
    /// The texts that the form was made with, unless they are those of now.
    seen: Option<BTreeMap<String, String>>,
    is_current: bool,
    is_typed: bool,
}

async fn beside(app: &App, desk: &Desk, item: &Item, sent: &BTreeMap<String, String>) -> Result<Beside> {
    let loaded = loaded(app, desk, item).await?;
    let version = version_of(sent);
    let is_current = loaded.version() == version;
    let seen = match is_current {
        true => None,
        false => former::seen(&mut app.snapshot().await?, item, &version).await?,
    };
    let mut made = loaded.fields.clone();
    // What is wrong with texts is nobody's business here.
    let _ = fill(&mut made, seen.as_ref().unwrap_or(&loaded.values()));
    let mut typed = made.clone();
    let _ = fill(&mut typed, sent);
    let is_typed = typed != made;
    let fields = match is_current || seen.is_some() {
        true => merged(&loaded.fields, &made, typed),
        false => typed,
    };
    Ok(Beside { loaded, fields, seen, is_current, is_typed })
}

/// What a button beside the texts says. While there are texts that nobody has saved it does nothing: they would be lost.
async fn act_beside(
    app: &App,
    desk: &Desk,
    item: &Item,
    word: &str,
    sent: &BTreeMap<String, String>,
    report: Option<i64>,
) -> Result<Response> {
    let before = beside(app, desk, item, sent).await?;
    if before.is_typed && !before.is_current {
        return Err(changed().into());
    }
    let is_unsaved = before.is_typed;
    // What is in no section of the site cannot be saved before it is moved.
    let is_moved_first = word == "move" && require_section(&app.site(), &before.loaded).is_err();
    if is_unsaved && !is_moved_first {
        return Err(Refusal::new("office-unsaved").into());
    }
    let done = state::send(app, desk, item, word, sent, report).await?;
    if !is_unsaved {
        return Ok(done);
    }
    let mut after = loaded(app, desk, item).await?;
    let version = after.version();
    // Whatever is wrong with it is said when it is saved.
    let _ = fill(&mut after.fields, sent);
    let said = said::text(&app.site(), Said::Moved.word(), "");
    page(app, desk, item, after, Again { version, said, report, ..Again::default() }).await
}

/// Return in a field beside the texts presses the form's first button, that saves: without another text, the field's own
/// is meant.
fn meant(site: &Site, beside: &Beside, sent: &BTreeMap<String, String>) -> Option<&'static str> {
    let loaded = &beside.loaded;
    if loaded.is_new() || beside.is_typed {
        return None;
    }
    let differs = |name: &str, value: &str| sent.get(name).is_some_and(|sent| sent.trim() != value.trim());
    let publish_at = loaded.publish_at.map(|at| field(at, site.zone)).unwrap_or_default();
    if differs("publish_at", &publish_at) {
        Some("schedule")
    } else if differs("author", &loaded.author) {
        Some("author")
    } else {
        None
    }
}

async fn save(
    app: &App,
    desk: &Desk,
    item: &Item,
    sent: &BTreeMap<String, String>,
    report: Option<i64>,
) -> Result<Response> {
    let site = app.site();
    let beside = beside(app, desk, item, sent).await?;
    if let Some(word) = meant(&site, &beside, sent) {
        return act_beside(app, desk, item, word, sent, report).await;
    }
    let loaded = typed_in(&site, item, beside.loaded, sent)?;
    let when = match sent.get("when").map(String::as_str) {
        Some("later") => When::Later,
        Some("at") => {
            let at = typed(sent.get("publish_at").map_or("", String::as_str), site.zone);
            When::At(at.filter(|at| *at > app.now()).ok_or(Refusal::new("office-time-wrong"))?)
        }
        _ => When::Now,
    };
    let is_prepared = match loaded.creation.as_ref().filter(|_| loaded.state == APPROVED) {
        Some(belonging) => {
            let texts: Vec<&str> = loaded.fields.iter().map(|field| field.value.as_str()).collect();
            moving::prepare_named(app, belonging.id, &texts).await?
        }
        None => false,
    };
    let saving = Saving {
        member: &desk.member,
        site: &site,
        item,
        fields: &loaded.fields,
        version: &version_of(sent),
        when,
        report,
        now: app.now(),
    };
    let done = act::done(app, &desk.member, &saving).await;
    if is_prepared {
        moving::settle_soon(app).await;
    }
    done
}

/// The form once more with all that was typed, why it was refused, and where somebody else was quicker, what is new. Who
/// has read that may send it again.
async fn refused(
    app: &App,
    desk: &Desk,
    item: &Item,
    sent: BTreeMap<String, String>,
    refusal: &Refusal,
    report: Option<i64>,
) -> Result<Response> {
    let site = app.site();
    let Beside { mut loaded, fields, seen, is_current, is_typed } = beside(app, desk, item, &sent).await?;
    let (now, current) = (loaded.values(), loaded.version());
    let word = sent.get("do").cloned().unwrap_or_default();
    // Whatever is wrong with the texts has been said, and they are as they were typed.
    if is_typed || is_current && matches!(word.as_str(), "save" | "preview") {
        loaded.fields = fields;
    }
    let mut again = Again {
        status: refusal.status(),
        fault: Some(refusal.text(&site)),
        version: version_of(&sent),
        report,
        ..Again::default()
    };
    let is_changed = *refusal == changed();
    if is_changed {
        let (title, before, after) = match seen {
            Some(seen) => ("office-difference-since", seen, now),
            None if is_typed => ("office-difference-yours", now, loaded.values()),
            None => ("office-difference-since", now.clone(), now),
        };
        again.differences = history::found(loaded.fields.clone(), before, after).await?;
        again.differences_title = site.locale.text(title, &[]);
        again.version = current;
    }
    again.sent = beside_texts(sent, &word, is_changed);
    page(app, desk, item, loaded, again).await
}

/// What the fields beside the texts keep. Where somebody else was quicker, only the one that was meant: the others may hold
/// what a colleague has changed since.
fn beside_texts(mut sent: BTreeMap<String, String>, word: &str, is_changed: bool) -> BTreeMap<String, String> {
    let is_at = sent.get("when").is_some_and(|when| when == "at");
    let meant = match word {
        "schedule" => "publish_at",
        "save" if is_at => "publish_at",
        "move" => "section",
        other => other,
    };
    sent.retain(|name, _| !is_changed || name == meant);
    sent
}
