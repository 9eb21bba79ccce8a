//! A work with its form, its state and what happened to it; and what the form sends.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::submissions::{self, Action, Own};
use generator::db::uploads::{self, Attached};
use generator::db::{Tx, creations};
use generator::model::{CreationId, CreationText, Text, TextFormat};
use generator::page::Page;
use generator::publish::creations::Work;
use generator::site::Site;
use generator::site::section::Section;
use generator::text::order::sort_key;
use generator::view::screen::{Moment, moment};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::sent::Sent;
use crate::form::{Nothing, Number, Posted, Query};
use crate::screen;
use crate::visitor::Member;
use crate::writing::places;

use super::form::{Form, FormView};
use super::steps::{self, Step, Target, Writing};
use super::typed::{FieldFault, Typed, What, values};
use super::{StateView, files, section_name, title, url};

/// Works of one member that are neither public nor rejected.
const OPEN_WORKS_MAX: i64 = 100;

/// What the page says of what was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    said: String,
}

#[derive(Serialize)]
struct WorkView {
    section: String,
    action: String,
    state: Option<StateView>,
    /// What was just done, or is wrong with the whole.
    said: Option<String>,
    is_fault: bool,
    history: Vec<EventView>,
    /// Where its page is, of a public one.
    public_url: Option<String>,
    preview_url: Option<String>,
    delete_url: Option<String>,
    can_withdraw: bool,
    publish_at: Option<Moment>,
    form: Option<FormView>,
}

#[derive(Serialize)]
struct EventView {
    happened: Moment,
    text: String,
    nick: String,
    note: String,
}

/// A work of one's own with what belongs to it.
struct Found {
    own: Own,
    text: CreationText,
    attached: Vec<Attached>,
    history: Vec<submissions::Event>,
    genres: Vec<String>,
    public_url: Option<String>,
}

impl Found {
    async fn load(app: &App, member: &Member, id: CreationId) -> Result<Found> {
        let site = app.site();
        let mut tx = app.snapshot().await?;
        let own = submissions::own(&mut tx, member.id, id).await?.ok_or(Fault::NotFound)?;
        let text = creations::texts(&mut tx, &[id.0]).await?.remove(&id).ok_or(Fault::NotFound)?;
        let page = Page::Creation { section: own.section.clone(), number: own.number };
        Ok(Found {
            attached: uploads::of_creation(&mut tx, id).await?,
            history: submissions::history(&mut tx, id).await?,
            genres: genres(&mut tx, &site, &own.section).await?,
            public_url: match own.state == creations::APPROVED {
                true => Some(places::path(&mut tx, &page).await?.unwrap_or_else(|| site.path(&page, &own.slug))),
                false => None,
            },
            own,
            text,
        })
    }

    /// Whether its author may write into it. The form knows Markdown alone, and a text must not change its format unseen.
    fn is_editable(&self) -> bool {
        matches!(self.own.state.as_str(), "draft" | "returned") && self.text.body.format == TextFormat::Markdown
    }
}

/// The genres that a section offers, and those that its works have.
async fn genres(tx: &mut Tx, site: &Site, section: &str) -> Result<Vec<String>> {
    let mut genres = submissions::genres(tx, section).await?;
    genres.extend(site.section(section).into_iter().flat_map(|section| section.genres.iter().cloned()));
    genres.sort_by_cached_key(|name| sort_key(name, &site.config.language));
    genres.dedup();
    Ok(genres)
}

/// The form of a new work.
pub async fn new_form(State(app): State<Arc<App>>, _: Member, Path(key): Path<String>) -> Result<Response> {
    let site = app.site();
    let section = site.section(&key).ok_or(Fault::NotFound)?;
    let genres = genres(&mut app.snapshot().await?, &site, &key).await?;
    Ok(fresh(&app, section, genres, &Typed::default(), &[], StatusCode::OK, None))
}

fn fresh(
    app: &App,
    section: &Section,
    genres: Vec<String>,
    typed: &Typed,
    faults: &[FieldFault],
    status: StatusCode,
    said: Option<String>,
) -> Response {
    let site = app.site();
    let paths = &site.config.sidecar;
    let action = format!("{}{}/{}/", paths.url(&paths.works), paths.new, section.key);
    let form = Form {
        site: &site,
        section,
        genres,
        typed,
        faults,
        attached: &[],
        action: action.clone(),
        format: TextFormat::Markdown,
    };
    let view = WorkView {
        section: section.name.clone(),
        action: action.clone(),
        state: None,
        is_fault: said.is_some() || !faults.is_empty(),
        said,
        history: Vec::new(),
        public_url: None,
        preview_url: None,
        delete_url: None,
        can_withdraw: false,
        publish_at: None,
        form: Some(form.view()),
    };
    screen::page(app, "work", status, &action, &site.locale.text("work-new-title", &[]), view)
}

/// What that form sends.
pub async fn new(State(app): State<Arc<App>>, Path(key): Path<String>, sent: Sent) -> Result<Response> {
    let site = app.site();
    let kept = sent.kept.clone();
    let section = site.section(&key).ok_or(Fault::NotFound)?;
    let written = async {
        let mut tx = app.snapshot().await?;
        let genres = genres(&mut tx, &site, &key).await?;
        let open = submissions::open_count(&mut tx, sent.member.id).await?;
        drop(tx);
        let typed = Typed::sent(site.kind(section), &sent);
        let too_long = typed.too_long(site.kind(section));
        let too_many = (open >= OPEN_WORKS_MAX).then(|| site.locale.text("work-too-many", &[]));
        if too_many.is_some() || !too_long.is_empty() {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(fresh(&app, section, genres, &typed, &too_long, status, too_many));
        }
        keep(&app, section, Target::New(&key), typed, Map::new(), sent).await
    };
    written.await.map_err(|error: Error| error.keeping(&kept))
}

/// A work of one's own.
pub async fn show(
    State(app): State<Arc<App>>,
    member: Member,
    Number(id): Number,
    Query(said): Query<Said>,
) -> Result<Response> {
    let site = app.site();
    let found = Found::load(&app, &member, CreationId(id)).await?;
    let typed = Typed::kept(&found.own, &found.text);
    let (message, faults) = match said.said.as_str() {
        "saved" => (Some("work-saved"), Vec::new()),
        "picture" => (Some("work-picture-added"), Vec::new()),
        "submitted" => (Some("work-submitted"), Vec::new()),
        "withdrawn" => (Some("work-withdrawn"), Vec::new()),
        "incomplete" => {
            let section = site.section(&found.own.section).ok_or(Fault::NotFound)?;
            (Some("work-preview-incomplete"), typed.missing(site.kind(section), &found.own.attributes))
        }
        _ => (None, Vec::new()),
    };
    let said = message.map(|message| site.locale.text(message, &[]));
    Ok(page(&app, found, &typed, &faults, StatusCode::OK, said))
}

/// What a work's form sends.
pub async fn write(State(app): State<Arc<App>>, Number(id): Number, sent: Sent) -> Result<Response> {
    let kept = sent.kept.clone();
    written(&app, CreationId(id), sent).await.map_err(|error| error.keeping(&kept))
}

async fn written(app: &App, id: CreationId, sent: Sent) -> Result<Response> {
    let site = app.site();
    let here = url(&site.config.sidecar, id);
    if sent.text("do") == "withdraw" {
        steps::make(app, &sent.member, &Step::Withdraw(id)).await?;
        return Ok(screen::see(&format!("{here}?said=withdrawn")));
    }
    let found = Found::load(app, &sent.member, id).await?;
    if !found.is_editable() {
        return Err(Fault::TooLate(format!("creation {id} is {}", found.own.state)).into());
    }
    let section = site.section(&found.own.section).ok_or(Fault::NotFound)?;
    let typed = Typed::sent(site.kind(section), &sent);
    let too_long = typed.too_long(site.kind(section));
    if !too_long.is_empty() {
        let typed = with_files(typed, &found.own.attributes);
        return Ok(page(app, found, &typed, &too_long, StatusCode::UNPROCESSABLE_ENTITY, None));
    }
    let before = values(&found.own.attributes);
    keep(app, section, Target::Work(id), typed, before, sent).await
}

/// Keeps what was typed and chosen, whatever is missing, and then does what the button says.
async fn keep(
    app: &App,
    section: &Section,
    target: Target<'_>,
    typed: Typed,
    before: Map<String, serde_json::Value>,
    sent: Sent,
) -> Result<Response> {
    let site = app.site();
    let kind = site.kind(section);
    let member = sent.member.clone();
    let wish = sent.text("do").to_owned();
    app.paces.works.take(member.id.0, app.now())?;
    let lacks_picture = wish == "picture" && !sent.files.iter().any(|file| file.field == files::PICTURE);
    let brought = files::bring(app, &member, kind, before, sent.files).await?;
    let (attributes, mut faults) = typed.attributes(kind, &brought.attributes);
    faults.extend(brought.faults);
    if lacks_picture {
        faults.push(FieldFault { field: files::PICTURE.to_owned(), what: What::Missing });
    }
    if wish == "submit" {
        let mut missing = typed.missing(kind, &attributes);
        missing.retain(|fault| !is_named(&faults, fault));
        faults.extend(missing);
    }
    let work = Work {
        title: typed.title.clone(),
        synopsis: typed.synopsis.clone(),
        attributes,
        body: Text { source: typed.text.clone(), format: TextFormat::Markdown },
        source_name: typed.source_name.clone(),
        source_url: typed.source_url.clone(),
    };
    let submits = wish == "submit" && faults.is_empty();
    let writing = Writing { target, genre: &typed.genre, work: &work, files: &brought.paths, submits };
    let id = steps::make(app, &member, &Step::Write(writing)).await?;
    if !faults.is_empty() {
        let found = Found::load(app, &member, id).await?;
        let typed = with_files(typed, &found.own.attributes);
        let said = site.locale.text("work-saved-with-faults", &[]);
        return Ok(page(app, found, &typed, &faults, StatusCode::UNPROCESSABLE_ENTITY, Some(said)));
    }
    let here = url(&site.config.sidecar, id);
    Ok(screen::see(&match wish.as_str() {
        "preview" => format!("{here}{}/", site.config.sidecar.preview),
        "submit" => format!("{here}?said=submitted"),
        "picture" => format!("{here}?said=picture#pictures"),
        _ => format!("{here}?said=saved"),
    }))
}

/// Whether something is wrong with the same field already.
fn is_named(faults: &[FieldFault], fault: &FieldFault) -> bool {
    faults.iter().any(|known| known.field == fault.field)
}

/// What was typed, with the files that were chosen before.
fn with_files(mut typed: Typed, attributes: &str) -> Typed {
    for (key, value) in values(attributes) {
        if let serde_json::Value::String(text) = value {
            typed.attributes.entry(key).or_insert(text);
        }
    }
    typed
}

fn page(
    app: &App,
    found: Found,
    typed: &Typed,
    faults: &[FieldFault],
    status: StatusCode,
    said: Option<String>,
) -> Response {
    let site = app.site();
    let paths = &site.config.sidecar;
    let id = found.own.id;
    let action = url(paths, id);
    let state = found.own.state.as_str();
    let is_discardable = matches!(state, "draft" | "returned" | "rejected");
    let section = site.section(&found.own.section);
    let form = section.filter(|_| found.is_editable()).map(|section| {
        let (genres, attached) = (found.genres.clone(), found.attached.as_slice());
        Form {
            site: &site,
            section,
            genres,
            typed,
            faults,
            attached,
            action: action.clone(),
            format: found.text.body.format,
        }
        .view()
    });
    let history = found.history.iter().map(|event| EventView {
        happened: moment(&site, event.happened_at),
        text: site.locale.text(step_message(event.action), &[]),
        nick: event.nick.clone().unwrap_or_default(),
        note: event.note.clone(),
    });
    let view = WorkView {
        section: section_name(&site, &found.own.section),
        state: Some(StateView::of(&site, state)),
        is_fault: !faults.is_empty(),
        said,
        history: history.collect(),
        public_url: found.public_url.clone(),
        preview_url: found.public_url.is_none().then(|| format!("{action}{}/", paths.preview)),
        delete_url: is_discardable.then(|| format!("{action}{}/", paths.delete)),
        can_withdraw: state == "waiting",
        publish_at: found.own.publish_at.map(|at| moment(&site, at)),
        form,
        action: action.clone(),
    };
    screen::page(app, "work", status, &action, &title(&site, &found.own), view)
}

fn step_message(action: Action) -> &'static str {
    match action {
        Action::Begun => "work-step-begun",
        Action::Submitted => "work-step-submitted",
        Action::Withdrawn => "work-step-withdrawn",
        Action::Returned => "work-step-returned",
        Action::Rejected => "work-step-rejected",
        Action::Approved => "work-step-approved",
    }
}

#[derive(Serialize)]
struct DiscardView {
    action: String,
    work: String,
    back: String,
}

/// Asks whether a work is to go.
pub async fn discard_form(State(app): State<Arc<App>>, member: Member, Number(id): Number) -> Result<Response> {
    let site = app.site();
    let paths = &site.config.sidecar;
    let own = submissions::own(&mut app.snapshot().await?, member.id, CreationId(id)).await?.ok_or(Fault::NotFound)?;
    let back = url(paths, own.id);
    let action = format!("{back}{}/", paths.delete);
    let view = DiscardView { action: action.clone(), work: title(&site, &own), back };
    Ok(screen::page(&app, "work-discard", StatusCode::OK, &action, &site.locale.text("work-discard", &[]), view))
}

/// Throws it away.
pub async fn discard(State(app): State<Arc<App>>, Number(id): Number, posted: Posted<Nothing>) -> Result<Response> {
    steps::make(&app, &posted.member, &Step::Discard(CreationId(id))).await?;
    let paths = &app.site().config.sidecar;
    Ok(screen::see(&paths.url(&paths.works)))
}
