//! Words that made-up texts consist of.

/// Nouns of the masculine gender, for titles such as „Starý hrad".
pub(super) const NOUNS: [&str; 48] = [
    "drak", "hrad", "kouzelník", "les", "meč", "pramen", "hraničář", "poutník", "stín", "havran", "průsmyk", "brod",
    "mlýn", "skřet", "trpaslík", "oheň", "kámen", "svitek", "klíč", "lektvar", "měsíc", "vítr", "král", "zloděj",
    "rytíř", "přízrak", "strážce", "mudrc", "hostinec", "tunel", "most", "ostrov", "kruh", "slib", "dluh", "souboj",
    "úsvit", "mráz", "jezdec", "písař", "kovář", "bard", "žoldnéř", "alchymista", "obr", "netvor", "poklad", "vůz",
];

/// Adjectives that go with [`NOUNS`].
pub(super) const ADJECTIVES: [&str; 48] = [
    "starý", "zapomenutý", "černý", "šedivý", "tichý", "prokletý", "věrný", "ztracený", "kamenný", "ohnivý", "mlžný",
    "poslední", "němý", "hladový", "stříbrný", "zlý", "moudrý", "líný", "bludný", "noční", "větrný", "ledový",
    "hluboký", "žíznivý", "křivý", "pyšný", "šťastný", "tajný", "lesní", "horský", "podzemní", "královský", "slepý",
    "ospalý", "rozbitý", "zlatý", "děravý", "hořký", "vzteklý", "něžný", "pražský", "dávný", "cizí", "poctivý",
    "měděný", "říční", "zuřivý", "rezavý",
];

/// Where and when, behind a title's noun.
pub(super) const PLACES: [&str; 36] = [
    "pod horou", "u brodu", "v mlze", "za mlýnem", "na rozcestí", "bez jména", "z Kamenné Lhoty", "od severu",
    "o půlnoci", "ve studni", "na kraji lesa", "mezi kostkami", "s prázdnou kapsou", "před svítáním", "na dně džbánu",
    "u Tří mlýnů", "v podhradí", "za sedmi vrchy", "v zimě", "na prahu", "beze spěchu", "z jiného kraje", "pod lípou",
    "v poli", "u moře", "ze starých časů", "na mýtině", "v zrcadle", "za soumraku", "po bouři", "v kobce",
    "na útěku", "ve sněhu", "u ohně", "s lucernou", "k neuvěření",
];

/// Who does something in a sentence.
pub(super) const SUBJECTS: [&str; 32] = [
    "Hraničář", "Stará čarodějka", "Pán jeskyně", "Trpaslík od vedle", "Poslední z družiny", "Krčmář", "Náš kouzelník",
    "Drak", "Kdosi v kápi", "Zlodějka", "Každý druhý skřet", "Učedník", "Velitel stráže", "Bába kořenářka", "Převozník",
    "Bard", "Alchymista bez obočí", "Vodník", "Písař", "Kovářův syn", "Rytíř ze Zámostí", "Mlynář", "Elfka",
    "Hobit", "Strážný u brány", "Mudrc", "Poutník", "Žoldnéř", "Havran", "Lovec", "Královna", "Zvonař",
];

/// What they do.
pub(super) const PREDICATES: [&str; 40] = [
    "našel ve sklepě truhlu", "zapomněl zavřít bránu", "sledoval stopu až k řece", "vsadil poslední minci",
    "mlčel celou cestu", "uslyšel za dveřmi zpěv", "přinesl mapu bez severu", "nevěřil na duchy, dokud nepotkal účetního",
    "zastavil se na mostě", "slíbil víc, než unese", "rozsvítil lucernu", "spočítal hvězdy a jedna přebývala",
    "prodal meč za teplou večeři", "čekal na znamení", "otočil se a utíkal", "napsal dopis a spálil ho",
    "ukázal na hory", "zakopl o vlastní stín", "probudil se v cizím táboře", "odpověděl hádankou",
    "vytáhl z kapsy provaz", "viděl v ohni tvář", "zaplatil i za ostatní", "zvedl pohár na mrtvé",
    "poznal ten hlas", "odmítl jít dál", "uzavřel dohodu s řekou", "ztratil koně v kostkách",
    "přečetl svitek pozpátku", "uvařil polévku z kořenů", "přísahal na svůj vous", "zamkl dveře zvenku",
    "vyprávěl o zimě, která trvala dva roky", "pustil psa po stopě", "zavolal do studny", "dohrál píseň až do konce",
    "hodil kostkou a zavřel oči", "nechal si poklad ukrást", "vrátil se pro klobouk", "nepoděkoval",
];

/// How a sentence goes on.
pub(super) const ENDINGS: [&str; 32] = [
    "a nikdo se neptal proč", "protože to tak stálo v pravidlech", "i když venku pršelo", "a hory mlčely s ním",
    "než dohořela svíčka", "a od té doby je klid", "jako by šlo o poslední hru", "ale družina už spala",
    "a v krčmě se o tom mluví dodnes", "protože kostka padla na hranu", "a pes se přidal", "navzdory všem varováním",
    "aniž by zaplatil", "a řeka se zastavila", "s úsměvem, který nevěstil nic dobrého", "a bylo to poprvé za sto let",
    "dokud nezakokrhal kohout", "přestože mapa tvrdila opak", "a tím celý příběh začíná", "takže jsme se vrátili",
    "a meč zůstal v kameni", "jen tak, pro radost", "ačkoli ho nikdo nežádal", "a zbytek znáte",
    "bez jediného slova", "a šlo se dál", "což nebyl dobrý nápad", "jak velí obyčej",
    "a přísahu dodržel", "zatímco ostatní hledali dveře", "kvůli jedné měděné", "a svět byl zase o něco menší",
];

/// Headings within a text.
pub(super) const HEADINGS: [&str; 24] = [
    "Jak to začalo", "Vzhled a povaha", "Co se říká v krčmě", "Použití ve hře", "Rady pro Pána jeskyně", "Boj",
    "Poklady", "Kde ho najdete", "Historie", "Nápady na zápletky", "Pravidla", "Lidé a místa", "Co potom",
    "Cesta tam", "Cesta zpátky", "Proč vlastně", "Tabulka setkání", "Nepřátelé", "Spojenci", "Počasí a kalendář",
    "Ceny a váhy", "Varianty", "Otázky hráčů", "Závěrem",
];

/// Beginnings of nicks.
pub(super) const NICKS: [&str; 40] = [
    "Borek", "Čárka", "Dřišťál", "Elmir", "Fialka", "Grimbold", "Havran", "Ilka", "Jasmína", "Křemen", "Lutobor",
    "Mračno", "Nevan", "Ořešák", "Pískle", "Quentin", "Radovan", "Řasa", "Svatava", "Šípek", "Tisa", "Ulrik",
    "Vrána", "Wendelín", "Xandr", "Yrsa", "Zbyhněv", "Žito", "Astra", "Blesk", "Cipísek", "Ďáblík", "Erven",
    "Fjodor", "Gábina", "Hrom", "Iskra", "Jalovec", "Kopřiva", "Lišejník",
];
