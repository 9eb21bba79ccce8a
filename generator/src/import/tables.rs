//! The source's tables: which columns are read, what names a row, in which order.

/// One table of the source.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// The columns that name a row.
    pub key: &'static [&'static str],
    /// The order in which rows are read: numbers that are given out here follow it.
    pub order: &'static [&'static str],
    /// The columns that are read.
    pub columns: &'static [&'static str],
    /// Columns of another table, with nulls where it has no such row.
    pub joined: Option<&'static Joined>,
    /// Whether a site may do without it: Graveyard had it only for a while, or hardly used it.
    pub optional: bool,
    /// Whether nobody but members may read it: no finding quotes it.
    pub private: bool,
    /// Columns, joined ones too, that have no part in a row's digest: one that is fast would be a weak copy of them.
    pub secret: &'static [&'static str],
}

/// A table that is read along with another one.
#[derive(Debug)]
pub struct Joined {
    /// Its name.
    pub name: &'static str,
    /// The column of the other table that holds its key.
    pub on: &'static str,
    /// The columns that are read; the first is its key.
    pub columns: &'static [&'static str],
}

macro_rules! tables {
    ($($(#[$doc:meta])* $id:ident = $name:literal $key:tt $order:tt $columns:tt $joined:expr, $optional:literal, $private:literal $(, secret $secret:tt)?;)+) => {
        $($(#[$doc])* pub static $id: Table = Table {
            name: $name, key: &$key, order: &$order, columns: &$columns, joined: $joined, optional: $optional,
            private: $private, secret: &tables!(@secret $($secret)?),
        };)+
        /// All of them, in the order in which they are imported.
        pub static TABLES: &[&Table] = &[$(&$id),+];
    };
    (@secret) => { [] };
    (@secret $secret:tt) => { $secret };
}

// The columns of all creations, before those of a kind.
macro_rules! creations {
    ($($(#[$doc:meta])* $id:ident = $name:literal [$($column:literal),*];)+) => {
        $($(#[$doc])* pub static $id: Table = Table {
            name: $name,
            key: &["id"],
            order: &["id"],
            columns: &["id", "jmeno", "autor", "schvaleno", "zdroj", "zdrojmail", "pocet_hlasujicich",
                "hodnota_hlasovani", "pochvez", "precteno", "datum", "author_id", $($column),*],
            joined: None,
            optional: false,
            private: false,
            secret: &[],
        };)+
        /// The tables of creations, in the order in which they are imported.
        pub static CREATIONS: &[&Table] = &[$(&$id),+];
    };
}

creations! {
    /// Articles of all sections.
    ARTICLES = "prispevky_dlouhe" ["text", "skupina", "anotace", "rubrika"];
    /// Monsters.
    MONSTERS = "bestiar" ["zvt", "uc", "oc", "odl", "inteligence", "vel", "zran", "poh", "pres", "pokl", "zkus", "popis",
        "skupina", "bojovnost", "sm"];
    /// Pictures.
    PICTURES = "galerie" ["cesta", "cestathumb"];
    /// Photos.
    PHOTOS = "fotogalerie" ["cesta", "cestathumb"];
    /// Skills.
    SKILLS = "dovednosti" ["vlastnost", "obtiznost", "overovani", "totuspech", "uspech", "neuspech", "fatneuspech",
        "popis", "skupina"];
    /// Alchemists' tools.
    ALCHEMIST_TOOLS = "alchpredmety" ["mag", "suroviny", "zaklad", "nalezeni", "trvani", "vyroba", "nebezpecnost", "sila",
        "bcz", "denmag", "dosah_ucinku", "uroven_vyrobce", "sfera", "popis", "skupina"];
    /// Rangers' spells.
    RANGER_SPELLS = "hranicarkouzla" ["mag", "magpop", "dosah", "dosahpop", "rozsah", "rozsahpop", "vyvolani",
        "vyvolanipop", "druh", "cetnost", "pomucky", "popis", "skupina"];
    /// Wizards' spells.
    WIZARD_SPELLS = "kouzla" ["kouzsl", "mag", "magpop", "past", "dosah", "dosahpop", "rozsah", "rozsahpop", "vyvolani",
        "vyvolanipop", "trvani", "trvanipop", "popis", "skupina"];
    /// Items.
    ITEMS = "predmety" ["uc", "kz", "delka", "cena", "malydostrel", "strednidostrel", "velkydostrel", "sfera", "vaha",
        "popis", "skupina"];
    /// Files to fetch.
    DOWNLOADS = "downloady" ["cesta", "format", "popis", "velikost", "skupina", "item", "download_counter"];
    /// Adventures.
    QUESTS = "dobrodruzstvi" ["anotace", "cesta", "klicsl"];
}

/// Graveyard's accounts for the login.
static AUTH_USER: Joined = Joined {
    name: "auth_user",
    on: "user_id",
    columns: &["id", "password", "is_superuser", "is_staff", "is_active", "last_login"],
};

tables! {
    /// Sections: their words in addresses and the kind of their creations.
    PAGES = "ddcz_creativepage" ["id"] ["id"] ["id", "name", "slug", "model_class"] None, false, false;
    /// Members.
    MEMBERS = "uzivatele" ["id"] ["id"] ["id", "user_id", "nick_uzivatele", "jmeno_uzivatele", "prijmeni_uzivatele",
        "psw_uzivatele", "email_uzivatele", "pohlavi_uzivatele", "vek_uzivatele", "kraj_uzivatele", "pospristup", "level",
        "icq_uzivatele", "vypsat_udaje", "ikonka_uzivatele", "popis_uzivatele", "skin", "reputace", "reputace_rozdel",
        "status", "reg_schval_datum", "max_level"] Some(&AUTH_USER), false, true,
        secret ["psw_uzivatele", "password"];
    /// Authors.
    AUTHORS = "ddcz_author" ["id"] ["id"] ["id", "author_type", "user_id", "website", "website_email",
        "anonymous_user_nick", "user_nick"] None, false, false;
    /// Votes.
    VOTES = "hlasovani_prispevky" ["id_uz", "rubrika", "id_cizi"] ["rubrika", "id_cizi", "id_uz"] ["id_uz", "id_cizi",
        "rubrika", "pochvez", "time", "opraveno"] None, false, true;
    /// Comments on creations.
    COMMENTS = "diskuze" ["id"] ["id"] ["id", "id_cizi", "nickname", "text", "datum", "cizi_tbl", "reputace",
        "user_id"] None, false, false;
    /// News.
    NEWS = "aktuality" ["id"] ["id"] ["id", "datum", "autor", "text"] None, false, false;
    /// The forum; of `reg` only whether it is a member's post, since otherwise it is an address of the internet.
    FORUM = "forum" ["id"] ["id"] ["id", "nickname", "datum", "text", "reg", "reputace", "user_id"] None, false, false;
    /// Market ads.
    MARKET = "inzerce" ["id"] ["id"] ["id", "sekce", "jmeno", "mail", "telefon", "mobil", "okres", "text", "created",
        "user_profile_id"] None, false, false;
    /// Dating ads.
    DATING = "seznamka" ["id"] ["id"] ["id", "jmeno", "email", "telefon", "mobil", "vek", "okres", "doba", "datum", "text",
        "sekce", "user_profile_id"] None, false, false;
    /// Links.
    LINKS = "linky" ["id"] ["id"] ["id", "nazev", "adresa", "popis", "pochvez", "schvaleno", "datum", "pocet_hlasujicich",
        "hodnota_hlasovani"] None, false, false;
    /// Editors' articles.
    EDITORS_ARTICLES = "ddcz_editorarticle" ["id"] ["id"] ["id", "title", "slug", "text"] None, false, false;
    /// Charters of sections.
    CHARTERS = "ddcz_creativepageconcept" ["id"] ["id"] ["id", "text", "page_id"] None, false, false;
    /// The tavern's rooms.
    TAVERN_SECTIONS = "putyka_sekce" ["id"] ["id"] ["id", "kod", "poradi", "nazev", "popis"] None, false, true;
    /// The tavern's tables.
    TAVERN_TABLES = "putyka_stoly" ["id"] ["id"] ["id", "jmeno", "popis", "vlastnik", "povol_hodnoceni", "min_level",
        "zalozen", "verejny", "celkem", "sekce"] None, false, true;
    /// Who may do what at a table.
    TAVERN_ACCESS = "putyka_pristup" ["django_id"] ["id_stolu", "django_id"] ["django_id", "id_stolu", "typ_pristupu",
        "nick_usera"] None, false, true;
    /// What lies on a table for all to read.
    TAVERN_BOARDS = "putyka_nastenky" ["id_stolu"] ["id_stolu"] ["id_stolu", "text_nastenky", "posledni_zmena",
        "zmenil"] None, false, true;
    /// Tables that members have chosen.
    TAVERN_BOOKMARKS = "putyka_book" ["id_stolu", "id_uz"] ["id_stolu", "id_uz"] ["id_stolu", "id_uz"] None, false, true;
    /// When a member was at a table last.
    TAVERN_VISITS = "putyka_uzivatele" ["id_stolu", "id_uz"] ["id_stolu", "id_uz"] ["id_stolu", "id_uz", "oblibenost",
        "navstiveno", "neprectenych"] None, false, true;
    /// Tables that belong together.
    TAVERN_RELATIONS = "putyka_linky" ["id_stolu", "id_linku"] ["id_stolu", "id_linku"] ["id_stolu",
        "id_linku"] None, true, true;
    /// What is said in the tavern.
    TAVERN_POSTS = "putyka_prispevky" ["id"] ["id"] ["id", "id_stolu", "text", "autor", "reputace", "datum",
        "user_id"] None, false, true;
    /// Letters.
    LETTERS = "posta" ["id"] ["id"] ["id", "odesilatel", "prijemce", "viditelnost", "text", "datum"] None, false, true;
    /// Runes.
    RUNES = "runy" ["id"] ["id"] ["id", "id_darce", "nick_darce", "id_prijemce", "nick_prijemce", "typ", "grafika",
        "venovani", "datum"] None, false, true;
    /// Reputation given.
    REPUTATION = "reputace_log" ["id_zaznamu"] ["id_zaznamu"] ["id_zaznamu", "dal", "prijal", "akce", "v_diskusi",
        "id_prispevku", "date"] None, false, true;
    /// Reputation awarded.
    AWARDS = "reputace_special" ["id"] ["id"] ["id", "prijal_nick", "duvod_udeleni", "hodnota"] None, true, true;
    /// Newcomers and their guides.
    MENTORSHIPS = "mentat_newbie" ["newbie_id", "mentat_id"] ["newbie_id", "mentat_id"] ["newbie_id", "mentat_id",
        "newbie_rate", "mentat_rate", "locked", "penalty"] None, true, true;
    /// What members say of each other.
    MEMBER_RATINGS = "user_ratings" ["record_id"] ["record_id"] ["record_id", "rating_time", "byFK", "forFK", "visible",
        "rating_text"] None, true, true;
    /// Who gets mail about what.
    SUBSCRIPTIONS = "uzivatele_maillist" ["id_uz", "rubrika"] ["id_uz", "rubrika"] ["id_uz", "rubrika",
        "email_uz"] None, false, true;
    /// Digests of addresses that want no mail.
    BLACKLIST = "ddcz_blacklistedemail" ["email_hash"] ["email_hash"] ["email_hash"] None, true, true;
    /// Secrets in links that end mail.
    UNSUBSCRIBE = "ddcz_emailsubscriptionauth" ["user_profile_id"] ["user_profile_id"] ["user_profile_id",
        "token_secret"] None, true, true;
    /// Registrations that wait for approval.
    REGISTRATIONS = "uzivatele_cekajici" ["id_zaznamu"] ["id_zaznamu"] ["id_zaznamu", "nick_uzivatele", "email", "jmeno",
        "prijmeni", "pohlavi", "datum", "patron", "primluvy", "osloveni", "popis_text", "vek"] None, false, true;
}
