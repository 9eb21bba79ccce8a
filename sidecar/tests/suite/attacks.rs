//! Those who mean no good, whatever the area: ways out of folders, redirects to elsewhere, made-up addresses of clients,
//! and a database that is gone.

use axum::http::{Method, StatusCode, header};
use chrono::TimeDelta;
use generator::model::Role;
use sidecar::front::is_own_path;

use crate::browsing::{Answer, Browsing};
use crate::harness::{ENGINES, TestApp};

#[tokio::test]
async fn no_address_leads_out_of_its_folder() {
    let app = TestApp::demo().await;
    let secret = app.settings.uploads.parent().unwrap().join("test.db");
    assert!(secret.exists(), "what would be found is there");
    let mut editor = app.member("Almara", Role::Admin).await;
    let ways = [
        "../test.db",
        "..%2ftest.db",
        "..%2Ftest.db",
        "%2e%2e/test.db",
        "%2e%2e%2ftest.db",
        ".%2e/test.db",
        "..%5ctest.db",
        "..%255c..%255ctest.db",
        "%252e%252e%252ftest.db",
        "%c0%ae%c0%ae/test.db",
        "....//test.db",
        "u/../../test.db",
        "u/%2e%2e/%2e%2e/test.db",
        "..;/test.db",
        "..%00/test.db",
        "/../test.db",
        "//etc/passwd",
        "%2fetc%2fpasswd",
        "file:%2f%2f%2fetc%2fpasswd",
    ];
    for root in [
        "/",
        "/uploads/",
        "/assets/",
        "/soukrome-soubory/",
        "/sprava/historie/page/",
        "/inzeraty/",
        "/nastaveni/dila/nove/",
    ] {
        for way in ways {
            let address = format!("{root}{way}");
            let answer = editor.get(&address).await;
            assert!(!answer.body.contains("SQLite format 3") && !answer.body.contains("root:"), "{address}");
            assert!(!answer.status.is_success(), "{address}: {}", answer.status);
            assert_leads_to_the_site(&address, &answer);
        }
    }
}

/// A redirect, if it is one, leads to a path of the site, however a browser reads it.
fn assert_leads_to_the_site(address: &str, answer: &Answer) {
    let location = answer.location();
    assert!(location.is_empty() || is_own_path(location), "{address} leads to {location}");
}

#[tokio::test]
async fn no_redirect_leads_elsewhere() {
    let app = TestApp::demo().await;
    let mut member = app.member("Fénix", Role::Member).await;
    let mut redirects = 0;
    for address in [
        "//evil.test",
        "//evil.test/",
        "//evil.test/%2e%2e",
        "//evil.test/%2e%2e/forum",
        "//forum",
        "///forum",
        "/%2f/evil.test/",
        "/%5cevil.test/",
        "/%09/evil.test/",
        "//evil.test/index.php?z_s=1",
        "//evil.test/rubriky/clanky/9-spatne/",
        "/rubriky/clanky/9-spatne//evil.test/",
        "/rubriky/clanky/9-https:%2f%2fevil.test/",
        "/rubriky/clanky",
        "/rubriky//clanky/9-spatne/",
        "/rubriky/clanky/9-spatne/",
        "/rubriky/clanky/?z_s=2&next=https://evil.test/",
        "/uzivatel/prihlaseni/?next=https://evil.test/",
        "/uzivatel/prihlaseni/?next=//evil.test/",
        "/nahlasit/?page=https://evil.test/",
        "/hledat/?q=https://evil.test/",
    ] {
        let answer = member.get(address).await;
        redirects += usize::from(!answer.location().is_empty());
        assert_leads_to_the_site(address, &answer);
        assert!(
            !answer.body.contains("href=\"https://evil.test") && !answer.body.contains("href=\"//evil.test"),
            "{address}"
        );
    }
    assert!(redirects >= 3, "some of them are redirects: {redirects}");
    // Where a form leads back to is no word of the form's.
    for (path, fields) in [
        ("/uzivatel/odhlaseni/", [("next", "https://evil.test/"), ("everywhere", "")]),
        ("/nahlasit/", [("page", "https://evil.test/"), ("text", "Podívejte se.")]),
        ("/prispevky/", [("next", "https://evil.test/"), ("text", "")]),
    ] {
        assert_leads_to_the_site(path, &member.post(path, &fields).await);
    }
}

#[tokio::test]
async fn an_address_that_a_client_makes_up_lifts_no_limit() {
    let app = TestApp::demo().await;
    let link = format!("/uzivatel/zmena-hesla/{}/", "A".repeat(43));
    for (method, path, limit) in [
        (Method::POST, "/nahlasit/", 5),
        (Method::POST, "/registrace/", 5),
        (Method::POST, "/uzivatel/reset-hesla/", 10),
        (Method::GET, "/hledat/?q=drak", 30),
        (Method::GET, link.as_str(), 30),
    ] {
        let mut attacker = app.browsing();
        let mut taken = 0;
        for nth in 0..limit + 5 {
            for name in ["x-forwarded-for", "x-real-ip", "forwarded", "cf-connecting-ip", "true-client-ip"] {
                attacker.headers.insert(name.to_owned(), format!("198.51.100.{nth}"));
            }
            let (nick, email) = (format!("Zlobr {}", "a".repeat(nth + 1)), format!("z{nth}@example.org"));
            let fields = [
                ("page", "/"),
                ("text", "Znovu."),
                ("nick", nick.as_str()),
                ("email", email.as_str()),
                ("age", "33"),
                ("about", "Znovu."),
                ("consent", "yes"),
            ];
            let answer = match method {
                Method::POST => attacker.post(path, &fields).await,
                _ => attacker.get(path).await,
            };
            taken += usize::from(answer.status != StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(taken, limit, "{path}");
    }
}

/// Fields of a form, with what is sent.
type Sent = &'static [(&'static str, &'static str)];

/// Forms with something that people have typed, by the field that has it.
const TYPED: [(&str, &str, Sent); 9] = [
    ("/komentare/", "text", &[("creation", "1"), ("do", "post")]),
    ("/prispevky/", "text", &[("do", "post")]),
    ("/inzeraty/market/", "text", &[("group", "nabizim"), ("name", "F"), ("email", "f@example.org"), ("do", "post")]),
    ("/nahlasit/", "text", &[("page", "/forum/")]),
    ("/nastaveni/profil/", "text", &[("region", "Brno")]),
    ("/nastaveni/dila/nove/clanky/", "text", &[("title", "Dílo"), ("do", "save")]),
    ("/registrace/", "about", &[("nick", "Nováček"), ("email", "n@example.org"), ("age", "33"), ("consent", "yes")]),
    ("/uzivatel/reset-hesla/", "email", &[]),
    ("/sprava/upravit/news/new/", "body", &[("when", "now"), ("do", "save")]),
];

#[tokio::test]
async fn without_a_database_whatever_was_typed_is_kept() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut member = app.member("Almara", Role::Admin).await;
        app.opened.db.close().await;
        for (path, name, others) in TYPED {
            let typed = if name == "email" { "nekdo@example.org" } else { "Dlouho psáno. <b>&" };
            let fields: Vec<(&str, &str)> = others.iter().copied().chain([(name, typed)]).collect();
            app.pass(TimeDelta::minutes(10));
            let answer = sent(&mut member, path, &fields).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{engine:?} {path}: {}", answer.body);
            assert_eq!(answer.field(name).trim(), typed, "{engine:?} {path}: {}", answer.body);
            assert!(answer.body.contains(&format!("action=\"{path}\"")), "{engine:?} {path}: to be sent again");
            assert_eq!(answer.header(header::RETRY_AFTER), "30", "{engine:?} {path}");
        }
        for page in ["/", "/forum/", "/rubriky/clanky/", "/uploads/galerie/01.webp"] {
            assert_eq!(member.get(page).await.status, StatusCode::OK, "{engine:?} {page}: reading goes on");
        }
    }
}

async fn sent(member: &mut Browsing, path: &str, fields: &[(&str, &str)]) -> Answer {
    if path.contains("/dila/") { member.post_files(path, fields, &[]).await } else { member.post(path, fields).await }
}

#[tokio::test]
async fn a_password_counts_as_it_is_typed() {
    let app = TestApp::demo().await;
    let id = app.give_password("Elanor", Role::Member).await;
    let long = format!("  Ďábel {} konec ", "jde lesem ".repeat(18));
    assert!((64..=200).contains(&long.chars().count()));
    let hash = sidecar::password::hash(&long).unwrap();
    let mut tx = app.opened.db.write().await.unwrap();
    generator::db::credentials::set(&mut tx, id, &hash).await.unwrap();
    tx.commit().await.unwrap();
    let first = |chars: usize| long.chars().take(chars).collect::<String>();
    for other in
        [long.trim().to_owned(), long.to_lowercase(), first(72), first(long.chars().count() - 1), format!("{long} ")]
    {
        let answer = app.browsing().post("/uzivatel/prihlaseni/", &[("name", "Elanor"), ("password", &other)]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{other}");
    }
    app.browsing().log_in("Elanor", &long).await;
    sidecar::password::rules::check(&long, "Elanor").unwrap();
}

#[test]
fn every_password_field_helps_password_managers() {
    let mut fields = 0;
    let templates = generator::files::shipped_site().templates;
    for (path, file) in &templates {
        for tag in file.text().unwrap().split("<input").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            if tag.contains("password") && !tag.contains("type=\"hidden\"") {
                fields += 1;
                assert!(tag.contains("type=\"password\"") && tag.contains(" autocomplete=\""), "{path}: {tag}");
                assert!(!tag.contains("onpaste") && !tag.contains("autocomplete=\"off\""), "{path}: {tag}");
            }
        }
    }
    assert!(fields >= 5, "{fields}");
}
