//! Names that made-up people and places have.

/// Beginnings of nicks; none begins another, so that each nick can be read one way only.
pub(super) const NICK_BEGINNINGS: [&str; 40] = [
    "Bor", "Čár", "Dři", "Elm", "Fia", "Grim", "Hav", "Ilk", "Jas", "Křem", "Lut", "Mrač", "Nev", "Oře", "Písk",
    "Quen", "Rad", "Řas", "Svat", "Šíp", "Tis", "Ulr", "Vrán", "Wen", "Xan", "Yrs", "Zby", "Žit", "Ast", "Ble", "Cip",
    "Ďáb", "Erv", "Fjo", "Gáb", "Hro", "Isk", "Jal", "Kop", "Liš",
];

/// Ends of nicks.
pub(super) const NICK_ENDINGS: [&str; 22] = [
    "ek", "ina", "imír", "oslav", "wen", "ík", "ule", "adan", "olt", "ibor", "ka", "uš", "anka", "oun", "ynn", "onyx",
    "ěna", "ák", "ira", "omil", "ůvka", "ardo",
];

/// Given names of men.
pub(super) const MEN: [&str; 24] = [
    "Adam",
    "Bohumil",
    "David",
    "František",
    "Jakub",
    "Jan",
    "Jiří",
    "Josef",
    "Karel",
    "Libor",
    "Lukáš",
    "Marek",
    "Martin",
    "Matěj",
    "Michal",
    "Ondřej",
    "Pavel",
    "Petr",
    "Radek",
    "Štěpán",
    "Tomáš",
    "Vít",
    "Vojtěch",
    "Zdeněk",
];

/// Given names of women.
pub(super) const WOMEN: [&str; 24] = [
    "Adéla",
    "Alena",
    "Barbora",
    "Dana",
    "Eliška",
    "Eva",
    "Hana",
    "Irena",
    "Jana",
    "Kateřina",
    "Klára",
    "Lenka",
    "Lucie",
    "Magda",
    "Markéta",
    "Martina",
    "Monika",
    "Nela",
    "Petra",
    "Radka",
    "Šárka",
    "Tereza",
    "Veronika",
    "Zuzana",
];

/// Family names, of a man and of a woman.
pub(super) const FAMILIES: [(&str, &str); 24] = [
    ("Novák", "Nováková"),
    ("Svoboda", "Svobodová"),
    ("Dvořák", "Dvořáková"),
    ("Černý", "Černá"),
    ("Procházka", "Procházková"),
    ("Kučera", "Kučerová"),
    ("Veselý", "Veselá"),
    ("Horák", "Horáková"),
    ("Němec", "Němcová"),
    ("Pokorný", "Pokorná"),
    ("Marek", "Marková"),
    ("Pospíšil", "Pospíšilová"),
    ("Hájek", "Hájková"),
    ("Jelínek", "Jelínková"),
    ("Král", "Králová"),
    ("Růžička", "Růžičková"),
    ("Beneš", "Benešová"),
    ("Fiala", "Fialová"),
    ("Sedláček", "Sedláčková"),
    ("Doležal", "Doležalová"),
    ("Zeman", "Zemanová"),
    ("Kolář", "Kolářová"),
    ("Krejčí", "Krejčí"),
    ("Vaněk", "Vaňková"),
];

/// Where members live; as often as there are people.
pub(super) const REGIONS: [&str; 24] = [
    "Praha",
    "Praha",
    "Praha",
    "Středočeský",
    "Středočeský",
    "Jihočeský",
    "Plzeňský",
    "Karlovarský",
    "Ústecký",
    "Liberecký",
    "Královéhradecký",
    "Pardubický",
    "Vysočina",
    "Jihomoravský",
    "Jihomoravský",
    "Jihomoravský",
    "Olomoucký",
    "Zlínský",
    "Moravskoslezský",
    "Moravskoslezský",
    "Bratislavský",
    "Košický",
    "Žilinský",
    "Celá ČR",
];
