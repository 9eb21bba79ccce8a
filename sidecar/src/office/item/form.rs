//! The form with a thing: its texts to be changed, a look at them, and what else can be done with it.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::{audit, creations};
use generator::model::Text;
use generator::text::moment::{field, typed};
use generator::view::Html;
use generator::view::screen::{self, Moment, moment};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Fault, Result};
use crate::form::Query;
use crate::office::act;
use crate::office::desk::{Desk, Sent};
use crate::office::log::{EntryView, entry};
use crate::writing::places;

use super::fields::{Field, Input, Wrong, fill, format_word, values, version};
use super::loaded::{Loaded, load};
use super::saving::{Saving, When, by_name, clean};
use super::{Item, Kind, NEW, state};

/// Acts shown beside the thing.
const ACTS: i64 = 10;

/// What the page says once more, after a change.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    said: String,
}

#[derive(Serialize)]
struct ItemView {
    kind: &'static str,
    kind_label: String,
    action: String,
    history_url: Option<String>,
    public_url: Option<String>,
    state: String,
    state_label: String,
    author: String,
    publish_at: Option<Moment>,
    /// In the site's zone, for the field.
    publish_at_value: String,
    format: &'static str,
    is_new: bool,
    fields: Vec<Field>,
    version: String,
    fault: Option<String>,
    previews: Vec<Preview>,
    choices: Option<Choices>,
    can_unpublish: bool,
    can_publish: bool,
    can_schedule: bool,
    can_delete: bool,
    log: Vec<EntryView>,
}

/// A text as its page will show it.
#[derive(Serialize)]
struct Preview {
    label: String,
    body: Html,
}

/// Where a creation may belong.
#[derive(Serialize)]
struct Choices {
    sections: Vec<Choice>,
    genres: Vec<Choice>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
    is_chosen: bool,
}

/// The form once more: why, and with which looks.
#[derive(Default)]
struct Again {
    status: StatusCode,
    fault: Option<String>,
    previews: Vec<Preview>,
    version: Option<String>,
    said: Option<String>,
}

/// The form.
pub async fn show(State(app): State<Arc<App>>, desk: Desk, item: Item, Query(said): Query<Said>) -> Result<Response> {
    let loaded = loaded(&app, &desk, &item).await?;
    let said = state::said(&app.site(), &said.said);
    page(&app, &desk, &item, loaded, Again { said, ..Again::default() }).await
}

/// What the form sends: texts to be looked at or saved, or something else to be done.
pub async fn send(State(app): State<Arc<App>>, item: Item, sent: Sent<Vec<(String, String)>>) -> Result<Response> {
    let Sent { desk, form, kept } = sent;
    let sent = by_name(form);
    let word = sent.get("do").map_or("", String::as_str);
    if !matches!(word, "save" | "preview") {
        return state::send(&app, &desk, &item, word, &sent).await;
    }
    let mut loaded = loaded(&app, &desk, &item).await.map_err(|error| error.keeping(&kept))?;
    let site = app.site();
    let version = sent.get("version").cloned().unwrap_or_default();
    let refused = |fault| Again {
        status: StatusCode::UNPROCESSABLE_ENTITY,
        fault: Some(fault),
        version: Some(version.clone()),
        ..Again::default()
    };
    if let Err(wrong) = fill(&mut loaded.fields, &sent) {
        let fault = match wrong {
            Wrong::Empty(field) => site.locale.text("office-empty", &[("field", field.into())]),
            Wrong::Long(field, chars) => {
                site.locale.text("office-long", &[("field", field.into()), ("chars", (chars as i64).into())])
            }
        };
        return page(&app, &desk, &item, loaded, refused(fault)).await;
    }
    clean(&site, item.kind, &loaded.title.clone(), loaded.format, &mut loaded.fields);
    if word == "preview" {
        app.paces
            .preview
            .take(desk.member.id.0, app.now())
            .map_err(|fast| crate::error::Error::from(fast).keeping(&kept))?;
        let previews = previews(&app, &loaded);
        let again = Again { previews, version: Some(version), ..Again::default() };
        return page(&app, &desk, &item, loaded, again).await;
    }
    let when = match sent.get("when").map(String::as_str) {
        Some("later") => When::Later,
        Some("at") => match typed(sent.get("publish_at").map_or("", String::as_str), site.zone) {
            Some(at) if at > app.now() => When::At(at),
            _ => return page(&app, &desk, &item, loaded, refused(site.locale.text("office-time-wrong", &[]))).await,
        },
        _ => When::Now,
    };
    let saving = Saving {
        member: &desk.member,
        site: &site,
        item: &item,
        fields: &loaded.fields,
        version: &version,
        when,
        now: app.now(),
    };
    match act::done(&app, &desk.member, &saving).await {
        Err(error) => match error.fault {
            Fault::Malformed(reason) => {
                let fault = site.locale.text("office-refused", &[("reason", reason.into())]);
                page(&app, &desk, &item, loaded, refused(fault)).await
            }
            Fault::TooLate(_) => {
                let fault = site.locale.text("office-changed-since", &[]);
                page(&app, &desk, &item, loaded, refused(fault)).await
            }
            _ => Err(error.keeping(&kept)),
        },
        done => done,
    }
}

/// The thing, for an editor who may see it.
async fn loaded(app: &App, desk: &Desk, item: &Item) -> Result<Loaded> {
    let site = app.site();
    let loaded = load(&mut app.snapshot().await?, &site, item).await?.ok_or(Fault::NotFound)?;
    desk.permit(&loaded.realm)?;
    Ok(loaded)
}

fn previews(app: &App, loaded: &Loaded) -> Vec<Preview> {
    let site = app.site();
    let texts = loaded.fields.iter().filter(|field| field.input == Input::Text && !field.value.trim().is_empty());
    texts
        .map(|field| {
            let text = Text { source: field.value.clone(), format: loaded.format };
            Preview { label: field.label.clone(), body: screen::message(&site, &text, screen::MESSAGE_HEADING_LEVEL) }
        })
        .collect()
}

async fn page(app: &App, desk: &Desk, item: &Item, loaded: Loaded, again: Again) -> Result<Response> {
    let site = app.site();
    let mut tx = app.snapshot().await?;
    let is_new = loaded.state == NEW;
    let is_public = matches!(loaded.state.as_str(), "approved" | "public");
    let public_url = match is_public {
        true => places::path(&mut tx, &loaded.page).await?,
        false => None,
    };
    let choices = match &loaded.creation {
        Some(belonging) => {
            let genres = creations::genres(&mut tx).await?;
            Some(Choices {
                sections: site
                    .sections
                    .iter()
                    .filter(|section| desk.rights.has_section(&section.key))
                    .map(|section| Choice {
                        value: section.key.clone(),
                        label: section.name.clone(),
                        is_chosen: section.key == belonging.section,
                    })
                    .collect(),
                genres: genres
                    .into_iter()
                    .filter(|genre| genre.section == belonging.section)
                    .map(|genre| Choice {
                        value: genre.id.to_string(),
                        label: genre.name,
                        is_chosen: Some(genre.id) == belonging.genre,
                    })
                    .collect(),
            })
        }
        None => None,
    };
    let log = audit::of_item(&mut tx, item.kind.word(), &item.key, ACTS).await?;
    drop(tx);
    // A form that was sent goes on from the version that it was made from.
    let version = again.version.unwrap_or_else(|| version(&values(&loaded.fields, loaded.format)));
    let state = loaded.state.as_str();
    let is_creation = item.kind == Kind::Creation;
    let is_news = item.kind == Kind::News;
    let view = ItemView {
        kind: item.kind.word(),
        kind_label: site.locale.text(item.kind.message(), &[]),
        action: item.url(&site),
        history_url: (!is_new).then(|| item.history_url(&site)),
        public_url,
        state_label: site.locale.text(state::label(state), &[]),
        author: loaded.author,
        publish_at: loaded.publish_at.map(|at| moment(&site, at)),
        publish_at_value: loaded.publish_at.map(|at| field(at, site.zone)).unwrap_or_default(),
        format: format_word(loaded.format),
        is_new,
        version,
        fault: again.fault,
        previews: again.previews,
        choices,
        can_unpublish: is_creation && state == "approved",
        can_publish: is_creation && matches!(state, "unpublished" | "waiting") || is_news && state == "draft",
        can_schedule: is_creation && state == "waiting" || is_news && state == "draft",
        can_delete: !is_new && !matches!(state, "deleted" | "expired"),
        log: log.into_iter().map(|noted| entry(&site, noted)).collect(),
        fields: loaded.fields,
        state: loaded.state,
    };
    let title = if loaded.title.trim().is_empty() { view.kind_label.clone() } else { loaded.title };
    let url = item.url(&site);
    Ok(crate::office::page_saying(app, desk, "item", again.status, &url, &title, again.said, view))
}
