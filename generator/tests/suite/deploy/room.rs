//! Redirects in the way of what a deploy brings.

use crate::harness::{ENGINES, small_files};
use crate::publish::Door;

use super::edits;

#[tokio::test]
async fn a_redirect_gives_way_to_a_page_that_a_deploy_brings() {
    for engine in ENGINES {
        let mut door = Door::open(engine).await;
        let site = &mut door.site;
        site.change(
            &["insert into redirect (path, page) values ('/nove/', 'forum'), ('/jine/', 'forum')"],
            &["redirect/nove/", "redirect/jine/"],
        )
        .await;
        site.build().await;
        assert!(site.file("nove/index.html").contains("url=/forum/"));
        let mut files = small_files();
        edits::put(&mut files, "content/pages/nove.md", "+++\ntitle = \"Nové\"\n+++\nPrávě přibylo.\n");
        site.deploy(files);
        // Neither page fails.
        site.build().await;
        assert!(site.file("nove/index.html").contains("Právě přibylo."), "{engine:?}");
        assert!(site.file("jine/index.html").contains("url=/forum/"), "the other one is in nobody's way");
        // Back to the former files: whoever comes to stand at an old path takes it for good.
        site.deploy(small_files());
        site.build().await;
        assert!(!site.has("nove/index.html"), "{engine:?}");
        door.assert_equal_to_a_full_build().await;
    }
}
