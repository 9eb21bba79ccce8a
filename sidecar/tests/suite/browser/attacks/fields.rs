//! A form filled with payloads, in three rounds: everything in it, what is hidden or chosen as well; then all that people
//! type; then so that it is taken, with payloads wherever a text is kept.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::listener::{Field, File, Listener};
use super::payloads::{ADDRESS, PAYLOADS, fitting, marked};
use crate::harness::TestApp;

/// What becomes of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is kept, and shown somewhere.
    Text,
    /// It is shown again where it is refused, and taken as this alone.
    Told(&'static str),
    /// It is never shown; it is taken as this.
    Secret(&'static str),
    /// It is chosen or hidden; it is taken as this, or, where nothing stands here, as the form has it.
    Fixed(&'static str),
    /// A file.
    File,
}

/// A form.
pub struct Form<'a> {
    /// Its path in the table of routes.
    pub route: &'static str,
    /// The page that it stands on.
    pub at: String,
    /// Where it is sent to.
    pub action: String,
    /// Its fields: all of them, or the test fails.
    pub fields: Vec<(String, What)>,
    /// Files for the last round.
    pub files: Vec<File<'a>>,
}

impl Form<'_> {
    /// A form at its own address.
    pub fn new(route: &'static str, at: &str, fields: &[(&str, What)]) -> Form<'static> {
        let fields = fields.iter().map(|(name, what)| ((*name).to_owned(), *what)).collect();
        let (path, _) = at.split_once('?').unwrap_or((at, ""));
        Form { route, at: at.to_owned(), action: path.to_owned(), fields, files: Vec::new() }
    }

    /// The same, sent to another address than the page's own.
    pub fn sent_to(self, action: &str) -> Self {
        Form { action: action.to_owned(), ..self }
    }
}

/// Somebody who fills in forms.
pub struct Attacker<'a> {
    pub app: &'a TestApp,
    pub listener: Listener,
    /// The routes that forms were sent to.
    pub routes: BTreeSet<String>,
    marks: usize,
    /// What is kept and has to be seen somewhere: by mark, which field it is.
    pub kept: BTreeMap<String, String>,
}

/// A round, and the end of its marks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    Everything,
    Typed,
    Taken,
}

impl Round {
    fn letter(self) -> char {
        match self {
            Round::Everything => 'a',
            Round::Typed => 'b',
            Round::Taken => 'c',
        }
    }
}

impl<'a> Attacker<'a> {
    pub fn new(app: &'a TestApp, listener: Listener) -> Attacker<'a> {
        Attacker { app, listener, routes: BTreeSet::new(), marks: 0, kept: BTreeMap::new() }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}/{}", self.app.address, path.trim_start_matches('/'))
    }

    pub async fn load(&mut self, path: &str) {
        let url = self.url(path);
        self.listener.load(&url).await;
    }

    /// As [`Attacker::load`], of a page that has to be there: one that is not shows nothing to anybody.
    pub async fn load_there(&mut self, path: &str) {
        self.load(path).await;
        assert_eq!(self.listener.browser.status().await, 200, "{path}");
    }

    /// All three rounds.
    pub async fn attack(&mut self, form: &Form<'_>) {
        if form.fields.iter().any(|(_, what)| *what != What::File) {
            self.round(form, Round::Everything).await;
            self.round(form, Round::Typed).await;
        }
        self.take(form).await;
    }

    /// The last round alone.
    pub async fn take(&mut self, form: &Form<'_>) {
        self.round(form, Round::Taken).await;
    }

    /// The first round alone, of a form that does nothing else.
    pub async fn try_everything(&mut self, form: &Form<'_>) {
        self.round(form, Round::Everything).await;
    }

    async fn round(&mut self, form: &Form<'_>, round: Round) {
        self.routes.insert(form.route.to_owned());
        // Nobody is too fast, and the time for edits is not over.
        self.app.pass(TimeDelta::minutes(2));
        self.load(&form.at).await;
        let known = self.listener.fields(&form.action).await;
        assert_same_fields(form, &known);
        let mut sent = Vec::new();
        let mut told = Vec::new();
        let mut secret = Vec::new();
        for (name, what) in &form.fields {
            let mark = format!("zlo{}{}", self.marks, round.letter());
            let field = known.iter().find(|field| field.name == *name).unwrap();
            if let Some(value) = self.value(field, *what, round, &mark) {
                sent.push((name.clone(), value));
                self.marks += 1;
                match what {
                    What::Told(_) => told.push(mark),
                    What::Secret(_) => secret.push(mark),
                    What::Text if round == Round::Taken => {
                        self.kept.insert(mark, format!("{} {name}", form.action));
                    }
                    _ => {}
                }
            }
        }
        let files: &[File<'_>] = if round == Round::Taken { &form.files } else { &[] };
        self.listener.send(&form.action, &sent, files).await;
        let shown = &self.listener.marks;
        for mark in secret {
            assert!(!shown.contains(&mark), "{}: a secret comes back: {sent:?}", form.action);
        }
        if round == Round::Typed {
            for mark in told {
                assert!(shown.contains(&mark), "{}: {mark} is not shown again: {sent:?}", form.action);
            }
        }
    }

    /// What a field is sent as; a box that is not ticked and a file are not sent.
    fn value(&self, field: &Field, what: What, round: Round, mark: &str) -> Option<String> {
        let port = self.listener.server.port;
        let longest = || marked(PAYLOADS[PAYLOADS.len() - 1], mark, port);
        let taken = |value: &str| (!value.is_empty()).then(|| value.to_owned());
        match (round, what) {
            (_, What::File) => None,
            (Round::Everything, _) => Some(longest()),
            (_, What::Fixed("")) => taken(&field.value),
            (_, What::Fixed(value)) => taken(value),
            (Round::Typed, What::Told(value)) if value.starts_with("http") => Some(marked(ADDRESS, mark, port)),
            (Round::Typed, _) => Some(longest()),
            (Round::Taken, What::Text) => Some(fitting(mark, port, field.chars_max)),
            (Round::Taken, What::Told(value) | What::Secret(value)) => taken(value),
        }
    }
}

/// A field that the form does not name is one that nobody attacks.
fn assert_same_fields(form: &Form<'_>, known: &[Field]) {
    let shown: BTreeSet<&str> = known.iter().map(|field| field.name.as_str()).collect();
    let named: BTreeSet<&str> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(shown, named, "the fields of the form for {} at {}", form.action, form.at);
}
