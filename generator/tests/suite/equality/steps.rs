//! What can happen on a site, as values that shrink.

use proptest::prelude::*;

/// Which of the things of a sort, whatever there are by then: counted from the oldest and around, from [`NEWEST`] on
/// from the newest.
pub type Nth = usize;

/// The newest one.
pub const NEWEST: Nth = 1_000_000;

#[derive(Clone, Debug)]
pub enum Step {
    Build,
    Creation(OnCreation),
    Comment(OnMessage),
    News(OnMessage),
    Draft(OnDraft),
    Post(OnMessage),
    Ad(OnAd),
    Link(OnLink),
    Member(OnMember),
    Page(OnPage),
    AddGenre {
        section: Nth,
    },
    WriteCharter {
        section: Nth,
    },
    DeleteCharter {
        section: Nth,
    },
    /// A batch of the texts of those who have left and take them along.
    TakeTexts,
    /// An operator has the page of a creation rendered again.
    Again(Nth),
    /// What was counted in an hour.
    Count {
        nth: Nth,
        reads: i64,
        downloads: i64,
    },
    /// Time goes on by so many days, and what has come due comes true.
    Wait {
        days: i64,
    },
}

impl Step {
    /// Its sort in words, whatever it is about.
    pub fn kind(&self) -> String {
        let text = format!("{self:?}");
        let words = text.split(|character: char| !character.is_alphanumeric());
        let variants = words.filter(|word| word.starts_with(char::is_uppercase)).take(2);
        // A value may be an enum as well.
        variants.filter(|word| *word != "Some" && *word != "None").collect::<Vec<_>>().join(" ")
    }
}

#[derive(Clone, Debug)]
pub enum OnCreation {
    Submit {
        section: Nth,
        author: Option<Nth>,
        genre: Option<Nth>,
        with_synopsis: bool,
    },
    /// Submitted and approved at once.
    Add {
        section: Nth,
        author: Option<Nth>,
        genre: Option<Nth>,
        with_synopsis: bool,
    },
    Approve(Nth),
    Schedule {
        nth: Nth,
        days: i64,
    },
    /// The title is one of a few, so that addresses come back.
    Retitle {
        nth: Nth,
        title: Nth,
    },
    Summarise(Nth),
    Rewrite(Nth),
    Move {
        nth: Nth,
        section: Nth,
        genre: Option<Nth>,
    },
    /// Approved with a genre that may be new.
    ApproveAs {
        nth: Nth,
        genre: Nth,
    },
    ChangeGenre {
        nth: Nth,
        genre: Option<Nth>,
    },
    ChangeAuthor {
        nth: Nth,
        author: Option<Nth>,
    },
    Unpublish(Nth),
    PublishAgain(Nth),
    Delete(Nth),
    Vote {
        nth: Nth,
        member: Nth,
        stars: i64,
    },
}

#[derive(Clone, Debug)]
pub enum OnMessage {
    Add { on: Nth, member: Nth },
    Edit(Nth),
    Delete(Nth),
}

/// News that nobody sees yet.
#[derive(Clone, Debug)]
pub enum OnDraft {
    Write { member: Nth, days: i64 },
    Schedule { nth: Nth, days: Option<i64> },
    Publish(Nth),
}

#[derive(Clone, Debug)]
pub enum OnAd {
    Add { group: Nth, member: Option<Nth> },
    Edit { nth: Nth, group: Nth },
    Delete(Nth),
}

#[derive(Clone, Debug)]
pub enum OnLink {
    Add,
    Edit(Nth),
    Delete(Nth),
}

#[derive(Clone, Debug)]
pub enum OnMember {
    Register {
        nick: Nth,
    },
    Rename {
        nth: Nth,
        nick: Nth,
    },
    SetIcon {
        nth: Nth,
        icon: Option<Nth>,
    },
    SetLevel {
        nth: Nth,
        level: Nth,
    },
    Describe(Nth),
    /// A bit of `permits` for each permission.
    SetFacts {
        nth: Nth,
        permits: u8,
    },
    Ban(Nth),
    BanUntil {
        nth: Nth,
        days: i64,
    },
    Unban(Nth),
    Leave {
        nth: Nth,
        takes_texts: bool,
    },
}

#[derive(Clone, Debug)]
pub enum OnPage {
    Write(Nth),
    Rename { from: Nth, to: Nth },
    Delete(Nth),
}

const MANY: Nth = 1_000;

fn nth() -> impl Strategy<Value = Nth> + Clone {
    // The oldest few, far back in every list, and the newest, so that steps meet on them; others.
    prop_oneof![2 => 0..3_usize, 2 => NEWEST..NEWEST + 2, 1 => 0..MANY]
}

fn maybe() -> impl Strategy<Value = Option<Nth>> + Clone {
    prop::option::weighted(0.8, nth())
}

fn creation() -> impl Strategy<Value = OnCreation> {
    use OnCreation::*;
    prop_oneof![
        2 => (nth(), maybe(), maybe(), any::<bool>())
            .prop_map(|(section, author, genre, with_synopsis)| Submit { section, author, genre, with_synopsis }),
        8 => (nth(), maybe(), maybe(), any::<bool>())
            .prop_map(|(section, author, genre, with_synopsis)| Add { section, author, genre, with_synopsis }),
        2 => nth().prop_map(Approve),
        1 => (nth(), 0..20_i64).prop_map(|(nth, days)| Schedule { nth, days }),
        4 => (nth(), 0..4_usize).prop_map(|(nth, title)| Retitle { nth, title }),
        3 => nth().prop_map(Summarise),
        2 => nth().prop_map(Rewrite),
        3 => (nth(), nth(), maybe()).prop_map(|(nth, section, genre)| Move { nth, section, genre }),
        2 => (nth(), 0..3_usize).prop_map(|(nth, genre)| ApproveAs { nth, genre }),
        2 => (nth(), maybe()).prop_map(|(nth, genre)| ChangeGenre { nth, genre }),
        2 => (nth(), maybe()).prop_map(|(nth, author)| ChangeAuthor { nth, author }),
        3 => nth().prop_map(Unpublish),
        2 => nth().prop_map(PublishAgain),
        2 => nth().prop_map(Delete),
    ]
}

fn message() -> impl Strategy<Value = OnMessage> {
    use OnMessage::*;
    prop_oneof![
        4 => (nth(), nth()).prop_map(|(on, member)| Add { on, member }),
        1 => nth().prop_map(Edit),
        1 => nth().prop_map(Delete),
    ]
}

fn ad() -> impl Strategy<Value = OnAd> {
    use OnAd::*;
    prop_oneof![
        4 => (0..3_usize, maybe()).prop_map(|(group, member)| Add { group, member }),
        2 => (nth(), 0..3_usize).prop_map(|(nth, group)| Edit { nth, group }),
        1 => nth().prop_map(Delete),
    ]
}

fn link() -> impl Strategy<Value = OnLink> {
    use OnLink::*;
    prop_oneof![3 => Just(Add), 1 => nth().prop_map(Edit), 1 => nth().prop_map(Delete)]
}

fn member() -> impl Strategy<Value = OnMember> {
    use OnMember::*;
    prop_oneof![
        3 => (0..10_usize).prop_map(|nick| Register { nick }),
        4 => (nth(), 0..10_usize).prop_map(|(nth, nick)| Rename { nth, nick }),
        2 => (nth(), prop::option::of(0..2_usize)).prop_map(|(nth, icon)| SetIcon { nth, icon }),
        2 => (nth(), 0..7_usize).prop_map(|(nth, level)| SetLevel { nth, level }),
        1 => nth().prop_map(Describe),
        2 => (nth(), any::<u8>()).prop_map(|(nth, permits)| SetFacts { nth, permits }),
        1 => nth().prop_map(Ban),
        1 => (nth(), 1..20_i64).prop_map(|(nth, days)| BanUntil { nth, days }),
        1 => nth().prop_map(Unban),
        1 => (nth(), any::<bool>()).prop_map(|(nth, takes_texts)| Leave { nth, takes_texts }),
    ]
}

fn draft() -> impl Strategy<Value = OnDraft> {
    use OnDraft::*;
    prop_oneof![
        2 => (nth(), 0..20_i64).prop_map(|(member, days)| Write { member, days }),
        1 => (nth(), prop::option::of(0..20_i64)).prop_map(|(nth, days)| Schedule { nth, days }),
        2 => nth().prop_map(Publish),
    ]
}

fn page() -> impl Strategy<Value = OnPage> {
    use OnPage::*;
    prop_oneof![
        3 => (0..3_usize).prop_map(Write),
        3 => (0..3_usize, 0..3_usize).prop_map(|(from, to)| Rename { from, to }),
        2 => (0..3_usize).prop_map(Delete),
    ]
}

/// How often each sort of steps comes.
#[derive(Clone, Copy)]
struct Weights {
    creations: u32,
    votes: u32,
    comments: u32,
    boards: u32,
    members: u32,
    sections: u32,
    pages: u32,
}

/// A bit of everything, and cases that dwell on something, so that steps meet that seldom would.
const WEIGHTS: [Weights; 7] = [
    Weights { creations: 24, votes: 3, comments: 12, boards: 4, members: 9, sections: 2, pages: 2 },
    Weights { creations: 40, votes: 3, comments: 3, boards: 1, members: 1, sections: 1, pages: 1 },
    Weights { creations: 6, votes: 30, comments: 12, boards: 1, members: 1, sections: 1, pages: 1 },
    Weights { creations: 12, votes: 1, comments: 12, boards: 2, members: 30, sections: 1, pages: 1 },
    Weights { creations: 3, votes: 1, comments: 1, boards: 12, members: 3, sections: 1, pages: 1 },
    Weights { creations: 20, votes: 1, comments: 1, boards: 1, members: 1, sections: 16, pages: 1 },
    Weights { creations: 1, votes: 1, comments: 1, boards: 1, members: 1, sections: 1, pages: 40 },
];

fn step(weights: Weights) -> impl Strategy<Value = Step> {
    // On the first few creations, so that votes meet.
    let vote =
        (0..5_usize, 0..5_usize, 0..6_i64).prop_map(|(nth, member, stars)| OnCreation::Vote { nth, member, stars });
    prop_oneof![
        12 => Just(Step::Build),
        weights.creations => creation().prop_map(Step::Creation),
        weights.votes => vote.prop_map(Step::Creation),
        weights.comments => message().prop_map(Step::Comment),
        weights.boards => message().prop_map(Step::News),
        2 => draft().prop_map(Step::Draft),
        weights.boards => message().prop_map(Step::Post),
        weights.boards => ad().prop_map(Step::Ad),
        weights.boards => link().prop_map(Step::Link),
        weights.members => member().prop_map(Step::Member),
        weights.pages => page().prop_map(Step::Page),
        weights.sections => nth().prop_map(|section| Step::AddGenre { section }),
        weights.sections => nth().prop_map(|section| Step::WriteCharter { section }),
        1 => nth().prop_map(|section| Step::DeleteCharter { section }),
        1 => Just(Step::TakeTexts),
        1 => nth().prop_map(Step::Again),
        2 => (nth(), 0..3_i64, 0..3_i64).prop_map(|(nth, reads, downloads)| Step::Count { nth, reads, downloads }),
        2 => (0..20_i64).prop_map(|days| Step::Wait { days }),
    ]
}

/// A sequence of steps.
#[derive(Clone, Debug)]
pub struct Case {
    pub steps: Vec<Step>,
    /// Whether a build follows each of them.
    pub builds_after_each: bool,
}

/// Up to some dozens of steps; the site is small, so they meet.
pub fn cases() -> impl Strategy<Value = Case> {
    let steps = prop::strategy::Union::new(WEIGHTS.map(|weights| prop::collection::vec(step(weights), 1..60)));
    (steps, prop::bool::weighted(0.4)).prop_map(|(steps, builds_after_each)| Case { steps, builds_after_each })
}
