//! An ad that is on no board, as people see it who decide on it: its author and the editors.

use generator::model::Board;
use generator::publish::ads::AdText;
use generator::site::Site;
use generator::view::{Html, screen};
use serde::Serialize;

/// What it says.
#[derive(Serialize)]
pub struct AdView {
    /// The group's label; its key where the site has the group no more.
    group: String,
    name: String,
    /// What was filled in of area, age, experience and contacts, in this order.
    facts: Vec<String>,
    body: Html,
}

impl AdView {
    /// The view of a text that was written for a board; its headings begin below `heading_level`, and `name` tells its
    /// anchors from those of others on the page.
    pub fn new(site: &Site, board: Board, text: AdText, heading_level: usize, name: &str) -> AdView {
        let groups = site.groups(board).unwrap_or_default();
        let group = groups.iter().find(|group| group.key == text.group);
        let facts = [text.area, text.age, text.experience, text.email, text.phone, text.mobile];
        AdView {
            group: group.map_or(text.group, |group| group.label.clone()),
            name: text.name,
            facts: facts.into_iter().filter(|fact| !fact.is_empty()).collect(),
            body: screen::message_among(site, &text.body, heading_level, name),
        }
    }
}
