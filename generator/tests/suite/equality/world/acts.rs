//! Each step as the operation that it is, on what there is.

use chrono::TimeDelta;
use generator::model::{CreationId, EditorsPage, LEVELS};
use generator::publish::ads::{self, AdText};
use generator::publish::creations::{self, Submission, Work};
use generator::publish::links::{self, LinkText};
use generator::publish::members::{self, Facts};
use generator::publish::{Alone, Change, Error, comments, editors_pages, forum, leaving, news, votes};

use super::super::steps::{Nth, OnAd, OnCreation, OnLink, OnMember, OnMessage, OnPage};
use super::{GROUPS, ICONS, NICKS, SECTIONS, SLUGS, TITLES, World, pick, text, work};

impl World {
    pub(super) async fn creation(&mut self, index: usize, step: &OnCreation) -> Result<bool, Error> {
        let mut change = self.alone().await;
        let nth = |nth: &Nth| pick(&self.creations, *nth).ok_or(Error::Invalid("nothing there".to_owned()));
        let mut added = None;
        let mut author_added = None;
        let mut genre_added = None;
        match step {
            OnCreation::Submit { section, author, genre, with_synopsis }
            | OnCreation::Add { section, author, genre, with_synopsis } => {
                let section = SECTIONS[section % SECTIONS.len()];
                let author = match author.and_then(|nth| pick(&self.members, nth)) {
                    Some(member) => Some(creations::author_of(&mut change, member).await?),
                    None => None,
                };
                author_added = author.filter(|author| !self.authors.contains(author));
                let genre = genre.filter(|_| section == "povesti").and_then(|nth| pick(&self.genres, nth));
                let synopsis = if *with_synopsis { format!("Souhrn {index}.") } else { String::new() };
                let work = work(TITLES[index % 3], synopsis, index);
                let id = creations::submit(&mut change, section, author, genre, &work, Submission::Waiting).await?;
                if matches!(step, OnCreation::Add { .. }) {
                    creations::approve(&mut change, id).await?;
                }
                added = Some(id);
            }
            OnCreation::Approve(id) => creations::approve(&mut change, nth(id)?).await?,
            OnCreation::Schedule { nth: id, days } => {
                let at = self.clock + TimeDelta::days(*days);
                creations::schedule(&mut change, nth(id)?, Some(at)).await?;
            }
            OnCreation::Retitle { nth: id, title } => {
                let mut work = self.written(&mut change, nth(id)?).await?;
                work.title = TITLES[*title].to_owned();
                creations::edit(&mut change, nth(id)?, &work).await?;
            }
            OnCreation::Summarise(id) => {
                let mut work = self.written(&mut change, nth(id)?).await?;
                work.synopsis = if index.is_multiple_of(3) { String::new() } else { format!("Nový souhrn {index}.") };
                work.attributes = format!("{{\"place\": \"jinde {index}\"}}");
                creations::edit(&mut change, nth(id)?, &work).await?;
            }
            OnCreation::Rewrite(id) => {
                let mut work = self.written(&mut change, nth(id)?).await?;
                work.body = text(format!("Přepsáno {index}."));
                creations::edit(&mut change, nth(id)?, &work).await?;
            }
            OnCreation::Move { nth: id, section, genre } => {
                let section = SECTIONS[section % SECTIONS.len()];
                let genre = genre.filter(|_| section == "povesti").and_then(|nth| pick(&self.genres, nth));
                creations::move_to(&mut change, nth(id)?, section, genre).await?;
            }
            OnCreation::ApproveAs { nth: id, genre } => {
                genre_added = self.approve_as(&mut change, nth(id)?, *genre).await?;
            }
            OnCreation::ChangeGenre { nth: id, genre } => {
                let genre = genre.and_then(|nth| pick(&self.genres, nth));
                creations::change_genre(&mut change, nth(id)?, genre).await?;
            }
            OnCreation::ChangeAuthor { nth: id, author } => {
                let author = author.and_then(|nth| pick(&self.authors, nth));
                creations::change_author(&mut change, nth(id)?, author).await?;
            }
            OnCreation::Unpublish(id) => creations::unpublish(&mut change, nth(id)?).await?,
            OnCreation::PublishAgain(id) => creations::publish_again(&mut change, nth(id)?).await?,
            OnCreation::Delete(id) => creations::delete(&mut change, nth(id)?).await?,
            OnCreation::Vote { nth: id, member, stars } => {
                let member = pick(&self.members, *member).ok_or(Error::Invalid("nobody".to_owned()))?;
                votes::cast(&mut change, nth(id)?, member, *stars).await?;
            }
        }
        change.commit().await?;
        self.creations.extend(added);
        self.authors.extend(author_added);
        self.genres.extend(genre_added);
        Ok(true)
    }

    /// What is written of a creation now.
    pub(super) async fn written(&self, change: &mut Change<'_, Alone>, id: CreationId) -> Result<Work, Error> {
        let standing = generator::db::publishing::creations::by_id(change.tx(), id).await?;
        let standing = standing.ok_or(Error::NotFound { what: "creation", id: id.to_string() })?;
        let body = generator::db::creations::texts(change.tx(), &[id.0]).await?.remove(&id).unwrap();
        Ok(Work {
            title: standing.title,
            synopsis: standing.synopsis,
            attributes: standing.attributes,
            body: body.body,
            source_name: body.source_name,
            source_url: body.source_url,
        })
    }

    pub(super) async fn comment(&mut self, index: usize, step: &OnMessage) -> Result<bool, Error> {
        let mut change = Change::begin(&self.site.opened.db, &self.site.opened.site, self.clock).await?;
        let body = text(format!("Komentář {index}."));
        let mut added = None;
        match step {
            OnMessage::Add { on, member } => {
                let Some(on) = pick(&self.creations, *on) else { return Ok(false) };
                let Some(member) = pick(&self.members, *member) else { return Ok(false) };
                added = Some(comments::add(&mut change, on, member, &body).await?);
            }
            OnMessage::Edit(id) => {
                let Some(id) = pick(&self.comments, *id) else { return Ok(false) };
                comments::edit(&mut change, id, &body).await?;
            }
            OnMessage::Delete(id) => {
                let Some(id) = pick(&self.comments, *id) else { return Ok(false) };
                comments::delete(&mut change, id).await?;
            }
        }
        change.commit().await?;
        self.comments.extend(added);
        Ok(true)
    }

    pub(super) async fn news(&mut self, index: usize, step: &OnMessage) -> Result<bool, Error> {
        let mut change = Change::begin(&self.site.opened.db, &self.site.opened.site, self.clock).await?;
        let body = text(format!("Novina {index}."));
        let mut added = None;
        match step {
            OnMessage::Add { member, .. } => {
                let Some(member) = pick(&self.members, *member) else { return Ok(false) };
                added = Some(news::add(&mut change, member, &body).await?);
            }
            OnMessage::Edit(id) => {
                let Some(id) = pick(&self.news, *id) else { return Ok(false) };
                news::edit(&mut change, id, &body).await?;
            }
            OnMessage::Delete(id) => {
                let Some(id) = pick(&self.news, *id) else { return Ok(false) };
                news::delete(&mut change, id).await?;
            }
        }
        change.commit().await?;
        self.news.extend(added);
        Ok(true)
    }

    pub(super) async fn post(&mut self, index: usize, step: &OnMessage) -> Result<bool, Error> {
        let mut change = Change::begin(&self.site.opened.db, &self.site.opened.site, self.clock).await?;
        let body = text(format!("Příspěvek {index}."));
        let mut added = None;
        match step {
            OnMessage::Add { member, .. } => {
                let Some(member) = pick(&self.members, *member) else { return Ok(false) };
                added = Some(forum::add(&mut change, member, &body).await?);
            }
            OnMessage::Edit(id) => {
                let Some(id) = pick(&self.posts, *id) else { return Ok(false) };
                forum::edit(&mut change, id, &body).await?;
            }
            OnMessage::Delete(id) => {
                let Some(id) = pick(&self.posts, *id) else { return Ok(false) };
                forum::delete(&mut change, id).await?;
            }
        }
        change.commit().await?;
        self.posts.extend(added);
        Ok(true)
    }

    pub(super) async fn ad(&mut self, index: usize, step: &OnAd) -> Result<bool, Error> {
        let mut change = Change::begin(&self.site.opened.db, &self.site.opened.site, self.clock).await?;
        let ad = |group: Nth| AdText {
            group: GROUPS[group].1.to_owned(),
            name: format!("Kupec {index}"),
            email: format!("kupec{index}@example.org"),
            phone: String::new(),
            mobile: String::new(),
            area: String::new(),
            age: String::new(),
            experience: String::new(),
            body: text(format!("Inzerát {index}.")),
        };
        let mut added = None;
        match step {
            OnAd::Add { group, member } => {
                let member = member.and_then(|nth| pick(&self.members, nth));
                added = Some(ads::add(&mut change, GROUPS[*group].0, member, &ad(*group)).await?);
            }
            OnAd::Edit { nth, group } => {
                let Some(id) = pick(&self.ads, *nth) else { return Ok(false) };
                ads::edit(&mut change, id, &ad(*group)).await?;
            }
            OnAd::Delete(nth) => {
                let Some(id) = pick(&self.ads, *nth) else { return Ok(false) };
                ads::delete(&mut change, id).await?;
            }
        }
        change.commit().await?;
        self.ads.extend(added);
        Ok(true)
    }

    pub(super) async fn link(&mut self, index: usize, step: &OnLink) -> Result<bool, Error> {
        let mut change = Change::begin(&self.site.opened.db, &self.site.opened.site, self.clock).await?;
        let link = LinkText {
            title: format!("Odkaz {index}"),
            url: format!("https://hrad{index}.example.org/"),
            description: text(format!("Hrad {index}.")),
        };
        let mut added = None;
        match step {
            OnLink::Add => added = Some(links::add(&mut change, &link).await?),
            OnLink::Edit(nth) => {
                let Some(id) = pick(&self.links, *nth) else { return Ok(false) };
                links::edit(&mut change, id, &link).await?;
            }
            OnLink::Delete(nth) => {
                let Some(id) = pick(&self.links, *nth) else { return Ok(false) };
                links::delete(&mut change, id).await?;
            }
        }
        change.commit().await?;
        self.links.extend(added);
        Ok(true)
    }

    pub(super) async fn member(&mut self, index: usize, step: &OnMember) -> Result<bool, Error> {
        let mut change = self.alone().await;
        let nth = |nth: &Nth| pick(&self.members, *nth).ok_or(Error::Invalid("nobody there".to_owned()));
        let (mut added, mut left) = (None, None);
        match step {
            OnMember::Register { nick } => {
                added = Some(members::register(&mut change, NICKS[*nick], "clen@example.org").await?);
            }
            OnMember::Rename { nth: id, nick } => members::rename(&mut change, nth(id)?, NICKS[*nick]).await?,
            OnMember::SetIcon { nth: id, icon } => {
                members::set_icon(&mut change, nth(id)?, icon.map(|icon| ICONS[icon])).await?;
            }
            OnMember::SetLevel { nth: id, level } => {
                members::set_level(&mut change, nth(id)?, LEVELS[*level]).await?;
            }
            OnMember::Describe(id) => {
                members::set_description(&mut change, nth(id)?, &text(format!("Jsem tu {index}. den."))).await?;
            }
            OnMember::SetFacts { nth: id, permits } => {
                let shows = |bit: u8| permits & (1 << bit) != 0;
                let facts = Facts {
                    given_name: format!("Jan {index}"),
                    family_name: format!("Dlouhý {index}"),
                    gender: ["male", "female"].get(index % 3).map(|gender| (*gender).to_owned()),
                    region: format!("Kraj {index}"),
                    age: Some(index as i64),
                    shows_given_name: shows(0),
                    shows_family_name: shows(1),
                    shows_email: shows(2),
                    shows_icq: shows(3),
                    shows_gender: shows(4),
                    shows_age: shows(5),
                    shows_region: shows(6),
                };
                members::set_facts(&mut change, nth(id)?, &facts).await?;
            }
            OnMember::Ban(id) => members::ban(&mut change, nth(id)?).await?,
            OnMember::BanUntil { nth: id, days } => {
                let end = self.clock + TimeDelta::days(*days);
                members::ban_until(&mut change, nth(id)?, nth(id)?, "Hádky.", Some(end)).await?;
            }
            OnMember::Unban(id) => members::unban(&mut change, nth(id)?).await?,
            OnMember::Leave { nth: id, takes_texts } => {
                left = Some(nth(id)?);
                leaving::leave(&mut change, nth(id)?, "Bývalý člen", *takes_texts).await?;
            }
        }
        change.commit().await?;
        // Who has left does nothing more.
        self.members.retain(|member| Some(*member) != left);
        self.members.extend(added);
        Ok(true)
    }

    pub(super) async fn page(&mut self, index: usize, step: &OnPage) -> Result<bool, Error> {
        let mut change = self.alone().await;
        match step {
            OnPage::Write(slug) => {
                let page = EditorsPage {
                    title: format!("Stránka {index}"),
                    description: String::new(),
                    body: text(format!("Text stránky {index}.")),
                };
                editors_pages::write(&mut change, SLUGS[*slug], &page).await?;
            }
            OnPage::Rename { from, to } => editors_pages::rename(&mut change, SLUGS[*from], SLUGS[*to]).await?,
            OnPage::Delete(slug) => editors_pages::delete(&mut change, SLUGS[*slug]).await?,
        }
        change.commit().await?;
        Ok(true)
    }

    pub(super) async fn add_genre(&mut self, index: usize, section: Nth) -> Result<bool, Error> {
        let mut change = self.alone().await;
        let section = SECTIONS[section % SECTIONS.len()];
        let genre = creations::add_genre(&mut change, section, &format!("Žánr {index}")).await?;
        change.commit().await?;
        if section == "povesti" {
            self.genres.push(genre);
        }
        Ok(true)
    }

    pub(super) async fn charter(&mut self, index: usize, section: Nth) -> Result<bool, Error> {
        let mut change = self.alone().await;
        let body = text(format!("Koncepce {index}."));
        editors_pages::write_charter(&mut change, SECTIONS[section % SECTIONS.len()], &body).await?;
        change.commit().await?;
        Ok(true)
    }
}
