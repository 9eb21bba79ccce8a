//! Made-up news, forum posts, ads and links.

use rand::RngExt;

use crate::db::messages::NewMessage;
use crate::db::{Result, Tx, ads, links, lists, messages};
use crate::model::{Ad, Board, MemberId, TextFormat, WebLink};
use crate::site::Site;

use super::Options;
use super::names::REGIONS;
use super::people::{People, time_at};
use super::text::{Writer, nick, power_law, title, word};

/// Inserts them all; says how many rows. How many there are follows the number of creations, up to a limit.
pub(super) async fn insert(
    tx: &mut Tx,
    site: &Site,
    writer: &Writer,
    people: &People,
    options: &Options,
) -> Result<u64> {
    let news = make(writer, people, 5, (options.creations / 50).min(200));
    messages::insert_news(tx, &news).await?;
    let posts = make(writer, people, 6, (options.creations / 10).min(2_000));
    messages::insert_forum_posts(tx, &posts).await?;
    let mut items: Vec<(String, i64)> = news.iter().map(|row| ("news".to_owned(), row.id)).collect();
    items.extend(posts.iter().map(|row| ("forum".to_owned(), row.id)));
    let mut rows = (news.len() + posts.len()) as u64;

    let mut id = 0;
    for board in Board::ALL {
        let Some(groups) = site.groups(board).filter(|groups| !groups.is_empty()) else { continue };
        let count = (options.creations / 50).min(200);
        let mut made = Vec::new();
        for index in 0..count {
            id += 1;
            let mut random = writer.generator(7, id as u64);
            let group = &groups[random.random_range(0..groups.len())].key;
            items.push((board.key().to_owned(), id));
            items.push((format!("{}/{group}", board.key()), id));
            made.push((ad(writer, id, index, count, group), None));
        }
        ads::insert(tx, board, &made).await?;
        rows += count;
    }

    let count = (options.creations / 100).min(50);
    let made: Vec<_> = (0..count)
        .map(|index| {
            let mut random = writer.generator(8, index);
            let link = WebLink {
                id: index as i64 + 1,
                title: title(&mut random),
                url: format!("https://odkaz{index}.example.org/"),
                rating_sum: 0,
                rating_count: 0,
                description_format: TextFormat::Markdown,
                description: writer.remark(&mut random),
            };
            (link, Some(time_at(index, count)))
        })
        .collect();
    links::insert(tx, &made).await?;
    items.extend(made.iter().map(|(link, _)| ("links".to_owned(), link.id)));
    lists::append(tx, &items).await?;
    Ok(rows + count + items.len() as u64)
}

fn make(writer: &Writer, people: &People, what: u64, count: u64) -> Vec<NewMessage> {
    (0..count)
        .map(|index| {
            let mut random = writer.generator(what, index);
            NewMessage {
                id: index as i64 + 1,
                creation_id: None,
                member_id: Some(MemberId(power_law(&mut random, people.members) as i64 + 1)),
                nick: String::new(),
                posted_at: Some(time_at(index, count)),
                body_format: TextFormat::Markdown,
                body: writer.remark(&mut random),
            }
        })
        .collect()
}

fn ad(writer: &Writer, id: i64, index: u64, count: u64, group: &str) -> Ad {
    let mut random = writer.generator(9, id as u64);
    Ad {
        id,
        number: index as i64 + 1,
        group_key: group.to_owned(),
        name: nick(index),
        email: format!("inzerat{id}@example.org"),
        phone: String::new(),
        mobile: String::new(),
        area: word(&mut random, &REGIONS).to_owned(),
        age: random.random_range(14..60).to_string(),
        experience: String::new(),
        posted_at: Some(time_at(index, count)),
        body_format: TextFormat::Markdown,
        body: writer.remark(&mut random),
    }
}
