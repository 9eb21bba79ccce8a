//! Releases that follow each other, or run beside each other.

use super::*;

#[tokio::test]
async fn two_releases_at_once_do_not_fight() {
    for engine in ENGINES {
        let host = Host::new(engine).await;
        let (old, new) = host.two_releases();
        let mut former = host.serve(&old);
        former.until_said(" 0 failed");
        assert!(!former.get("/aktuality/").contains("Nové vydání"));

        let mut latter = host.serve(&new);
        latter.until_said("templates/news.html changed: 1 page marked");
        latter.until_said(" 0 failed");
        // The former one goes on living, and is woken by a change: it says why it builds nothing.
        let opened = Opened::open(&host.settings(&new)).await.unwrap();
        announce(&opened, "Dnes se nasazuje.").await;
        former.until_said("another release of the program");
        for serving in [&former, &latter] {
            let news = serving.get("/aktuality/");
            assert!(news.contains("Nové vydání") && news.contains("Dnes se nasazuje."), "{news}");
        }
        // All of it is the new release's.
        let findings = verify(&opened.builder(&host.path("output")).unwrap()).await.unwrap();
        assert!(findings.differences.is_empty(), "{:?}", findings.differences);
        let said = former.end();
        assert_eq!(said.matches("another release of the program").count(), 1, "{said}");
        assert!(!said.contains("ERROR"), "a deploy is no error: {said}");
        let said = latter.end();
        assert!(!said.contains("another release of the program"), "{said}");
    }
}

/// A minute passes in which no builder of the newest release gives a sign of life.
async fn let_the_lease_end(opened: &Opened) {
    let sql = "update generation set lease_until = 0";
    let mut tx = opened.db.write().await.unwrap();
    match &mut tx {
        generator::db::Tx::Sqlite(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
        generator::db::Tx::Postgres(tx) => drop(sqlx::query(sql).execute(&mut **tx).await.unwrap()),
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_former_release_that_is_killed_and_started_again_freezes_nothing() {
    for engine in ENGINES {
        let host = Host::new(engine).await;
        let (old, new) = host.two_releases();
        let mut former = host.serve(&old);
        former.until_said(" 0 failed");
        let mut latter = host.serve(&new);
        latter.until_said(" 0 failed");
        drop(former);
        let mut former = host.serve(&old);
        former.until_said("another release of the program");
        let opened = Opened::open(&host.settings(&new)).await.unwrap();
        announce(&opened, "Starý znovu běží.").await;
        let news = former.get("/aktuality/");
        assert!(news.contains("Nové vydání") && news.contains("Starý znovu běží."), "{news}");

        drop(latter);
        let_the_lease_end(&opened).await;
        announce(&opened, "Nový už neběží.").await;
        let news = former.get("/aktuality/");
        assert!(!news.contains("Nové vydání") && news.contains("Nový už neběží."), "{news}");
        former.end();
    }
}

#[tokio::test]
async fn files_that_are_edited_and_built_beside_it_are_used_without_a_restart() {
    for engine in ENGINES {
        let host = Host::new(engine).await;
        let shipped = generator::files::shipped_site();
        let site = host.release("one", &[]);
        let mut serving = host.serve(&site);
        serving.until_said(" 0 failed");
        assert!(serving.get("/davno/").starts_with("HTTP/1.0 404"));

        let template = shipped.templates["news.html"].text().unwrap();
        let template = template.replace("{% block main %}", "{% block main %}<p>Nová šablona</p>");
        write(&site.join("templates/news.html"), template.as_bytes());
        let configuration = shipped.content["site.toml"].text().unwrap();
        let configuration = configuration.replace("[redirects]\n", "[redirects]\n\"/davno/\" = \"news\"\n");
        write(&site.join("content/site.toml"), configuration.as_bytes());
        let opened = Opened::open(&host.settings(&site)).await.unwrap();
        let builder = opened.builder(&host.path("output")).unwrap();
        let built = builder.build(Options::default(), Utc::now(), &Progress::silent()).await.unwrap();
        assert_eq!(built.failed, []);

        announce(&opened, "Se starým serverem.").await;
        let news = serving.get("/aktuality/");
        assert!(news.contains("Nová šablona") && news.contains("Se starým serverem."), "{news}");
        // What the sidecar answers by itself goes by the new files as well.
        let old = serving.get("/davno/");
        assert!(old.starts_with("HTTP/1.0 301") && old.contains("/aktuality/"), "{old}");
        let said = serving.end();
        assert!(said.contains("they are used here as well"), "{said}");
    }
}

#[tokio::test]
async fn where_too_much_would_go_it_says_so_and_serves_on() {
    for engine in ENGINES {
        let host = Host::new(engine).await;
        let chapter = "+++\ntitle = \"Kapitola\"\n+++\nText.\n";
        let chapters: Vec<String> = (0..60).map(|nth| format!("content/pages/kapitola-{nth}.md")).collect();
        let own: Vec<(&str, &str)> = chapters.iter().map(|path| (path.as_str(), chapter)).collect();
        let mut serving = host.serve(&host.release("many", &own));
        serving.until_said(" 0 failed");
        serving.end();

        let few = host.release("few", &[]);
        let mut serving = host.serve(&few);
        serving.until_said("--allow-deletions");
        assert!(serving.get("/kapitola-7/").starts_with("HTTP/1.0 200"), "{}", serving.log);
        // An operator says yes, with the same files: it goes on by itself.
        let opened = Opened::open(&host.settings(&few)).await.unwrap();
        let allowed = Options { allow_deletions: true, ..Options::default() };
        let builder = opened.builder(&host.path("output")).unwrap();
        let summary = builder.build(allowed, Utc::now(), &Progress::silent()).await.unwrap();
        assert_eq!(summary.deleted, 60);
        assert!(serving.get("/kapitola-7/").starts_with("HTTP/1.0 404"));
        announce(&opened, "Kapitoly jsou pryč.").await;
        assert!(serving.get("/aktuality/").contains("Kapitoly jsou pryč."));
        let said = serving.end();
        assert!(!said.contains("another release"), "{said}");
    }
}
