//! What the community says beside its works: forum, news, ads, links.

use super::*;

impl Loader<'_> {
    pub(super) async fn community(&self, tx: &mut Tx, demo: &Demo) -> Result<(), Error> {
        let mut news: Vec<_> = demo.news.iter().collect();
        news.sort_by_key(|entry| files::utc(Some(&entry.published)));
        let rows: Vec<_> = (1..)
            .zip(news)
            .map(|(id, entry)| self.message(id, &entry.author, files::utc(Some(&entry.published)), &entry.body))
            .collect();
        messages::insert_news(tx, &rows).await?;
        append(tx, rows.iter().map(|row| ("news".to_owned(), row.id))).await?;

        let mut posts: Vec<_> = demo.posts.iter().collect();
        posts.sort_by_key(|entry| files::utc(Some(&entry.posted)));
        let rows: Vec<_> = (1..)
            .zip(posts)
            .map(|(id, entry)| self.message(id, &entry.author, files::utc(Some(&entry.posted)), &entry.body))
            .collect();
        messages::insert_forum_posts(tx, &rows).await?;
        append(tx, rows.iter().map(|row| ("forum".to_owned(), row.id))).await?;

        let mut id = 0;
        for (board, entries) in [(Board::Market, &demo.market), (Board::Dating, &demo.dating)] {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_by_key(|entry| files::utc(Some(&entry.posted)));
            let mut rows = Vec::new();
            let mut items = Vec::new();
            for (number, entry) in (1..).zip(entries) {
                id += 1;
                let ad = Ad {
                    id,
                    number,
                    group_key: entry.group.clone(),
                    name: entry.name.clone(),
                    email: entry.email.clone(),
                    phone: entry.phone.clone(),
                    mobile: entry.mobile.clone(),
                    area: entry.area.clone(),
                    age: entry.age.clone(),
                    experience: entry.experience.clone(),
                    posted_at: files::utc(Some(&entry.posted)),
                    body_format: TextFormat::Markdown,
                    body: entry.body.clone(),
                };
                items.push((board.key().to_owned(), id));
                items.push((format!("{}/{}", board.key(), entry.group), id));
                rows.push((ad, entry.member.as_ref().and_then(|nick| self.members.get(nick)).copied()));
            }
            ads::insert(tx, board, &rows).await?;
            lists::append(tx, &items).await?;
        }

        let mut entries: Vec<_> = demo.links.iter().collect();
        entries.sort_by_key(|entry| files::utc(Some(&entry.added)));
        let rows: Vec<_> = (1..)
            .zip(entries)
            .map(|(id, entry)| {
                let link = WebLink {
                    id,
                    title: entry.title.clone(),
                    url: entry.url.clone(),
                    rating_sum: 0,
                    rating_count: 0,
                    description_format: TextFormat::Markdown,
                    description: entry.description.clone(),
                };
                (link, files::utc(Some(&entry.added)))
            })
            .collect();
        links::insert(tx, &rows).await?;
        append(tx, rows.iter().map(|row| ("links".to_owned(), row.0.id))).await
    }
}
