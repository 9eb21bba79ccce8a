//! The look chosen in the settings, without scripts.

use axum::http::{StatusCode, header};
use generator::model::Role;

use crate::harness::{ENGINES, TestApp};

#[tokio::test]
async fn a_skin_chosen_in_the_settings_is_on_every_page_of_the_sidecar() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let mut member = app.member("Fénix", Role::Member).await;
        let settings = member.get("/nastaveni/").await;
        assert!(!settings.body.contains("<html data-skin"), "{}", settings.body);
        assert!(settings.body.contains("value=\"system\" checked"), "{}", settings.body);
        for (word, is_shown) in [("dark", true), ("historic", true), ("light", true), ("system", false)] {
            let chosen = member.post("/nastaveni/vzhled/", &[("skin", word)]).await;
            assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, "/nastaveni/?changed=skin#skin"));
            let cookie = format!("skin={word}; Path=/; Max-Age=31536000; SameSite=Lax");
            assert_eq!(chosen.header(header::SET_COOKIE), cookie, "scripts of static pages read it");
            let settings = member.get(chosen.location().split('#').next().unwrap()).await;
            assert!(settings.body.contains("role=\"status\""), "{}", settings.body);
            assert!(settings.body.contains(&format!("value=\"{word}\" checked")), "{}", settings.body);
            for path in ["/nastaveni/", "/hledat/?q=drak", "/nastaveni/dila/999999/"] {
                let page = member.get(path).await;
                let is_there = page.body.contains(&format!("<html data-skin=\"{word}\" lang=\"cs\">"));
                assert_eq!(is_there, is_shown, "{word} {path}: {}", page.body);
                assert_eq!(page.body.contains("<html data-skin"), is_shown, "{word} {path}");
            }
        }
        let refused = member.post("/nastaveni/vzhled/", &[("skin", "dark\" onload=\"x")]).await;
        assert!(refused.status.is_client_error() && !refused.headers.contains_key(header::SET_COOKIE));
        member.cookies.insert("skin".to_owned(), "\"><script>".to_owned());
        assert!(!member.get("/nastaveni/").await.body.contains("<html data-skin"), "only what there is");
        member.cookies.insert("skin".to_owned(), "dark".to_owned());
        assert_eq!(member.get("/").await.body, app.browsing().get("/").await.body, "files are the same for all");
    }
}
