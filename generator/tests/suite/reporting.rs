//! What a build that fails reports to a server of Sentry's kind, and what it leaves out.

use std::net::TcpListener;

use generator::db::stale;

use crate::cdn::edge::Edge;
use crate::harness::{ENGINES, Engine, TestSite};
use crate::interrupted::child::Build;
use crate::python::Talking;

/// The events that came since the last look.
fn events(sentry: &Edge) -> Vec<serde_json::Value> {
    let envelopes = sentry.take_asked();
    let event = |body: &str| serde_json::from_str(body.lines().nth(2).expect("an event's third line")).unwrap();
    envelopes
        .iter()
        .inspect(|asked| assert_eq!(asked.path, "/api/7/envelope/"))
        .map(|asked| event(&asked.body))
        .collect()
}

fn build(site: &TestSite, sentry: &Edge) -> Build {
    Build::of(site, &site.settings.output)
        .variable("SENTRY_DSN", &format!("http://key@{}/7", sentry.address))
        .variable("SENTRY_ENVIRONMENT", "release")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_that_fails_is_reported_without_people() {
    for engine in ENGINES {
        let sentry = Edge::start();
        let site = TestSite::small(engine).await;
        build(&site, &sentry).run().await;
        assert_eq!(events(&sentry), [serde_json::Value::Null; 0], "{engine:?}: a good one says nothing");

        let mut tx = site.opened.db.write().await.unwrap();
        stale::mark_keys(&mut tx, vec![("hologram/almara@example.org".to_owned(), 0)]).await.unwrap();
        tx.commit().await.unwrap();
        let ended = build(&site, &sentry).start().end().await;
        assert_eq!(ended.status.code(), Some(1), "{ended:?}");
        let reported = events(&sentry);
        assert_eq!(reported.len(), 1, "{engine:?}: {reported:?}");
        let message = reported[0]["message"].as_str().unwrap();
        assert!(message.starts_with("cannot build [address] "), "{message}");
        assert_eq!(reported[0]["environment"], "release");
        let release = reported[0]["release"].as_str().unwrap();
        let digest = release.strip_prefix(concat!("graveyard@", env!("CARGO_PKG_VERSION"), "+"));
        let digest = digest.unwrap_or_else(|| panic!("it does not say which build: {release}"));
        assert!(digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{release}");
        assert!(!reported[0].to_string().contains("almara"), "{reported:?}");

        // One that cannot even begin.
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let failing = build(&site, &sentry)
            .variable("OUTPUT", "s3://club/site")
            .variable("AWS_ENDPOINT_URL", &format!("http://{nobody}"))
            .variable("AWS_ACCESS_KEY_ID", "AKTEST")
            .variable("AWS_SECRET_ACCESS_KEY", "not-so-secret");
        assert_eq!(failing.start().end().await.status.code(), Some(1));
        let reported = events(&sentry);
        assert_eq!(reported.len(), 1, "{engine:?}: {reported:?}");
        let message = reported[0]["message"].as_str().unwrap();
        assert!(
            message.contains("cannot build: cannot read s3://club/site/") && message.contains("no connection"),
            "{message}"
        );
        assert!(!message.contains("127.0.0.1"), "{message}");
    }
}

#[tokio::test]
async fn a_dead_or_wrong_address_is_no_reason_not_to_build() {
    let site = TestSite::small(Engine::Sqlite).await;
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let dead = Build::of(&site, &site.settings.output).variable("SENTRY_DSN", &format!("http://key@{nobody}/7"));
    dead.run().await;
    let wrong = Build::of(&site, &site.settings.output).variable("SENTRY_DSN", "ftp://tajne").start().end().await;
    assert_eq!(wrong.status.code(), Some(1));
    assert!(wrong.said.contains("error: SENTRY_DSN: it is no address such as"), "{wrong:?}");
    assert!(!wrong.said.contains("tajne"), "{wrong:?}");
}

/// A whole bugsink with one project: says its DSN, then for each line the events that it has.
const BUGSINK: &str = r#"
import json, os, sys, threading
from wsgiref.simple_server import WSGIRequestHandler, make_server
folder = sys.argv[1]
os.chdir(folder)
sys.path.insert(0, folder)
with open("settings_of_a_test.py", "w") as file:
    file.write("""
from bugsink.settings.default import *
SECRET_KEY = "of a test, for as long as it lasts, and of nobody else"
ALLOWED_HOSTS = ["*"]
SNAPPEA = {"TASK_ALWAYS_EAGER": True}
DATABASES = {name: {"ENGINE": "django.db.backends.sqlite3", "NAME": name + ".sqlite3"} for name in ("default", "snappea")}
BUGSINK = {"BASE_URL": "http://127.0.0.1", "SINGLE_USER": True, "SINGLE_TEAM": True}
LOGGING = {"version": 1}
""")
os.environ["DJANGO_SETTINGS_MODULE"] = "settings_of_a_test"
import django
django.setup()
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
call_command("migrate", verbosity=0)
from events.models import Event
from projects.models import Project
class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass
project = Project.objects.create(name="graveyard")
server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("http://%s@127.0.0.1:%d/%d" % (project.sentry_key.hex, server.server_port, project.id), flush=True)
for line in sys.stdin:
    print(json.dumps([event.get_parsed_data() for event in Event.objects.all()]), flush=True)
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_not_ours_takes_what_is_reported() {
    let folder = tempfile::TempDir::new().unwrap();
    let Some(mut bugsink) = Talking::start(BUGSINK, folder.path().to_str().unwrap()) else { return };
    let site = TestSite::small(Engine::Sqlite).await;
    let mut tx = site.opened.db.write().await.unwrap();
    stale::mark_keys(&mut tx, vec![("hologram/almara@example.org".to_owned(), 0)]).await.unwrap();
    tx.commit().await.unwrap();
    let dsn = bugsink.line();
    let build = Build::of(&site, &site.settings.output).variable("SENTRY_DSN", &dsn);
    assert_eq!(build.start().end().await.status.code(), Some(1));
    let events: Vec<serde_json::Value> = serde_json::from_str(&bugsink.asked()).unwrap();
    assert_eq!(events.len(), 1, "{events:?}");
    let text = events[0].to_string();
    assert!(text.contains("cannot build [address] ") && !text.contains("almara"), "{text}");
    assert_eq!(events[0]["environment"], "production");
}
