//! Members' icons: written anew, replaced, removed; what is shown no more is gone.

use axum::http::{StatusCode, header};
use generator::model::Role;
use image::ImageFormat;

use crate::browsing::{Answer, Browsing};
use crate::harness::{ENGINES, Engine, PASSWORD, TestApp};
use crate::uploads::picture;

const ICON: &str = "/nastaveni/ikonka/";

async fn bring(member: &mut Browsing, bytes: &[u8]) -> Answer {
    member.post_files(ICON, &[("do", "save")], &[("icon", "ja.png", bytes)]).await
}

/// The address of the icon on the form.
fn shown(page: &Answer) -> Option<String> {
    let (_, rest) = page.body.split_once("<img class=\"icon\" src=\"")?;
    Some(rest.split('"').next().unwrap().to_owned())
}

#[tokio::test]
async fn an_icon_is_made_small_and_stands_beside_what_its_member_writes() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let mut fenix = app.member("Fénix", Role::Member).await;
        let before = shown(&fenix.get(ICON).await);
        let sent = bring(&mut fenix, &picture(300, 200, ImageFormat::Jpeg)).await;
        assert_eq!(
            (sent.status, sent.location()),
            (StatusCode::SEE_OTHER, "/nastaveni/ikonka/?saved=1"),
            "{}",
            sent.body
        );
        let form = fenix.get(sent.location()).await;
        let first = shown(&form).expect("an icon");
        assert!(
            form.body.contains("Hotovo.") && first.starts_with("/uploads/u/") && first.ends_with(".png"),
            "{first}"
        );
        assert_ne!(Some(&first), before.as_ref());
        let file = app.browsing().get(&first).await;
        assert_eq!((file.status, file.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/png"));
        let kept = image::load_from_memory(&file.bytes).unwrap();
        assert_eq!((kept.width(), kept.height()), (50, 33), "within 50 × 40");
        let profile = app.browsing().get("/uzivatel/6-fenix/").await.body;
        assert!(profile.contains(&format!("src=\"{first}\" width=\"50\" height=\"33\"")), "{profile}");
        fenix.post("/prispevky/", &[("text", "S ikonkou."), ("do", "post")]).await;
        assert!(app.browsing().get("/forum/").await.body.contains(&first));

        // Another takes its place, and the first is gone, also from the forum.
        let sent = bring(&mut fenix, &picture(20, 30, ImageFormat::Png)).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let second = shown(&fenix.get(ICON).await).expect("an icon");
        assert_ne!(first, second);
        assert_eq!(app.browsing().get(&second).await.status, StatusCode::OK);
        assert_eq!(app.browsing().get(&first).await.status, StatusCode::NOT_FOUND, "{engine:?}: withdrawn");
        while app.number("select count(*) from stale_page").await > 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let forum = app.browsing().get("/forum/").await.body;
        assert!(forum.contains(&second) && !forum.contains(&first), "{engine:?}");

        // None of them is taken.
        for (bytes, fault) in
            [(&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], "není obrázek"), (b"", "Soubor je prázdný")]
        {
            let refused = bring(&mut fenix, bytes).await;
            assert!(
                refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains(fault),
                "{}",
                refused.body
            );
        }
        let none = fenix.post(ICON, &[("do", "save")]).await;
        assert!(none.body.contains("Vyber, prosím, obrázek."), "{}", none.body);
        assert_eq!(shown(&fenix.get(ICON).await), Some(second.clone()));

        let removed = fenix.post(ICON, &[("do", "remove")]).await;
        assert_eq!(removed.status, StatusCode::SEE_OTHER);
        let form = fenix.get(ICON).await;
        assert!(shown(&form).is_none() && form.body.contains("monogram"), "{}", form.body);
        assert_eq!(app.browsing().get(&second).await.status, StatusCode::NOT_FOUND);
        assert!(!app.browsing().get("/uzivatel/6-fenix/").await.body.contains(&second));
        building.stop().await;
    }
}

#[tokio::test]
async fn an_icon_that_two_have_stays_for_the_other() {
    for engine in ENGINES {
        let app = TestApp::demo_on(engine).await;
        let building = app.building();
        let bytes = picture(40, 40, ImageFormat::Png);
        let (mut fenix, mut elanor) =
            (app.member("Fénix", Role::Member).await, app.member("Elanor", Role::Member).await);
        bring(&mut fenix, &bytes).await;
        bring(&mut elanor, &bytes).await;
        let icon = shown(&elanor.get(ICON).await).expect("an icon");
        assert_eq!(shown(&fenix.get(ICON).await).as_ref(), Some(&icon));
        let left = fenix.post("/nastaveni/zruseni-uctu/", &[("texts", "stay"), ("password", PASSWORD)]).await;
        assert_eq!(left.status, StatusCode::OK, "{}", left.body);
        sidecar::uploads::moving::settle(&app.app).await.unwrap();
        assert_eq!(app.browsing().get(&icon).await.status, StatusCode::OK, "{engine:?}");
        elanor.post("/nastaveni/zruseni-uctu/", &[("texts", "stay"), ("password", PASSWORD)]).await;
        sidecar::uploads::moving::settle(&app.app).await.unwrap();
        assert_eq!(app.browsing().get(&icon).await.status, StatusCode::NOT_FOUND, "{engine:?}: nobody has it any more");
        building.stop().await;
    }
}

#[tokio::test]
async fn an_icon_is_set_again_where_another_transaction_was_in_the_way() {
    let app = TestApp::demo_on(Engine::Postgres).await;
    let building = app.building();
    let mut fenix = app.member("Fénix", Role::Member).await;
    let trigger = "create trigger undo before update of icon on member for each row execute function undo()";
    crate::ads::meanwhile::in_the_way(&app, trigger).await;
    let sent = bring(&mut fenix, &picture(30, 20, ImageFormat::Png)).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/nastaveni/ikonka/?saved=1"), "{}", sent.body);
    assert_eq!(app.number("select last_value from in_the_way").await, 3, "twice it was undone");
    building.stop().await;
}
