//! Pieces that are the same on many pages and therefore rendered once: each has a template of its own, which makes
//! what a page would print in its place.

use std::collections::{BTreeMap, HashMap};
use std::sync::{PoisonError, RwLock};

use minijinja::{Environment, Error, ErrorKind, State, Value, context};

use crate::page::Page;
use crate::site::Site;
use crate::view::STARS_MAX;

/// What the layout begins, continues and goes on with wherever nothing is said of the page: `frame.top` and so on.
const FRAME: [&str; 4] = ["top", "icons", "names", "feeds"];

const FRAME_GLOBAL: &str = "frame";

/// Globals with all that a template prints.
const WHOLE: [(&str, &str); 5] = [
    ("footer_html", "footer.html"),
    ("stars_sprite", "stars-sprite.html"),
    ("level_sprite", "level-sprite.html"),
    ("vote_html", "vote.html"),
    ("write_comment_html", "write-comment.html"),
];

/// Functions of their own making and the templates that they print.
const MENU: (&str, &str) = ("menu", "menu.html");
const STARS: (&str, &str) = ("stars", "stars.html");

/// A piece that says something of one value and stands wherever that does: `byline(author)`.
#[derive(Clone, Copy)]
struct Piece {
    /// What templates call.
    function: &'static str,
    template: &'static str,
    /// What the template knows the value as.
    name: &'static str,
    /// The value's fields that the template may use, none where it is no object.
    fields: &'static [&'static str],
}

const PIECES: [Piece; 4] = [
    Piece { function: "byline", template: "byline.html", name: "author", fields: &["name", "url"] },
    Piece { function: "level_star", template: "level.html", name: "level", fields: &[] },
    Piece { function: "member_icon", template: "member-icon.html", name: "member", fields: &["nick", "icon"] },
    Piece { function: "member_link", template: "member-link.html", name: "member", fields: &["nick", "url", "level"] },
];

/// The templates of the pieces that a template gets by a name; none where the name means no piece.
pub(super) fn templates(name: &str) -> Vec<String> {
    if name == FRAME_GLOBAL {
        return FRAME.map(frame_template).into();
    }
    let pieces = PIECES.iter().map(|piece| (piece.function, piece.template));
    let all = WHOLE.into_iter().chain([MENU, STARS]).chain(pieces);
    all.filter(|(global, _)| *global == name).map(|(_, template)| template.to_owned()).collect()
}

fn frame_template(name: &str) -> String {
    format!("frame/{name}.html")
}

/// Gives an environment the pieces, as functions and globals.
///
/// # Errors
/// The first template of a piece that fails.
pub(super) fn add(environment: &mut Environment<'static>, site: &Site) -> Result<(), Error> {
    let mut frame = HashMap::new();
    for name in FRAME {
        frame.insert(name, render(environment, &frame_template(name), context! {})?);
    }
    environment.add_global(FRAME_GLOBAL, Value::from(frame));
    for (name, template) in WHOLE {
        let html = environment.get_template(template)?.render(context! {})?;
        environment.add_global(name, Value::from_safe_string(html));
    }
    add_menu(environment, site)?;
    add_stars(environment)?;
    for piece in PIECES {
        let known = Known::default();
        environment.add_function(piece.function, move |state: &State, of: Value| known.get_or_render(piece, state, of));
    }
    Ok(())
}

/// What a template prints, without the end of its last line.
fn render(environment: &Environment, template: &str, context: Value) -> Result<Value, Error> {
    let html = environment.get_template(template)?.render(context)?;
    Ok(Value::from_safe_string(html.trim_end().to_owned()))
}

/// `menu(url)`: the menu with the entry of that address marked, and with none for any other.
fn add_menu(environment: &mut Environment<'static>, site: &Site) -> Result<(), Error> {
    let template = environment.get_template(MENU.1)?;
    let unmarked = Value::from_safe_string(template.render(context! { menu_url => () })?);
    let mut menus = HashMap::new();
    let keys = site.config.menu.iter().flat_map(|group| &group.pages);
    let pages = keys.filter_map(|key| key.parse().ok()).chain([Page::Home]);
    for page in pages {
        let url = site.path(&page, "");
        let html = template.render(context! { menu_url => &url })?;
        menus.insert(url, Value::from_safe_string(html));
    }
    environment
        .add_function(MENU.0, move |url: Option<&str>| url.and_then(|url| menus.get(url)).unwrap_or(&unmarked).clone());
    Ok(())
}

/// `stars(rating)`: each rating that there can be.
fn add_stars(environment: &mut Environment<'static>) -> Result<(), Error> {
    let of = |stars: i64, is_rated: bool| render(environment, STARS.1, context! { stars, is_rated });
    let unrated = of(0, false)?;
    let rated = (0..=STARS_MAX).map(|stars| of(stars, true)).collect::<Result<Vec<Value>, _>>()?;
    environment.add_function(STARS.0, move |rating: Value| {
        let field = |name| rating.get_attr(name)?.as_i64().ok_or_else(|| no_rating(&rating));
        match (field("stars")?, field("votes")?) {
            (0, 0) => Ok(unrated.clone()),
            (stars, _) => {
                let known = usize::try_from(stars).ok().and_then(|stars| rated.get(stars));
                known.cloned().ok_or_else(|| no_rating(&rating))
            }
        }
    });
    Ok(())
}

fn no_rating(value: &Value) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("{value} is no rating of 0 to {STARS_MAX} stars"))
}

/// A piece as it was rendered for each content of its fields; the template is given nothing else.
#[derive(Default)]
struct Known(RwLock<HashMap<Vec<Value>, Value>>);

impl Known {
    /// Contents beyond so many are rendered each time.
    const CONTENTS_MAX: usize = 10_000;

    fn get_or_render(&self, piece: Piece, state: &State, of: Value) -> Result<Value, Error> {
        let fields = if of.is_none() { &[] } else { piece.fields };
        let mut key = fields.iter().map(|name| of.get_attr(name)).collect::<Result<Vec<Value>, Error>>()?;
        if fields.is_empty() {
            key.push(of);
        }
        if let Some(html) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(html.clone());
        }
        let value = match &key[..] {
            [value] if fields.is_empty() => value.clone(),
            values => fields.iter().copied().zip(values.iter().cloned()).collect::<BTreeMap<_, _>>().into(),
        };
        let html = render(state.env(), piece.template, BTreeMap::from([(piece.name, value)]).into())?;
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < Self::CONTENTS_MAX {
            known.insert(key, html.clone());
        }
        Ok(html)
    }
}
