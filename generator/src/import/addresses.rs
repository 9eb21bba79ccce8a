//! Where addresses inside imported texts lead: to a page of today, to an upload, elsewhere, or nowhere any more.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use percent_encoding::percent_decode_str;

use super::body::{Address, place_id};
use super::context::Nicks;
use crate::model::{AuthorId, MemberId};
use crate::page::old::{self, Old, Target};
use crate::page::{Page, Part};
use crate::site::Site;
use crate::text::TEXT_PREFIX;
use crate::text::slug::slug_or;
use crate::text::upload_path::upload_path;

/// Where an old page stood whose addresses are relative to the whole site, as those of the scripts before Graveyard were.
pub const ROOT: &str = "/";
/// How names of files end that pages used to link to and to show: such a file was uploaded, wherever it is.
const FILE_ENDINGS: [&str; 28] = [
    "7z", "avi", "bmp", "csv", "doc", "docx", "gif", "gz", "jpeg", "jpg", "mid", "mp3", "mpg", "odt", "ogg", "pdf",
    "png", "ppt", "rar", "rtf", "svg", "tar", "tif", "txt", "wav", "webp", "xls", "zip",
];

/// What exists in the source, as far as addresses name it.
pub struct Addresses {
    site: Arc<Site>,
    hosts: Vec<String>,
    upload_hosts: Vec<String>,
    /// Approved creations: (section, number) → title.
    pub creations: HashMap<(String, i64), String>,
    /// Paths of the files of downloads and of the entries of adventures, under the uploads.
    pub files: HashMap<(&'static str, i64), String>,
    /// Members → the nick that they have here; none of those who are not here.
    pub members: HashMap<i64, String>,
    /// Authors → the name that they have here.
    pub authors: HashMap<i64, String>,
    /// How approved creations name their authors.
    pub bylines: HashSet<AuthorNamed>,
    /// Authors of approved creations: no other has a page.
    pub published_authors: HashSet<i64>,
    /// The source's nicks.
    pub nicks: Arc<Nicks>,
    /// Places within the texts of pages that links lead to: their ids, without the page's prefix.
    pub places: HashMap<Page, HashSet<String>>,
    /// Slugs of editors' articles.
    pub editors_pages: HashSet<String>,
    /// Sections that have a charter.
    pub charters: HashSet<String>,
}

/// How a creation names its author.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct AuthorNamed {
    /// The author's number.
    pub number: Option<i64>,
    /// A nick, may be empty.
    pub nick: String,
    /// The name of a website, may be empty.
    pub website: String,
}

impl Addresses {
    /// Nothing exists yet. `hosts` are the names that the old site answered to beside today's, `upload_hosts` those
    /// that its uploads came from.
    pub fn new(site: Arc<Site>, hosts: &[String], upload_hosts: &[String]) -> Addresses {
        let bare = |host: &String| host.to_lowercase().trim_start_matches("www.").to_owned();
        let mut all: Vec<String> = hosts.iter().map(bare).collect();
        all.extend(host_of(&site.url).map(|(host, _)| host));
        Addresses {
            site,
            hosts: all,
            upload_hosts: upload_hosts.iter().map(bare).collect(),
            creations: HashMap::new(),
            files: HashMap::new(),
            members: HashMap::new(),
            authors: HashMap::new(),
            bylines: HashSet::new(),
            published_authors: HashSet::new(),
            nicks: Arc::default(),
            places: HashMap::new(),
            editors_pages: HashSet::new(),
            charters: HashSet::new(),
        }
    }

    /// Where an address in a text leads that stood at the path `base`. Relative addresses were written for scripts at the
    /// root of the site; what goes up in the tree was meant from the page's own place, or else from the root as well.
    pub fn find(&self, address: &str, base: &str) -> Address {
        let rest = match host_of(address) {
            Some((host, rest)) if self.hosts.contains(&host) => rest,
            Some((host, rest)) if self.upload_hosts.contains(&host) => {
                let path = rest.split(['?', '#']).next().unwrap_or_default();
                return upload(path.trim_start_matches('/'));
            }
            Some(_) => return Address::Foreign(address.to_owned()),
            None => address,
        };
        let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        let from_root = resolved(ROOT, path);
        let from_base = Some(resolved(base, path)).filter(|from_base| goes_up(path) && *from_base != from_root);
        let led = |path: &String| match old::parse(&self.site, path, query)? {
            Old::Leads(target, _) => Some(self.target(&target, fragment)),
            Old::Gone | Old::Malformed => Some(Address::Dead),
        };
        let led: Vec<Address> = from_base.iter().chain([&from_root]).filter_map(led).collect();
        let is_upload = led.is_empty() && !path.starts_with('/') && is_file(path);
        match led.into_iter().find(|address| *address != Address::Dead) {
            Some(address) => address,
            None if is_upload => upload(from_root.trim_start_matches('/')),
            None => Address::Dead,
        }
    }

    fn target(&self, target: &Target, fragment: Option<&str>) -> Address {
        match target {
            Target::Page(page) => self.page(page, fragment),
            Target::ListPage { head, .. } => self.page(head, None),
            Target::ForumPost(_) => self.page(&Page::Forum(Part::Head), None),
            Target::MemberByNick(nick) => match self.nicks.find(nick).filter(|id| self.members.contains_key(id)) {
                Some(id) => self.page(&Page::Member(MemberId(id)), None),
                None => self.page(&Page::Members(Part::Head), None),
            },
            Target::Upload(path) => upload(path),
            Target::Download(number) => self.file(old::DOWNLOADS, *number),
            Target::Quest(number) => self.file(old::QUESTS, *number),
            Target::QuestFile(number, rest) => match self.files.get(&(old::QUESTS, *number)) {
                Some(entry) => {
                    let folder = entry.rsplit_once('/').map_or("", |(folder, _)| folder);
                    upload(&format!("{folder}/{rest}"))
                }
                None => Address::Dead,
            },
            Target::Room(path) => Address::To(path.clone()),
        }
    }

    fn file(&self, section: &'static str, number: i64) -> Address {
        self.files.get(&(section, number)).map_or(Address::Dead, |path| upload(path))
    }

    /// A page's path of today, where the page will be there after the import.
    fn page(&self, page: &Page, fragment: Option<&str>) -> Address {
        let words = &self.site.config.paths;
        let slug = match page {
            Page::Creation { section, number } | Page::Discussion { section, number, .. } => self
                .creations
                .get(&(section.clone(), *number))
                .filter(|_| self.site.section(section).is_some())
                .map(|title| slug_or(title, &words.creation_without_slug)),
            Page::Author { id: AuthorId(id), .. } => {
                let name = self.authors.get(id).filter(|_| self.published_authors.contains(id));
                name.map(|name| slug_or(name, &words.person_without_slug))
            }
            Page::Member(MemberId(id)) => self.members.get(id).map(|nick| slug_or(nick, &words.person_without_slug)),
            Page::Content(slug) => {
                let exists = self.site.pages.contains_key(slug) || self.editors_pages.contains(slug);
                exists.then(String::new)
            }
            Page::Charter(section) => self.charters.contains(section).then(String::new),
            Page::Section { section, .. } | Page::SectionFeed(section) | Page::Genre { section, .. } => {
                self.site.section(section).map(|_| String::new())
            }
            _ => Some(String::new()),
        };
        let Some(slug) = slug else { return Address::Dead };
        let mut path = words.path(page, &slug);
        // Graveyard's own places, such as `#diskuze`, are no more.
        let place = fragment.map(|fragment| place_id(&percent_decode_str(fragment).decode_utf8_lossy()));
        if let Some(place) = place.filter(|id| self.places.get(page).is_some_and(|places| places.contains(id))) {
            path.push('#');
            path.push_str(TEXT_PREFIX);
            path.push_str(&place);
        }
        Address::To(path)
    }
}

/// The path that a relative one means at a place; nothing is above the root.
fn resolved(base: &str, path: &str) -> String {
    let base = if path.starts_with('/') { "" } else { base };
    let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut words: Vec<&str> = folder.split('/').filter(|word| !word.is_empty()).collect();
    let inner = path.trim_start_matches('/');
    for word in inner.split('/') {
        match word {
            "." => {}
            ".." => drop(words.pop()),
            word => words.push(word),
        }
    }
    // A path that ends in dots is a folder.
    let is_folder = matches!(inner.rsplit('/').next(), Some("." | ".."));
    if is_folder {
        words.push("");
    }
    format!("/{}", words.join("/"))
}

/// Whether a relative path begins above its place.
fn goes_up(path: &str) -> bool {
    path.trim_start_matches("./").starts_with("..")
}

/// Whether a path's last word is called like a file that pages link to or show.
fn is_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| FILE_ENDINGS.contains(&ending.as_str()))
}

/// An upload's path, unless it would lead out of the uploads.
fn upload(path: &str) -> Address {
    upload_path(path).map_or(Address::Dead, Address::Upload)
}

/// The host of an absolute address, in lower case and without port, and what follows it.
fn host_of(address: &str) -> Option<(String, &str)> {
    let rest = address.strip_prefix("//").or_else(|| {
        let (scheme, rest) = address.split_once("://")?;
        scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(rest)
    })?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().to_lowercase();
    Some((host.strip_prefix("www.").unwrap_or(&host).to_owned(), &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::read_site;

    fn addresses() -> Addresses {
        let files = read_site("..".as_ref()).expect("the shipped site");
        let site = Site::load(&files, "https://archiv.example.org", "/uploads").expect("a sound site");
        let hosts = ["www.stary.example".to_owned()];
        let mut addresses = Addresses::new(Arc::new(site), &hosts, &["soubory.stary.example".to_owned()]);
        addresses.creations.insert(("bestiar".to_owned(), 7), "Žhavý drak".to_owned());
        addresses.creations.insert(("clanky".to_owned(), 8), "???".to_owned());
        addresses.creations.insert(("basne".to_owned(), 9), "V rubrice, která není".to_owned());
        addresses.files.insert((old::DOWNLOADS, 3), "soub/mapa.zip".to_owned());
        addresses.files.insert((old::QUESTS, 13), "dobrodruzstvi/13/index.html".to_owned());
        addresses.members.insert(5, "Žluťásek".to_owned());
        addresses.authors.extend([(4, "Bard".to_owned()), (6, "Bez díla".to_owned())]);
        addresses.published_authors.insert(4);
        let dragon = Page::Creation { section: "bestiar".to_owned(), number: 7 };
        addresses.places.insert(dragon, HashSet::from(["jed".to_owned(), "zuby-a-drapy".to_owned()]));
        let mut nicks = Nicks::default();
        nicks.add("Žluťásek", 5);
        nicks.add("Odešlý", 6);
        addresses.nicks = Arc::new(nicks);
        addresses
    }

    #[test]
    fn old_addresses_lead_to_pages_of_today() {
        let addresses = addresses();
        let to = |path: &str| Address::To(path.to_owned());
        let file = |path: &str| Address::Upload(path.to_owned());
        for (address, expect) in [
            ("/rubriky/bestiar/7-jiny-slug/", to("/rubriky/bestiar/7-zhavy-drak/")),
            ("https://WWW.Stary.example/rubriky/bestiar/7-drak/#jed", to("/rubriky/bestiar/7-zhavy-drak/#text-jed")),
            ("/rubriky/bestiar/7-drak/#zuby%20a%20dr%C3%A1py", to("/rubriky/bestiar/7-zhavy-drak/#text-zuby-a-drapy")),
            ("/rubriky/bestiar/7-drak/#diskuze", to("/rubriky/bestiar/7-zhavy-drak/")),
            ("/uzivatele/?nick=%C5%BElu%C5%A5%C3%A1sek", to("/uzivatel/5-zlutasek/")),
            ("/uzivatele/?nick=Ode%C5%A1l%C3%BD", to("/uzivatele/")),
            ("/putyka/stul/5/prispevky/?z_s=2", to("/putyka/stul/5/prispevky/?z_s=2")),
            ("/posta", to("/posta/")),
            ("/uzivatel/reset-hesla/", to("/uzivatel/reset-hesla/")),
            ("index.php?rub=posta", to("/posta/")),
            ("/putyka/%3Cb%3E/", Address::Dead),
            ("/putyka/../tajne/", Address::Dead),
            ("//archiv.example.org/rubriky/clanky/8-dilo/", to("/rubriky/clanky/8-dilo/")),
            ("index.php?rub=bestiar_jeden&id=7", to("/rubriky/bestiar/7-zhavy-drak/")),
            ("/rubriky/bestiar/8-neni/", Address::Dead),
            ("/rubriky/basne/9-v-rubrice/", Address::Dead),
            ("/uzivatel/5-kdokoli/", to("/uzivatel/5-zlutasek/")),
            ("/uzivatel/6-nikdo/", Address::Dead),
            ("/autor/4-web/", to("/autor/4-bard/")),
            ("/autor/6-bez-dila/", Address::Dead),
            ("/download/3/", file("soub/mapa.zip")),
            ("/download/4/", Address::Dead),
            ("/dobrodruzstvi/13-hrad/img/kylmar.gif", file("dobrodruzstvi/13/img/kylmar.gif")),
            ("obr_pris/mapa.gif", file("obr_pris/mapa.gif")),
            ("./galerie/drak.jpg", file("galerie/drak.jpg")),
            ("../obr_pris/mapa.gif", file("obr_pris/mapa.gif")),
            ("../../galerie/drak.jpg", file("galerie/drak.jpg")),
            ("../../../../galerie/drak.jpg", file("galerie/drak.jpg")),
            ("../7-drak/#jed", to("/rubriky/bestiar/7-zhavy-drak/#text-jed")),
            ("../../clanky/8-x/", to("/rubriky/clanky/8-dilo/")),
            ("../index.php?rub=bestiar_jeden&id=7", to("/rubriky/bestiar/7-zhavy-drak/")),
            ("../../../aktuality/", to("/aktuality/")),
            ("..", to("/rubriky/bestiar/")),
            ("soub/12.zip", file("soub/12.zip")),
            ("/soub/12.zip", file("soub/12.zip")),
            ("mapa.GIF", file("mapa.GIF")),
            ("plany/hrad%20a%20okol%C3%AD.pdf?a=1#b", file("plany/hrad a okolí.pdf")),
            ("../plany/../mapa.gif", file("mapa.gif")),
            ("/mapa.gif", Address::Dead),
            ("..%2fmapa.gif", Address::Dead),
            ("mapa", Address::Dead),
            (".gif", Address::Dead),
            ("img/logo.gif", Address::Dead),
            ("http://soubory.stary.example/obr_pris/a%20b.gif", file("obr_pris/a b.gif")),
            ("http://soubory.stary.example/../etc/passwd", Address::Dead),
            ("/moudrasova/list.php", Address::Dead),
            ("nekam.html", Address::Dead),
            (
                "https://jinde.example/rubriky/bestiar/7-x/",
                Address::Foreign("https://jinde.example/rubriky/bestiar/7-x/".to_owned()),
            ),
        ] {
            assert_eq!(addresses.find(address, "/rubriky/bestiar/12-jine/"), expect, "{address}");
        }
    }
}
