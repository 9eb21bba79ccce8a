//! What a member shows of themselves, and to whom.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use generator::db::own_profile::{self, OwnProfile};
use generator::model::{MemberId, Text, TextFormat};
use generator::page::Page;
use generator::publish::members::{self, Facts};
use generator::publish::{Change, Shared};
use generator::text::{line, lines};
use generator::view::Html;
use generator::view::screen as view_screen;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::{Error, Fault, Result};
use crate::form::Written;
use crate::screen;
use crate::visitor::Member;
use crate::writing::deed::{self, Deed, Made};

/// The longest name, and the longest region.
const NAME_CHARS_MAX: usize = 40;
/// The longest description: it stands in the list of members as well.
const DESCRIPTION_CHARS_MAX: usize = 2_000;
/// The longest number of a messenger.
const ICQ_CHARS_MAX: usize = 20;
/// Nobody is older.
const AGE_MAX: i64 = 130;

/// What the form sends; a box that is not ticked is not there.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Fields {
    given_name: String,
    family_name: String,
    gender: String,
    age: String,
    region: String,
    icq: String,
    text: String,
    shows_given_name: String,
    shows_family_name: String,
    shows_gender: String,
    shows_age: String,
    shows_region: String,
    shows_email: String,
    shows_icq: String,
}

#[derive(Serialize)]
struct ProfileView<'a> {
    fields: &'a Fields,
    fault: Option<String>,
    /// A description from the site before, which is HTML; what is written here takes its place.
    old_description: Option<Html>,
    email: &'a str,
    name_chars_max: usize,
    icq_chars_max: usize,
    description_chars_max: usize,
}

/// The form.
pub async fn show(State(app): State<Arc<App>>, member: Member) -> Result<Response> {
    let own = own(&app, member.id).await?;
    Ok(page(&app, StatusCode::OK, &Fields::from(&own), &own, None))
}

/// What it sends.
pub async fn send(State(app): State<Arc<App>>, written: Written<Fields>) -> Result<Response> {
    let Written { member, form, kept } = written;
    saved(&app, &member, form).await.map_err(|error: Error| error.keeping(&kept))
}

async fn saved(app: &App, member: &Member, form: Fields) -> Result<Response> {
    let form = form.cleaned();
    let age = match form.check(app) {
        Ok(age) => age,
        Err(fault) => {
            let own = own(app, member.id).await?;
            return Ok(page(app, StatusCode::UNPROCESSABLE_ENTITY, &form, &own, Some(fault)));
        }
    };
    app.paces.writing.take(member.id.0, app.now())?;
    deed::done(app, member, &Saving { member: member.id, facts: form.facts(age), form }).await
}

/// A profile about to be saved.
struct Saving {
    member: MemberId,
    facts: Facts,
    form: Fields,
}

impl Deed for Saving {
    async fn make(&self, change: &mut Change<'_, Shared>) -> Result<Made> {
        let before = own_profile::of(change.tx(), self.member).await?.ok_or(Fault::NotFound)?;
        own_profile::set_icq(change.tx(), self.member, &self.form.icq).await?;
        members::set_facts(change, self.member, &self.facts).await?;
        // One of the site before stays what it is until there is another.
        if before.description_format == TextFormat::Markdown || !self.form.text.is_empty() {
            let description = Text { source: self.form.text.clone(), format: TextFormat::Markdown };
            members::set_description(change, self.member, &description).await?;
        }
        Ok(Made { page: Page::Member(self.member), anchor: String::new(), is_new: true })
    }
}

impl Fields {
    fn from(own: &OwnProfile) -> Fields {
        let facts = &own.facts;
        let box_of = |is_ticked: bool| if is_ticked { "yes".to_owned() } else { String::new() };
        Fields {
            given_name: facts.given_name.clone(),
            family_name: facts.family_name.clone(),
            gender: facts.gender.clone().unwrap_or_default(),
            age: facts.age.map(|age| age.to_string()).unwrap_or_default(),
            region: facts.region.clone(),
            icq: own.icq.clone(),
            text: if own.description_format == TextFormat::Markdown { own.description.clone() } else { String::new() },
            shows_given_name: box_of(facts.shows_given_name),
            shows_family_name: box_of(facts.shows_family_name),
            shows_gender: box_of(facts.shows_gender),
            shows_age: box_of(facts.shows_age),
            shows_region: box_of(facts.shows_region),
            shows_email: box_of(facts.shows_email),
            shows_icq: box_of(facts.shows_icq),
        }
    }

    fn cleaned(self) -> Fields {
        Fields {
            given_name: line(&self.given_name),
            family_name: line(&self.family_name),
            age: self.age.trim().to_owned(),
            region: line(&self.region),
            icq: line(&self.icq),
            text: lines(&self.text),
            ..self
        }
    }

    /// The age, where all of it is as it has to be; what is wrong otherwise.
    fn check(&self, app: &App) -> std::result::Result<Option<i64>, String> {
        let site = app.site();
        let limits = [
            (&self.given_name, NAME_CHARS_MAX),
            (&self.family_name, NAME_CHARS_MAX),
            (&self.region, NAME_CHARS_MAX),
            (&self.icq, ICQ_CHARS_MAX),
            (&self.text, DESCRIPTION_CHARS_MAX),
        ];
        if let Some((_, chars)) = limits.iter().find(|(text, most)| text.chars().count() > *most) {
            return Err(site.locale.text("profile-long", &[("chars", (*chars as i64).into())]));
        }
        if !matches!(self.gender.as_str(), "" | "male" | "female") {
            return Err(site.locale.text("error-malformed", &[]));
        }
        match self.age.as_str() {
            "" => Ok(None),
            age => match age.parse().ok().filter(|age| (0..=AGE_MAX).contains(age)) {
                Some(age) => Ok(Some(age)),
                None => Err(site.locale.text("registration-age", &[])),
            },
        }
    }

    fn facts(&self, age: Option<i64>) -> Facts {
        let is_ticked = |field: &str| !field.is_empty();
        Facts {
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            gender: Some(self.gender.clone()).filter(|gender| !gender.is_empty()),
            age,
            region: self.region.clone(),
            shows_given_name: is_ticked(&self.shows_given_name),
            shows_family_name: is_ticked(&self.shows_family_name),
            shows_email: is_ticked(&self.shows_email),
            shows_icq: is_ticked(&self.shows_icq),
            shows_gender: is_ticked(&self.shows_gender),
            shows_age: is_ticked(&self.shows_age),
            shows_region: is_ticked(&self.shows_region),
        }
    }
}

async fn own(app: &App, member: MemberId) -> Result<OwnProfile> {
    Ok(own_profile::of(&mut app.snapshot().await?, member).await?.ok_or(Fault::NotFound)?)
}

fn page(app: &App, status: StatusCode, fields: &Fields, own: &OwnProfile, fault: Option<String>) -> Response {
    let site = app.site();
    let is_old = own.description_format == TextFormat::Html && !own.description.is_empty();
    let description = Text { source: own.description.clone(), format: own.description_format };
    let view = ProfileView {
        fields,
        fault,
        old_description: is_old.then(|| view_screen::message(&site, &description, view_screen::MESSAGE_HEADING_LEVEL)),
        email: &own.email,
        name_chars_max: NAME_CHARS_MAX,
        icq_chars_max: ICQ_CHARS_MAX,
        description_chars_max: DESCRIPTION_CHARS_MAX,
    };
    let paths = &site.config.sidecar;
    let title = site.locale.text("profile-title", &[]);
    screen::page(app, "profile", status, &paths.url(&paths.profile), &title, view)
}
