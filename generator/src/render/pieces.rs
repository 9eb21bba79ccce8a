//! Pieces that are the same on many pages and therefore rendered once: each has a template of its own, which makes
//! what a page would print in its place.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use minijinja::{Environment, Error, ErrorKind, State, Value, context};

use crate::page::Page;
use crate::site::Site;
use crate::view::STARS_MAX;

/// What the layout begins, continues and goes on with wherever nothing is said of the page: `frame.top` and so on.
const FRAME: [&str; 4] = ["top", "icons", "names", "feeds"];

/// Gives an environment the pieces, as functions and globals.
///
/// # Errors
/// The first template of a piece that fails.
pub(super) fn add(environment: &mut Environment<'static>, site: &Site) -> Result<(), Error> {
    let mut frame = HashMap::new();
    for name in FRAME {
        frame.insert(name, render(environment, &format!("frame/{name}.html"), context! {})?);
    }
    environment.add_global("frame", Value::from(frame));
    let footer = environment.get_template("footer.html")?.render(context! {})?;
    environment.add_global("footer_html", Value::from_safe_string(footer));
    add_menu(environment, site)?;
    add_stars(environment)?;
    let bylines = Bylines::default();
    environment.add_function("byline", move |state: &State, author: Value| bylines.get_or_render(state, author));
    Ok(())
}

/// What a template prints, without the end of its last line.
fn render(environment: &Environment, template: &str, context: Value) -> Result<Value, Error> {
    let html = environment.get_template(template)?.render(context)?;
    Ok(Value::from_safe_string(html.trim_end().to_owned()))
}

/// `menu(url)`: the menu with the entry of that address marked, and with none for any other.
fn add_menu(environment: &mut Environment<'static>, site: &Site) -> Result<(), Error> {
    let template = environment.get_template("menu.html")?;
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
        .add_function("menu", move |url: Option<&str>| url.and_then(|url| menus.get(url)).unwrap_or(&unmarked).clone());
    Ok(())
}

/// `stars(rating)`, and `stars_sprite`, which they refer to.
fn add_stars(environment: &mut Environment<'static>) -> Result<(), Error> {
    let of = |stars: i64, is_rated: bool| render(environment, "stars.html", context! { stars, is_rated });
    let unrated = of(0, false)?;
    let rated = (0..=STARS_MAX).map(|stars| of(stars, true)).collect::<Result<Vec<Value>, _>>()?;
    let sprite = environment.get_template("stars-sprite.html")?.render(context! {})?;
    environment.add_global("stars_sprite", Value::from_safe_string(sprite));
    environment.add_function("stars", move |rating: Value| {
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

/// `byline(author)`: a creation's author, who stands on every list that the creation is on.
#[derive(Default)]
struct Bylines {
    /// By name and address, which are all that the template is given.
    known: RwLock<HashMap<(Option<Value>, Option<Value>), Value>>,
}

impl Bylines {
    /// Authors beyond so many are rendered each time.
    const AUTHORS_MAX: usize = 10_000;

    fn get_or_render(&self, state: &State, author: Value) -> Result<Value, Error> {
        let field = |name| (!author.is_none()).then(|| author.get_attr(name)).transpose();
        let key = (field("name")?, field("url")?);
        if let Some(html) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(html.clone());
        }
        let html = render(state.env(), "byline.html", context! { author })?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < Self::AUTHORS_MAX {
            known.insert(key, html.clone());
        }
        Ok(html)
    }
}
