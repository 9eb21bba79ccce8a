//! CloudFront, where paths cost money: it is told what is gone, and once after a deploy that all has changed.

use generator::publish::comments;

use crate::harness::ENGINES;
use crate::interrupted::child::Build;
use crate::interrupted::steps::unpublish;
use crate::publish::{BOREK, Door, text};

use super::edge::{Edge, Mood};

fn build(door: &Door, edge: &Edge) -> Build {
    Build::of(&door.site, &door.site.settings.output)
        .variable("CDN", "cloudfront:E2TEST")
        .variable("AWS_ENDPOINT_URL_CLOUDFRONT", &format!("http://{}", edge.address))
        .variable("AWS_ACCESS_KEY_ID", "AKTEST")
        .variable("AWS_SECRET_ACCESS_KEY", "not-so-secret")
        .variable("AWS_EC2_METADATA_DISABLED", "true")
}

/// The paths of each invalidation since the last look.
fn invalidations(edge: &Edge) -> Vec<Vec<String>> {
    let asked = edge.take_asked().into_iter().inspect(|asked| {
        assert_eq!(
            (asked.method.as_str(), asked.path.as_str()),
            ("POST", "/2020-05-31/distribution/E2TEST/invalidation")
        );
    });
    let paths =
        |body: &str| body.split("<Path>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    asked.map(|asked| paths(&asked.body)).collect()
}

#[tokio::test]
async fn it_is_told_of_deploys_and_removals_and_of_nothing_else() {
    for engine in ENGINES {
        let edge = Edge::start();
        let door = Door::open(engine).await;
        let ids = door.publish("povesti", &["A", "B", "C"]).await;
        let all = vec![vec!["/*".to_owned()]];
        build(&door, &edge).run().await;
        assert_eq!(invalidations(&edge), all, "{engine:?}: the first build is a deploy");
        door.site.change(&["delete from purge"], &[]).await;

        let mut change = door.change().await;
        comments::add(&mut change, ids[1], BOREK, &text("Aha.")).await.unwrap();
        change.commit().await.unwrap();
        build(&door, &edge).run().await;
        assert_eq!(invalidations(&edge), Vec::<Vec<String>>::new(), "{engine:?}: a change waits for its minute");

        unpublish(&door, ids[0]).await;
        build(&door, &edge).run().await;
        let told = invalidations(&edge);
        assert_eq!(told.len(), 1, "{engine:?}: {told:?}");
        // The folder, its index document, and both with whatever query.
        assert!(told[0].contains(&"/rubriky/povesti/1-a/*".to_owned()) && told[0].len() <= 7, "{told:?}");

        edge.be(Mood::Answers(403));
        unpublish(&door, ids[2]).await;
        let said = build(&door, &edge).run().await;
        assert!(said.contains("error: CloudFront did not take an invalidation: "), "{engine:?}: {said}");
        edge.be(Mood::Good);
        edge.take_asked();
        door.site.change(&["update purge set due_at = 0"], &[]).await;
        build(&door, &edge).run().await;
        assert!(invalidations(&edge).concat().contains(&"/rubriky/povesti/3-c/*".to_owned()), "{engine:?}");
    }
}
