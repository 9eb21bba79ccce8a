//! Members through the door.

use generator::publish::members::{self, Facts};
use generator::publish::{comments, creations, forum, leaving, news};

use crate::harness::{ENGINES, TestSite, small_files};

use super::{ALMARA, BOREK, Door, assert_marked, assert_refused, text};

#[tokio::test]
async fn a_newcomer_opens_an_archive_page() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let mut change = door.change().await;
        members::register(&mut change, "Čeněk", "clen@example.org").await.unwrap();
        assert_marked(
            &change.commit().await.unwrap(),
            &["member/3", "members", "members/1", "members/2", "sitemap/members/1"],
        );
        let mut change = door.change().await;
        members::register(&mut change, "Žofie", "clen@example.org").await.unwrap();
        let marked = change.commit().await.unwrap();
        // The credits name her.
        assert_marked(&marked, &["member/4", "members", "members/2", "sitemap/members/1", "credits"]);
        let mut change = door.change().await;
        assert_refused(members::register(&mut change, "Žofie", "x@example.org").await, "the nick `Žofie` is taken");
        assert_refused(members::register(&mut change, " ", "x@example.org").await, "a nick must not be empty");
    }
}

#[tokio::test]
async fn a_new_nick_is_everywhere_and_leaves_redirects() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let ids = door.publish("kronika", &["A", "B", "C"]).await;
        let mut change = door.change().await;
        for _ in 0..3 {
            comments::add(&mut change, ids[2], ALMARA, &text("Ano.")).await.unwrap();
        }
        comments::add(&mut change, ids[0], BOREK, &text("Ne.")).await.unwrap();
        forum::add(&mut change, ALMARA, &text("Ahoj.")).await.unwrap();
        news::add(&mut change, ALMARA, &text("Je léto.")).await.unwrap();
        change.commit().await.unwrap();
        door.site.build().await;

        let mut change = door.change().await;
        members::rename(&mut change, ALMARA, "Alma").await.unwrap();
        let marked = change.commit().await.unwrap();
        assert_marked(
            &marked,
            &[
                "member/1",
                "members",
                "sitemap/members/1",
                "sitemap/authors/1",
                "author/1",
                "author/1/1",
                "author/1/2",
                "newest",
                "feed/everything",
                "redirect/uzivatel/1-almara/",
                "redirect/autor/1-almara/",
                "redirect/autor/1-almara/strana/1/",
                "redirect/autor/1-almara/strana/2/",
            ],
        );
        let summary = door.site.build().await;
        assert_eq!(summary.rendered, summary.written, "all that was marked in bulk shows the nick");
        let naming = door.site.files().into_iter().filter(|(_, body)| String::from_utf8_lossy(body).contains("Almara"));
        assert_eq!(naming.map(|(key, _)| key).collect::<Vec<_>>(), [""; 0]);
        assert!(door.site.file("autor/1-almara/strana/1/index.html").contains("url=/autor/1-alma/strana/1/"));
        let mut change = door.change().await;
        assert_refused(members::rename(&mut change, ALMARA, "Bořek").await, "the nick `Bořek` is taken");
    }
}

#[tokio::test]
async fn icon_and_level_stand_beside_the_nick() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let mut change = door.change().await;
        forum::add(&mut change, BOREK, &text("Ahoj.")).await.unwrap();
        change.commit().await.unwrap();
        door.site.build().await;
        let marks = ["member/2", "members", "credits"];
        let mut change = door.change().await;
        members::set_icon(&mut change, BOREK, Some("ikony/b.webp")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &marks);
        assert_eq!(door.site.build().await.rendered, 4, "the forum is marked in bulk, its feed is not");
        let mut change = door.change().await;
        members::set_level(&mut change, BOREK, "3").await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &marks);
        let mut change = door.change().await;
        assert_refused(
            members::set_level(&mut change, BOREK, "9").await,
            "`9` is no level; there are 0, 1, 2, 3, 4, 5, 8",
        );
    }
}

#[tokio::test]
async fn what_the_profile_alone_shows_marks_the_profile_alone() {
    for engine in ENGINES {
        let door = Door::open(engine).await;
        let mut change = door.change().await;
        let told = Facts { region: "Morava".to_owned(), ..Facts::default() };
        members::set_facts(&mut change, BOREK, &told).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &[]);
        let mut change = door.change().await;
        members::set_facts(&mut change, BOREK, &Facts { shows_region: true, ..told }).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["member/2"]);
        let mut change = door.change().await;
        members::ban(&mut change, BOREK).await.unwrap();
        assert_refused(members::ban(&mut change, BOREK).await, "member 2 is banned: it cannot be banned again");
        assert_marked(&change.commit().await.unwrap(), &["member/2"]);
        let mut change = door.change().await;
        members::unban(&mut change, BOREK).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["member/2"]);
        let mut change = door.change().await;
        members::set_description(&mut change, BOREK, &text("Kovář.")).await.unwrap();
        assert_marked(&change.commit().await.unwrap(), &["member/2", "members"]);
    }
}

#[tokio::test]
async fn a_redirect_of_the_configuration_works_as_soon_as_there_is_where_it_leads() {
    for engine in ENGINES {
        let mut files = small_files();
        let config = files.content.get_mut("site.toml").unwrap();
        let text = String::from_utf8(config.bytes.clone()).unwrap();
        let redirects =
            "[redirects]\n\"/treti/\" = \"member/3\"\n\"/pisar/\" = \"author/1\"\n\"/starsi/\" = \"author/1/1\"\n";
        config.bytes = text.replace("[redirects]\n", redirects).into_bytes();
        let mut door = Door::over(TestSite::with(engine, files).await).await;
        door.site.build().await;
        assert!(!door.site.has("treti/index.html") && !door.site.has("pisar/index.html"));
        let mut change = door.change().await;
        members::register(&mut change, "Cyril", "cyril@example.org").await.unwrap();
        change.commit().await.unwrap();
        door.site.build().await;
        assert!(door.site.file("treti/index.html").contains("/uzivatel/3-cyril/"));
        // The author's row comes with the first work, the author's page once that is public.
        let mut change = door.change().await;
        creations::author_of(&mut change, ALMARA).await.unwrap();
        members::rename(&mut change, ALMARA, "Alma").await.unwrap();
        change.commit().await.unwrap();
        door.site.build().await;
        assert!(!door.site.has("pisar/index.html"));
        door.publish("kronika", &["A"]).await;
        door.site.build().await;
        assert!(door.site.file("pisar/index.html").contains("/autor/1-alma/"));
        assert!(!door.site.has("starsi/index.html"), "one page holds all");
        door.publish("kronika", &["B", "C"]).await;
        door.site.build().await;
        assert!(door.site.file("starsi/index.html").contains("/autor/1-alma/strana/1/"));
        door.assert_equal_to_a_full_build().await;
    }
}

#[tokio::test]
async fn who_leaves_with_a_nick_that_says_nothing_leaves_the_list_as_well() {
    for engine in ENGINES {
        let mut door = Door::open(engine).await;
        let mut change = door.change().await;
        let id = members::register(&mut change, "Bývalý člen 3", "clen@example.org").await.unwrap();
        assert_eq!(id.0, 3);
        members::set_level(&mut change, id, "0").await.unwrap();
        change.commit().await.unwrap();
        door.site.build().await;
        assert!(door.site.file("uzivatele/index.html").contains("Bývalý člen 3"));
        let mut change = door.change().await;
        leaving::leave(&mut change, id, "Bývalý člen", false).await.unwrap();
        change.commit().await.unwrap();
        door.site.build().await;
        assert!(!door.site.file("uzivatele/index.html").contains("Bývalý člen 3"), "{engine:?}");
        assert!(!door.site.file("sitemap-members-1.xml").contains("3-byvaly-clen-3"), "{engine:?}");
        let hidden = |id: &str| door.site.file(id).contains(r#"<meta name="robots" content="noindex">"#);
        assert!(hidden("uzivatel/3-byvaly-clen-3/index.html") && !hidden("uzivatel/1-almara/index.html"), "{engine:?}");
        door.assert_equal_to_a_full_build().await;
    }
}
