//! Releases of one site beside each other: who has it keeps it, and where nobody alive does, another one takes it.

use generator::site::Site;

use super::*;

/// As a process does it, only more often.
const LOOKING: Pace = Pace { poll: Duration::from_millis(10), ..AT_ONCE };

/// A loop of a release.
struct Release {
    door: Door,
    events: Arc<Mutex<Vec<Event>>>,
    end: watch::Sender<bool>,
    task: JoinHandle<Result<(), Error>>,
}

impl Release {
    fn start(site: &TestSite, generation: &str) -> Release {
        Release::start_with(site, generation, |builder| builder)
    }

    fn start_with(site: &TestSite, generation: &str, with: impl FnOnce(Builder) -> Builder) -> Release {
        let builder = site.opened.builder_into(Arc::clone(&site.store)).unwrap();
        let signals = Arc::new(Signals::default());
        let door = Door {
            db: site.opened.db.clone(),
            site: Arc::clone(&site.opened.site),
            generation: Some(generation.to_owned()),
            signals: Arc::clone(&signals),
        };
        let events = Arc::new(Mutex::new(Vec::new()));
        let live = Live {
            builder: with(Builder { generation: generation.to_owned(), ..builder }),
            signals,
            pace: LOOKING,
            clock: Arc::new(now),
            report: Arc::new({
                let events = Arc::clone(&events);
                move |event| events.lock().unwrap().push(event)
            }),
        };
        let (end, ended) = watch::channel(false);
        let task = tokio::spawn(async move { live.run(ended).await });
        Release { door, events, end, task }
    }

    fn count(&self, event: impl Fn(&Event) -> bool) -> usize {
        self.events.lock().unwrap().iter().filter(|it| event(it)).count()
    }

    async fn until_built(&self) {
        until(|| self.count(|event| matches!(event, Event::Built(_))) > 0).await;
    }

    /// Until it has found out that another one has the site, and has looked once more after that.
    async fn until_waiting(&self) {
        let is_superseded = |event: &Event| matches!(event, Event::Trouble(Error::Superseded));
        let before = self.count(is_superseded);
        until(|| self.count(is_superseded) >= before + 2).await;
    }

    /// As a process that is killed.
    async fn kill(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }

    async fn stop(self) {
        self.end.send(true).unwrap();
        self.task.await.unwrap().unwrap();
    }
}

async fn with_almara(engine: Engine) -> TestSite {
    let site = TestSite::small(engine).await;
    let mut change = Change::begin(&site.opened.db, &site.opened.site, now()).await.unwrap();
    members::register(&mut change, "Almara", "clen@example.org").await.unwrap();
    change.commit().await.unwrap();
    site
}

async fn newest(site: &TestSite) -> String {
    generations::newest(&mut site.opened.db.snapshot().await.unwrap()).await.unwrap().unwrap()
}

/// With the same files there is nothing to build for it.
async fn until_newest(site: &TestSite, generation: &str) {
    tokio::time::timeout(PATIENCE, async { while newest(site).await != generation {} }).await.unwrap();
}

/// A process that is killed in the middle of a batch has claims for another minute: what another release has changed is
/// followed by a build of the whole site.
async fn until_nothing_is_left(site: &TestSite) {
    let wait = async {
        loop {
            let mut tx = site.opened.db.snapshot().await.unwrap();
            let is_noted = generations::is_change_noted(&mut tx).await.unwrap();
            if !is_noted && generator::db::stale::count(&mut tx).await.unwrap() == 0 {
                return;
            }
            drop(tx);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap();
}

/// A minute passes without a sign of life.
async fn let_the_lease_end(site: &TestSite) {
    site.change(&["update generation set lease_until = 0"], &[]).await;
}

#[tokio::test]
async fn a_former_release_that_is_started_again_waits_until_the_newest_is_gone() {
    for engine in ENGINES {
        let site = with_almara(engine).await;
        let old = Release::start(&site, "old");
        old.until_built().await;
        let new = Release::start(&site, "new");
        until_newest(&site, "new").await;
        old.kill().await;
        let old = Release::start(&site, "old");
        old.until_waiting().await;
        assert_eq!(newest(&site).await, "new");
        let marked = post(&old.door, "Od starého.").await;
        assert!(old.door.rendered(&marked, PATIENCE).await.unwrap());
        assert!(site.file("forum/index.html").contains("Od starého."));
        until_nothing_is_left(&site).await;

        new.kill().await;
        old.until_waiting().await;
        assert_eq!(newest(&site).await, "new", "it may come back");
        let_the_lease_end(&site).await;
        let marked = post(&old.door, "Po novém.").await;
        let is_rendered = old.door.rendered(&marked, PATIENCE).await.unwrap();
        assert!(is_rendered, "{engine:?}: {:?}", old.events.lock().unwrap().last());
        assert_eq!(newest(&site).await, "old");
        assert!(site.file("forum/index.html").contains("Po novém."));
        // Where it has the site, one of the other that comes again waits in its turn.
        let new = Release::start(&site, "new");
        new.until_waiting().await;
        assert_eq!(newest(&site).await, "old");
        new.stop().await;
        old.stop().await;
    }
}

#[tokio::test]
async fn whoever_builds_gives_signs_of_life() {
    for engine in ENGINES {
        let site = with_almara(engine).await;
        let is_held = async || generations::is_held(&mut site.opened.db.snapshot().await.unwrap()).await.unwrap();
        let often = |builder| Builder { tenure: Duration::from_millis(60), ..builder };
        let release = Release::start_with(&site, "new", often);
        release.until_built().await;
        for _ in 0..3 {
            let_the_lease_end(&site).await;
            tokio::time::timeout(PATIENCE, async { while !is_held().await {} }).await.unwrap();
        }
        release.kill().await;
        tokio::time::timeout(PATIENCE, async { while is_held().await {} }).await.unwrap();
        // A build that takes longer than the lease as well.
        let builder = site.opened.builder_into(Arc::clone(&site.store)).unwrap();
        let builder = often(Builder { generation: "newer".to_owned(), ..builder });
        let (db, handle) = (site.opened.db.clone(), tokio::runtime::Handle::current());
        site.change(&[], &["forum"]).await;
        let (seen, sees) = std::sync::mpsc::channel();
        site.memory().meanwhile("forum/index.html", move || {
            handle.block_on(async {
                let mut tx = db.write().await.unwrap();
                crate::harness::execute(&mut tx, "update generation set lease_until = 0").await;
                tx.commit().await.unwrap();
                while !generations::is_held(&mut db.snapshot().await.unwrap()).await.unwrap() {}
            });
            seen.send(()).unwrap();
        });
        site.change(&["update output_page set digest = null where page = 'forum'"], &[]).await;
        builder.build(Options::default(), now(), &Progress::silent()).await.unwrap();
        sees.try_recv().expect("forum was never written");
    }
}

#[tokio::test]
async fn what_a_former_release_changes_is_true_on_every_page_of_the_newest() {
    for engine in ENGINES {
        let site = with_almara(engine).await;
        let news: Vec<i64> = {
            let mut change = Change::begin(&site.opened.db, &site.opened.site, now()).await.unwrap();
            let mut ids = Vec::new();
            for words in ["První zpráva.", "Druhá zpráva."] {
                ids.push(generator::publish::news::add(&mut change, ALMARA, &text(words)).await.unwrap());
            }
            change.commit().await.unwrap();
            ids
        };
        // The former one knows only one piece of news on the list's first page.
        let mut files = site.opened.files.clone();
        let toml = String::from_utf8(files.content["site.toml"].bytes.clone()).unwrap();
        files.content.get_mut("site.toml").unwrap().bytes = toml.replace("\nnews = 2", "\nnews = 1").into_bytes();
        let former = Arc::new(Site::load(&files, &site.settings.site_url, &site.settings.uploads_url).unwrap());
        let new = Release::start(&site, "new");
        new.until_built().await;
        assert!(site.file("aktuality/index.html").contains("První zpráva."));

        let door = Door {
            db: site.opened.db.clone(),
            site: former,
            generation: Some("old".to_owned()),
            signals: Arc::default(),
        };
        let mut change = door.begin(now()).await.unwrap();
        generator::publish::news::delete(&mut change, news[0]).await.unwrap();
        change.commit().await.unwrap();
        until(|| !site.file("aktuality/index.html").contains("První zpráva.")).await;
        // That is answered once, and a change of the newest one's own needs no answer.
        let is_noted =
            async || generations::is_change_noted(&mut site.opened.db.snapshot().await.unwrap()).await.unwrap();
        assert!(!is_noted().await);
        let marked = post(&new.door, "Od nového.").await;
        assert!(!is_noted().await);
        assert!(new.door.rendered(&marked, PATIENCE).await.unwrap());
        new.stop().await;
    }
}

#[tokio::test]
async fn one_that_ends_leaves_the_site_sooner_than_one_that_is_killed() {
    for engine in ENGINES {
        let site = with_almara(engine).await;
        let release = Release::start(&site, "new");
        release.until_built().await;
        release.stop().await;
        // Of a minute no more is left than another process of this release needs to give a sign of life.
        site.change(&["update generation set lease_until = lease_until - 30000"], &[]).await;
        assert!(!generations::is_held(&mut site.opened.db.snapshot().await.unwrap()).await.unwrap());
    }
}
