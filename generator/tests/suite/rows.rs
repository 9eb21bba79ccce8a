//! One bad row never stops the other pages.

use generator::build::Options;

use crate::harness::{ENGINES, Engine, TestSite};

#[tokio::test]
async fn a_bad_row_is_reported_and_blocks_no_other() {
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        site.add_author("Almara").await;
        let good = r#"{"hitpoint_class": "1", "attack": "2", "defense": "3"}"#;
        site.publish("bestiar", 1, &["Dobrá", "Rozbitá", "Neúplná", "Divná"], good, "x").await;
        site.publish("clanky", 5, &["Článek"], "{}", "x").await;
        site.build().await;
        site.change(
            &["update creation set title = 'Dobrá II' where id = 1",
                "update creation set title = 'Rozbitá II', attributes = '{nonsense' where id = 2",
                "update creation set attributes = '{\"attack\": \"2\", \"defense\": \"3\"}' where id = 3",
                "update creation set attributes = '{\"hitpoint_class\": [1], \"attack\": \"2\", \"defense\": \"3\"}' where id = 4",
                "update creation set section = 'nikde' where id = 5"],
            &["creation/bestiar/1", "creation/bestiar/2", "creation/bestiar/3", "creation/bestiar/4", "section/bestiar",
                "creation/nikde/5", "creation/clanky/5", "author/1"],
        )
        .await;
        let summary = site.try_build(Options::default()).await.unwrap();
        let failed: Vec<String> = summary.failed.iter().map(|(page, error)| format!("{page}: {error}")).collect();
        let expected = [
            "creation/bestiar/2: creation 2 in section bestiar: its attributes are no JSON object",
            "creation/bestiar/3: creation 3 in section bestiar: attribute `hitpoint_class` is required by its kind and missing",
            "creation/bestiar/4: creation 4 in section bestiar: attribute `hitpoint_class` is [1], which is not of type `text`",
            "creation/nikde/5: creation 5 is in section `nikde`, but there is no content/sections/nikde.toml",
        ];
        assert_eq!(failed.len(), expected.len(), "{failed:#?}");
        for (message, expected) in failed.iter().zip(expected) {
            assert!(message.starts_with(expected), "{message}");
        }
        assert!(
            site.file("rubriky/bestiar/2-rozbita/index.html").contains("<h1>Rozbitá</h1>"),
            "its file is as it was"
        );
        assert!(site.file("rubriky/bestiar/1-dobra/index.html").contains("Dobrá II"));
        let list = site.file("rubriky/bestiar/index.html");
        assert!(list.contains("Dobrá II") && list.contains("Rozbitá II"), "lists show what they can");
        assert!(!site.has("rubriky/clanky/5-clanek/index.html"));
    }
}

#[tokio::test]
async fn a_fault_in_a_pages_template_is_named_and_blocks_no_other() {
    for engine in ENGINES {
        let mut site = TestSite::empty(engine).await;
        site.add_author("Almara").await;
        site.publish("clanky", 1, &["Článek"], "{}", "Bylo, nebylo.").await;
        site.build().await;
        for (fault, said) in [
            ("{{ nonsense }}", "undefined value"),
            ("{{ t(\"no-such-message\") }}", "message `no-such-message` is missing"),
        ] {
            let mut files = generator::files::shipped_site();
            let template = files.templates.get_mut("creation.html").unwrap();
            let lines = template.text().unwrap().replace("{% block main %}", &format!("{{% block main %}}\n{fault}"));
            let line = lines.lines().position(|line| line.contains(fault)).unwrap() + 1;
            template.bytes = lines.into_bytes();
            template.origin = "/srv/klub/templates/creation.html".into();
            let forum = files.templates.get_mut("forum.html").unwrap();
            forum.bytes.extend_from_slice(b"<!-- changed -->");
            site.deploy(files);
            let failed = site.try_build(Options::default()).await.unwrap().failed;
            let [(page, error)] = &failed[..] else { panic!("{failed:?}") };
            assert_eq!(page, "creation/clanky/1");
            assert!(error.starts_with(&format!("/srv/klub/templates/creation.html:{line}: ")), "{error}");
            assert!(error.contains(said), "{error}");
            assert!(site.file("rubriky/clanky/1-clanek/index.html").contains("Bylo, nebylo."), "as it was");
        }
    }
}

/// The command, with the site's own files in a folder.
fn build(site: &TestSite) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_generator"))
        .arg("build")
        .env("SITE", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tiny"))
        .env("DATABASE_URL", &site.settings.database_url)
        .env("OUTPUT", &site.settings.output)
        .env_remove("UPLOADS")
        .output()
        .unwrap()
}

#[tokio::test]
async fn a_build_with_a_bad_row_ends_with_status_1_and_names_it() {
    let site = TestSite::tiny(Engine::Sqlite).await;
    site.add_author("Vera").await;
    site.publish("nights", 1, &["Mars", "Saturn"], r#"{"seeing": 7}"#, "Quiet.").await;
    assert_eq!(build(&site).status.code(), Some(0));
    site.change(&["update creation set attributes = 'nonsense' where id = 2"], &["creation/nights/2"]).await;
    let output = build(&site);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    let expected = "error: creation/nights/2: creation 2 in section nights: its attributes are no JSON object";
    assert!(said.contains(expected), "{said}");
    assert!(site.settings.output.join("log/nights/2-saturn/index.html").is_file(), "its last good file");
}

#[tokio::test]
async fn a_mark_of_a_newer_release_is_shown_and_kept() {
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        site.build().await;
        site.change(&["insert into stale_page (page, priority) values ('hologram/5', 0)"], &["home"]).await;
        for _ in 0..2 {
            let summary = site.try_build(Options::default()).await.unwrap();
            assert_eq!(summary.failed.len(), 1);
            assert_eq!(summary.failed[0].0, "hologram/5");
            assert!(summary.failed[0].1.starts_with("`hologram/5` is not the key of a page, perhaps one of a newer"));
        }
        let summary = site.try_build(Options { all: true, ..Options::default() }).await.unwrap();
        assert_eq!(summary.failed, [], "a build of everything forgets what it does not know");
    }
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    for engine in ENGINES {
        let site = TestSite::empty(engine).await;
        site.change(
            &["insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                select 9999, description, success, checksum, execution_time from _sqlx_migrations limit 1"],
            &[],
        )
        .await;
        site.opened.db.close().await;
        let error = generator::db::connect::open(&site.settings.database_url).await.unwrap_err().to_string();
        assert!(error.contains("has schema 9999, which this program does not know"), "{error}");
        assert!(error.contains("upgrade"), "{error}");
    }
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_named_without_its_password() {
    let error = generator::db::connect::open("postgres://ann:secret@127.0.0.1:1/club").await.unwrap_err().to_string();
    assert!(error.starts_with("cannot open the database postgres://ann@127.0.0.1:1/club, which "), "{error}");
    assert!(!error.contains("secret") && error.contains("refused"), "{error}");
    let error = generator::db::connect::open("mysql://x").await.unwrap_err().to_string();
    assert!(error.contains("`mysql://x` is no address of a database"), "{error}");
    let error = generator::db::connect::open("sqlite:///proc/nowhere/x.db").await.unwrap_err().to_string();
    assert!(error.starts_with("cannot open the database sqlite:///proc/nowhere/x.db, which "), "{error}");
    assert!(error.contains("there is no folder /proc/nowhere"), "{error}");
    for nothing in ["sqlite://", "sqlite:"] {
        let error = generator::db::connect::open(nothing).await.unwrap_err().to_string();
        assert!(error.contains("is no address of a database"), "{nothing}: {error}");
    }
}

#[tokio::test]
async fn what_is_not_public_by_its_state_is_shown_nowhere() {
    for engine in ENGINES {
        let site = TestSite::demo(engine).await;
        // Without marks and lists: a page that is built for another reason must not show them either.
        site.change(
            &[
                "update comment set state = 'deleted', body = 'Skryte tajemstvi'",
                "update forum_post set state = 'waiting', body = 'Skryte tajemstvi'",
                "update news set state = 'draft', body = 'Skryte tajemstvi'",
                "update ad set state = 'expired', body = 'Skryte tajemstvi'",
                "update link set state = 'waiting', description = 'Skryte tajemstvi'",
            ],
            &[],
        )
        .await;
        site.build().await;
        for (key, body) in site.files() {
            assert!(!String::from_utf8_lossy(&body).contains("Skryte tajemstvi"), "{key}");
        }
    }
}

#[tokio::test]
async fn a_level_or_a_slug_that_is_none_harms_no_page() {
    for engine in ENGINES {
        let site = TestSite::demo(engine).await;
        site.change(
            &[
                "update member set level = 'x'",
                "update creation set slug = 'x/../../../tmp/y' where section = 'clanky' and number = 9",
                "update creation set slug = '' where section = 'clanky' and number = 8",
            ],
            &[],
        )
        .await;
        site.build().await;
        assert!(site.has("rubriky/clanky/9-x-tmp-y/index.html"));
        assert!(site.has("rubriky/clanky/8-dilo/index.html"));
    }
}
