//! A browser that hears scripts of strangers, by whatever they do: in each document, before anything of it runs, there are
//! ears for what payloads call, and a server for what they ask for. What would wait for somebody's click is looked for in
//! the document itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::{Browser, PATIENCE};

/// What runs in each document before anything else.
const EARS: &str = "(() => {
    const heard = [];
    const hear = what => { heard.push(String(what).slice(0, 200)); };
    Object.defineProperty(window, 'heard', { get: () => heard });
    window.hear = hear;
    for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = what => hear(name + ' ' + what);
    document.addEventListener('securitypolicyviolation',
        event => hear('policy ' + event.effectiveDirective + ' ' + event.blockedURI));
})()";

/// Gives what was heard, what stands in the document that a page of ours does not have, and which marks are in it.
const LOOK: &str = r"
const found = [...(window.heard || [])];
const say = (what, element) => found.push(what + ': ' + element.outerHTML.slice(0, 200));
const own = url => { try { return new URL(url, location.href).origin === location.origin } catch { return false } };
const foreign = ['iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'base', 'portal', 'marquee', 'math',
    'foreignobject', 'animate', 'set', 'style', 'video', 'audio', 'template', 'noscript', 'xss'];
// What the browser itself adds where it shows XML.
const own_looks = document.contentType === 'text/html' ? null : document.getElementById('xml-viewer-style');
for (const element of document.querySelectorAll('*')) {
    if (element === own_looks) continue;
    const name = element.localName.toLowerCase();
    if (foreign.includes(name) || name.startsWith('zlo')) say('element', element);
    const isOurs = element.src && own(element.src) && new URL(element.src).pathname.startsWith('/assets/');
    if (name === 'script' && !isOurs) say('script', element);
    if (['img', 'source', 'form', 'input', 'button'].includes(name))
        for (const address of ['src', 'action', 'formaction'])
            if (element.hasAttribute(address) && !own(element.getAttribute(address))) say('address', element);
    if (name === 'meta' && element.httpEquiv === 'refresh') say('refresh', element);
    for (const attribute of element.attributes) {
        const value = attribute.value.replace(/[\u0000-\u0020]/g, '').toLowerCase();
        if (/^(on|zlo)/.test(attribute.name) || ['style', 'srcdoc', 'autofocus', 'ping'].includes(attribute.name))
            say('attribute', element);
        if (['href', 'src', 'action', 'formaction', 'data', 'xlink:href', 'poster', 'srcset'].includes(attribute.name)
            && /^(javascript|data|vbscript|file|blob|filesystem):/.test(value)) say('address', element);
    }
}
const marks = document.documentElement.outerHTML.match(/zlo\d+[abc]/g) || [];
return [found, [...new Set(marks)], document.title]";

/// Gives the fields of the largest form that is sent to a path.
const FIELDS: &str = "
const named = form => [...form.elements].filter(element => element.name);
const forms = [...document.forms].filter(form => form.getAttribute('action') === arguments[0]);
forms.sort((one, other) => named(other).length - named(one).length);
if (!forms.length) return null;
const typed = new FormData(forms[0]);
return named(forms[0]).map(element => ({
    name: element.name,
    value: element.type === 'file' ? '' : (typed.get(element.name) || ''),
    chars_max: element.maxLength === undefined ? -1 : element.maxLength,
}))";

/// Sends the given fields and files as that form would.
const SEND: &str = "
const [action, fields, files] = arguments;
const form = document.createElement('form');
form.action = action;
form.method = 'post';
form.enctype = files.length ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
document.body.append(form);
for (const [name, value] of fields) {
    const field = document.createElement('textarea');
    field.name = name;
    field.value = value;
    form.append(field);
}
for (const [name, called, content] of files) {
    const bytes = Uint8Array.from(atob(content), sign => sign.charCodeAt(0));
    const chosen = new DataTransfer();
    chosen.items.add(new File([bytes], called));
    const field = document.createElement('input');
    field.type = 'file';
    field.name = name;
    field.files = chosen.files;
    form.append(field);
}
HTMLFormElement.prototype.submit.call(form)";

/// Whether the site's content policy holds in the browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// As in anybody's.
    Kept,
    /// It does not, so that nothing but the pages themselves keeps a script from running.
    Bypassed,
}

/// A field of a form as the browser sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct Field {
    pub name: String,
    pub value: String,
    /// Less than nothing where the form names no limit.
    pub chars_max: i64,
}

/// A file about to be sent: the name of its field, what it is called, its content.
pub type File<'a> = (&'a str, &'a str, &'a [u8]);

/// The browser and its ears.
pub struct Listener {
    pub browser: Browser,
    pub server: Server,
    /// The marks of payloads on the page that is shown.
    pub marks: BTreeSet<String>,
    /// The marks on all pages that were opened; answers to forms are not among them.
    pub seen: BTreeSet<String>,
    /// Pages that were looked at.
    pub looked_at: usize,
}

impl Listener {
    pub async fn open(policy: Policy, server: &Server) -> Listener {
        let browser = Browser::open(1280, true).await;
        let ears = Devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": EARS }));
        browser.client.issue_cmd(ears).await.unwrap();
        if policy == Policy::Bypassed {
            browser.client.issue_cmd(Devtools("Page.setBypassCSP", json!({ "enabled": true }))).await.unwrap();
        }
        let (marks, seen) = (BTreeSet::new(), BTreeSet::new());
        Listener { browser, server: server.clone(), marks, seen, looked_at: 0 }
    }

    /// What a page that is opened lets be heard, with what it has that no page of ours has; its marks are noted.
    pub async fn heard_at(&mut self, url: &str) -> Vec<String> {
        self.browser.client.goto(url).await.unwrap();
        let found = self.heard().await;
        self.seen.extend(self.marks.iter().cloned());
        found
    }

    /// As [`Listener::heard_at`], of the page that is shown.
    pub async fn heard(&mut self) -> Vec<String> {
        let until = Instant::now() + PATIENCE;
        while self.browser.script("return document.readyState").await != "complete" {
            assert!(Instant::now() < until, "a page is never loaded");
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let told = self.browser.script(LOOK).await;
        let (mut found, marks, _): (Vec<String>, Vec<String>, String) = serde_json::from_value(told).unwrap();
        found.extend(self.server.heard());
        self.marks = marks.into_iter().collect();
        self.looked_at += 1;
        found
    }

    /// Opens a page, on which nothing may be heard.
    pub async fn load(&mut self, url: &str) {
        let found = self.heard_at(url).await;
        assert!(found.is_empty(), "{url}: {found:#?}");
    }

    /// The fields of the page's form that is sent to a path.
    pub async fn fields(&self, action: &str) -> Vec<Field> {
        let fields = self.browser.script_with(FIELDS, vec![action.into()]).await;
        let shown = || fields.to_string();
        serde_json::from_value(fields.clone()).unwrap_or_else(|_| panic!("no form for {action}: {}", shown()))
    }

    /// Sends that form with other fields; on the page that comes nothing may be heard.
    pub async fn send(&mut self, action: &str, fields: &[(String, String)], files: &[File<'_>]) {
        let files: Vec<Value> =
            files.iter().map(|(name, called, content)| json!([name, called, STANDARD.encode(content)])).collect();
        let page = self.browser.find("html").await;
        self.browser.script_with(SEND, vec![action.into(), json!(fields), files.into()]).await;
        self.browser.until_gone(&page, action).await;
        let found = self.heard().await;
        assert!(found.is_empty(), "{action} with {fields:?}: {found:#?}");
    }
}

/// A site of the attacker's: it serves pages, and hears what asks for anything else.
#[derive(Clone)]
pub struct Server {
    pub port: u16,
    pages: Arc<Mutex<BTreeMap<String, String>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub async fn start() -> Server {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Server { port, pages: Arc::default(), heard: Arc::default() };
        let router = Router::new().fallback(answer).with_state(server.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    /// Serves a page from now on; gives its path.
    pub fn page(&self, html: &str) -> String {
        let mut pages = self.pages.lock().unwrap();
        let path = format!("/page/{}", pages.len());
        pages.insert(path.clone(), html.to_owned());
        path
    }

    /// What was asked for since the last time.
    pub fn heard(&self) -> Vec<String> {
        std::mem::take(&mut *self.heard.lock().unwrap())
    }
}

async fn answer(State(server): State<Server>, method: Method, uri: Uri) -> Response {
    if let Some(page) = server.pages.lock().unwrap().get(uri.path()) {
        return ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page.clone()).into_response();
    }
    // Browsers ask for it by themselves.
    if uri.path() != "/favicon.ico" {
        server.heard.lock().unwrap().push(format!("{method} {uri}"));
    }
    ([(header::CONTENT_TYPE, "text/javascript")], "hear('a script from elsewhere')").into_response()
}

/// A command of Chromium's own protocol, with its parameters.
#[derive(Debug)]
struct Devtools(&'static str, Value);

impl WebDriverCompatibleCommand for Devtools {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}
