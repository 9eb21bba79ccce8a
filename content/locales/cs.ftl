# České texty okolo toho, co napsali lidé. Stejné zprávy a proměnné jsou v en.ftl.

## Čas a velikosti

moment-date = { $day }. { $month }. { $year }
moment-full = { $day }. { $month }. { $year } v { $hour }:{ $minute }
date-unknown = neznámo kdy
decimal-separator = ,
size-bytes = { $size } B
size-kilobytes = { $size } kB
size-megabytes = { $size } MB

## Názvy a popisy stránek

home-title = Úvod
news-title = Aktuality
newest-title = Novinky
members-title = Uživatelé
forum-title = Fórum
market-title = Inzerce
dating-title = Seznamka
links-title = Linky
credits-title = Tvůrci a redakce
not-found-title = Stránka se zatoulala
charter-title = Koncepce rubriky { $section }
genre-title = { $section }: { $genre }
discussion-title = Diskuze: { $creation }
author-title = Autor { $name }
archive-title = { $title }, archiv { $number }
section-description = Díla v rubrice { $section }.
creation-description = { $title }, autor { $author }. Z rubriky { $section }.
author-description = Díla, která u nás zveřejnil autor { $name }.
member-description = Veřejný profil uživatele { $nick }: úroveň, věhlas a díla.
news-description = Co je u nás nového: zprávy od redakce.
newest-description = Nejnovější díla ze všech rubrik a poslední komentáře k nim.
members-description = Členové společenství podle data registrace.
forum-description = Fórum: rozhovory o hře, o webu i o všem kolem.
market-description = Inzeráty na knihy, kostky, figurky a všechno ke hře.
dating-description = Hledáš družinu, hráče nebo Pána jeskyně? Tady se hledáte navzájem.
links-description = Odkazy na spřízněné stránky.
credits-description = Kdo web vede, kdo do něj píše a kdo ho postavil.

## Rám stránky

og-locale = cs_CZ
skip-to-content = Přejít k obsahu
breadcrumbs = Cesta k této stránce
menu = Hlavní menu
menu-button = Menu
menu-sections = Rubriky a zákoutí
footer-menu = O webu
skin = Vzhled stránek
skin-light = Světlý vzhled
skin-dark = Tmavý vzhled
skin-historic = Historický vzhled
skin-system = Světlý nebo tmavý, podle zařízení
skin-hint = Platí jen v tomhle prohlížeči. Bez skriptů se projeví jen na stránkách pro členy a redakci; archiv se pak řídí zařízením.
skin-save = Zvolit vzhled
skin-saved = Hotovo, takhle teď stránky vypadají.
made-by = Stránky jsou obyčejné soubory: čtou se bez sušenek i bez skriptů. Skládá je svobodný program Graveyard.
all = Vše
table-region = Tabulka, která se dá posouvat

## Listování

pager = Listování
pager-discussion = Listování diskuzí
pager-newer = Novější
pager-older = Starší
pager-archive = Archiv { $number }
genres = Skupiny
groups = Druhy inzerátů

## Lidé

author-unknown = Neznámý
member-deleted = Zrušený účet
author-member = Profil registrovaného uživatele
author-website = Webová stránka, která nám laskavě svolila zveřejnit svůj obsah.
author-anonymous = Neregistrovaný autor. O to větší dík, že se s námi podělil.
level = { $level ->
    [8] Redakce
   *[other] Úroveň { $level }
}
member-id = Číslo
member-banned = Tenhle účet je zablokovaný.
member-registered = Registrace
member-since = u nás od
member-reputation = Věhlas
member-about = O sobě
member-all-works = Všechna díla
members-list = Seznam uživatelů
members-lead = Všichni, kdo se u nás zapsali, od nejnovějších.
gender-male = Muž
gender-female = Žena
fact-name = Jméno
fact-gender = Pohlaví
fact-age = Věk
fact-region = Kraj
list-unknown-name = Anonym

## Díla

rating = { $stars ->
    [0] Hodnocení: Nepovedené
    [1] Hodnocení: Nic moc
    [2] Hodnocení: Něco to má do sebe
    [3] Hodnocení: Průměr
    [4] Hodnocení: Kvalita
    [5] Hodnocení: Geniální
   *[other] Hodnocení: Vítěz soutěže
}
rating-word = { $stars ->
    [0] Nepovedené
    [1] Nic moc
    [2] Něco to má do sebe
    [3] Průměr
    [4] Kvalita
    [5] Geniální
   *[other] Vítěz soutěže
}
rating-label = Hodnocení
rating-none = Zatím nikdo nehlasoval
votes = { $count ->
    [0] zatím nikdo nehlasoval
    [one] { $count } hlas
    [few] { $count } hlasy
    [many] { $count } hlasu
   *[other] { $count } hlasů
}
column-title = Název
column-rating = Hodnocení
column-votes = Hlasů
column-author = Autor
column-genre = Skupina
column-published = Zveřejněno
author = Autor
published = Zveřejněno
genre = Skupina
facts = Vlastnosti
added = přidáno
downloaded = { $count ->
    [0] ještě nikdo nestáhl
    [one] staženo jednou
    [few] staženo { $count }×
    [many] staženo { $count }×
   *[other] staženo { $count }×
}
read-times = { $count ->
    [0] ještě nikdo nečetl
    [one] přečteno jednou
    [few] přečteno { $count }×
    [many] přečteno { $count }×
   *[other] přečteno { $count }×
}
open-file = Otevřít soubor
source = Převzato se svolením odjinud:
charter-link = Co do rubriky patří
section-feed = Odebírat rubriku
neighbours = Sousední díla
previous = Předchozí dílo
next = Následující dílo
back-to-section = Zpátky do rubriky { $title }
back-to-creation = Zpátky k dílu { $title }
details-and-discussion = { $count ->
    [0] Podrobnosti a diskuze
    [one] Podrobnosti a diskuze ({ $count } komentář)
    [few] Podrobnosti a diskuze ({ $count } komentáře)
    [many] Podrobnosti a diskuze ({ $count } komentáře)
   *[other] Podrobnosti a diskuze ({ $count } komentářů)
}

## Rozhovory

discussion = Diskuze
comment-count = { $count ->
    [0] zatím bez komentářů
    [one] { $count } komentář
    [few] { $count } komentáře
    [many] { $count } komentáře
   *[other] { $count } komentářů
}
older-comments = Starší komentáře
comment-on = U příspěvku
forum-posts = Příspěvky
forum-lead = Tady se mluví o hře, o webu i o životě. Číst může každý, psát ten, kdo se přihlásí.
news-lead = Co se děje v redakci a ve městě.
newest-lead = Co do archivu přibylo naposledy a co se k tomu říká.
market-lead = Knihy, kostky, figurky: co jednomu překáží, druhému schází.
dating-lead = Na dobrodružství se nechodí sám. Najdi hráče, družinu nebo Pána jeskyně.
links-lead = Stránky spřízněných duší. Rubrika už jen vzpomíná, nové odkazy nepřibývají.

## Úvodní stránka

home-creations = Nejnovější díla
home-news = Aktuality
home-more-creations = Všechny novinky
home-more-news = Starší aktuality
newest-creations = Nová díla
newest-comments = Poslední komentáře

## Inzeráty a odkazy

ads = Inzeráty
ad-contacts = Kontakt
ad-age = věk { $age }
ad-experience = hraje { $experience }
contact-email = E-mail:
contact-phone = Telefon:
email-at = {" "}(zavináč){" "}
email-dot = {" "}(tečka){" "}
links-list = Odkazy

## Kde nic není

empty-section = Rubrika zatím čeká na své první dílo.
empty-genre = V téhle skupině zatím nic není. Zkus jinou, nebo se vrať do celé rubriky.
empty-archive = Z téhle stránky archivu už všechno zmizelo. Zůstává tu, aby staré odkazy někam vedly.
empty-discussion = Zatím tu nikdo nic neřekl.
empty-news = Žádné aktuality. Ve městě je klid.
empty-members = Zatím se nikdo nezapsal.
empty-member-works = Díla tu zatím nejsou, všechno teprve přijde.
empty-forum = Na fóru je ticho. První slovo čeká na tebe.
empty-market = Nikdo teď nic nenabízí ani neshání. Na tržišti metou dlažbu.
empty-dating = Nikdo teď nikoho nehledá. Snad jsou všichni na výpravě.
empty-ads-group = Takový inzerát tu zrovna není. Podívej se do ostatních.
empty-links = Zatím žádné odkazy.
empty-author = Od tohoto autora tu teď nic není.
empty-home-creations = Archiv je prázdný a těší se na první dílo.
empty-credits = Tady jednou budou jména.

## Zatoulané a přestěhované stránky

not-found-lead = Drak ji hledal pod poklady, za krápníky i v kapse u hobita. Není tu.
not-found-hint = Co se mohlo stát:
not-found-typo = V adrese je překlep, nebo se odkaz při kopírování rozlomil.
not-found-moved = Dílo se přestěhovalo a starou adresu si nikdo nepamatuje.
not-found-gone = Autor svůj text stáhl a odnesl si ho domů.
not-found-home = Zpátky na úvod
redirect-title = Stránka se přestěhovala
redirect-text = Nová adresa je:

# Status 400, as plain text.
old-address-malformed = Číslo v adrese není číslo.

## Místnosti členů

room-title = Ještě není otevřeno
room-not-open = Sem se členové teprve stěhují. Zatím tu není otevřeno; zkus to, prosím, později.

## Kanály

feed-news-item = Aktualita, autor: { $author }
feed-creation-item = { $title } ({ $section }, autor: { $author })
feed-dating-item = Seznamka: { $name } v sekci { $group }
feed-market-item = Inzerát: { $name } v sekci { $group }
feed-forum-item = Fórum: { $nick }
feed-forum-dated = { $nick } { $date }
feed-comment-item = { $nick } k dílu „{ $creation }“
feed-forum-title = Fórum – { $site }
feed-forum-description = Nejnovější příspěvky ve fóru na { $site }
feed-everything-title = Všechny novinky – { $site }
feed-everything-description = Aktuality, díla, komentáře a inzeráty na { $site }
feed-section-title = { $section } – { $site }

## Přihlášení a účet

login-title = Přihlášení
login-name = Nick nebo e-mail
login-password = Heslo
login-send = Přihlásit
login-send-kept = Přihlásit a odeslat
login-first = Nejdřív se, prosím, přihlas.
login-first-kept = Nejdřív se, prosím, přihlas. Co máš napsáno, se neztratí.
login-kept = Tohle se odešle, jakmile se přihlásíš
login-wrong = Jméno a heslo k sobě nepatří. Má-li tvůj e-mail víc účtů, přihlas se nickem.
login-banned = Tvůj účet je zablokovaný.
login-banned-editors = Je to omyl? Napiš redakci: { $url }
login-banned-reason = Důvod: { $reason }
login-banned-until = Odblokuje se samo: { $until }.
login-too-fast = Tolik pokusů najednou nejde. Zkus to znovu za { $seconds ->
    [one] { $seconds } sekundu
    [few] { $seconds } sekundy
    [many] { $seconds } sekundy
   *[other] { $seconds } sekund
}.
login-already = Přihlášení: { $nick }
settings-account = Tvůj účet: { $nick }
login-go-on = Pokračovat
login-old-password = Heslo ze starého webu platí dál.
login-link = Přihlásit se
logout-title = Odhlášení
logout-question = Chceš se odhlásit, { $nick }?
logout-here = Odhlásit
logout-everywhere = Odhlásit všude
logout-nobody = Nikdo tu přihlášený není.
settings-title = Nastavení
settings-profile = Můj veřejný profil
sessions-title = Kde je tvůj účet přihlášený
sessions-lead = Co nepoznáváš, odhlas, a změň si heslo.
sessions-this = tady
sessions-unknown = Neznámý prohlížeč
sessions-begun = Přihlášení
sessions-seen = naposledy
sessions-end = Odhlásit
password-change = Změna hesla
password-current = Dosavadní heslo
password-new = Nové heslo
password-save = Změnit heslo
password-rules = Aspoň { $chars } znaků. Nejlepší je pár slov, která k sobě nepatří.
password-short = Nové heslo je krátké: má mít aspoň { $chars } znaků.
password-long = Nové heslo je moc dlouhé: vejde se { $chars } znaků.
password-common = Takové heslo zkouší každý zloděj jako první. Vymysli jiné, třeba z několika slov, která k sobě nepatří.
password-like-nick = Nové heslo je skoro tvůj nick. Vymysli, prosím, jiné.
password-wrong = Dosavadní heslo nesedí.
password-changed = Heslo je změněné. Všude jinde tě to odhlásilo.

## Psaní

write-comment = Přidej komentář
write-post = Napiš příspěvek
write-text = Text
write-hint = Píše se v Markdownu: *kurzíva*, **tučně**, > citace. Prázdný řádek začíná nový odstavec.
write-members = Psát mohou členové. Přihlásit se dá i cestou, text se neztratí.
write-comment-send = Odeslat komentář
write-post-send = Odeslat příspěvek
write-preview-button = Náhled
write-preview = Náhled
write-trap = Tohle pole nech prázdné
write-empty = Chybí text.
write-long = Text je moc dlouhý: vejde se { $chars } znaků.
write-trapped = Vyplněné je pole, které lidé nevidí. Odešli to, prosím, ještě jednou.
write-too-fast = Píšeš rychleji, než tu stíháme číst. Zkus to znovu za { $seconds ->
    [one] { $seconds } sekundu
    [few] { $seconds } sekundy
    [many] { $seconds } sekundy
   *[other] { $seconds } sekund
}.
edit-title = Úprava textu
edit-link = Upravit
edit-send = Uložit
edit-too-late = Text jde upravit jen do { $minutes } minut od odeslání. Potom už jen smazat.
delete-title = Smazání
delete-link = Smazat
delete-question = Opravdu to má zmizet? Vrátit to nepůjde.
delete-send = Smazat
delete-keep = Nechat
published-soon-title = Uloženo
published-soon = Máme to bezpečně uložené, stránka se právě skládá. Za chvilku to na ní bude.
published-soon-page = Na stránku
writings-title = Moje příspěvky
writings-lead = Tvoje nejnovější příspěvky v diskuzích a ve fóru. Upravit jdou čtvrt hodiny, smazat vždycky.
writings-none = Zatím tu nic od tebe není.
vote-title = Hlasovat
vote-legend = Kolik hvězd si dílo zaslouží?
vote-send = Dát hlas
vote-once = Tvůj hlas se už jednou změnil, podruhé to nejde.

me-own-work = Historie a stav díla
me-waiting-works = { $count ->
    [one] { $count } vrácené dílo čeká na úpravu
    [few] { $count } vrácená díla čekají na úpravu
    [many] { $count } vráceného díla čeká na úpravu
   *[other] { $count } vrácených děl čeká na úpravu
}
me-waiting-office = { $count ->
    [one] { $count } věc čeká na redakci
    [few] { $count } věci čekají na redakci
    [many] { $count } věci čeká na redakci
   *[other] { $count } věcí čeká na redakci
}
member-contacts = Kontakt (pro přihlášené)
contacts-title = Kontakt na { $nick }
contacts-none = Žádný kontakt tu není.
voters-link = Jak kdo hlasoval (pro přihlášené)
voters-title = Jak kdo hlasoval
voters-none = Od nikoho tu jménem hlas není.
draft-restored = Vrátili jsme ti, co máš rozepsané. Leží to jen v tomhle prohlížeči, než to odešleš.
draft-discard = Zahodit

## Díla na cestě do rubrik

works-title = Moje díla
works-lead = Co máš rozepsané, co čeká na redakci a co už vyšlo.
works-none = Zatím tu nic není. Začni klidně jen názvem, zbytek se může dopsat později.
works-newer = Novější díla
works-older = Starší díla
work-new = Začít nové dílo
work-new-title = Nové dílo
work-sections-lead = Do které rubriky dílo patří?
work-changed = změněno
work-untitled = Bez názvu
work-state-draft = rozepsané
work-state-waiting = čeká na redakci
work-state-returned = vrácené k úpravě
work-state-approved = vyšlo
work-state-rejected = odmítnuté
work-state-unpublished = stažené
work-title = Název
work-synopsis = O čem to je
work-text = Text
work-text-hint = Píše se v Markdownu: *kurzíva*, **tučně**, # nadpis, > citace. Prázdný řádek začíná nový odstavec.
work-no-genre = (bez skupiny)
work-pictures = Obrázky do textu
work-pictures-hint = Vyber obrázek (JPEG, PNG, GIF nebo WebP do { $megabytes } MB) a nahraj ho. Potom zkopíruj jeho řádek na místo v textu, kde má být. Text se přitom uloží.
work-picture = Obrázek do textu
work-picture-alt = popis obrázku
work-picture-send = Nahrát obrázek
work-picture-added = Obrázek je nahraný. Jeho řádek najdeš dole, zkopíruj si ho do textu.
work-picture-unused = v textu zatím není
work-source = Převzaté dílo
work-source-hint = Jen když dílo už vyšlo jinde a jeho autor svolil, aby bylo i tady.
work-source-name = Odkud je
work-source-url = Adresa zdroje
work-save = Uložit rozepsané
work-preview = Náhled
work-submit = Odeslat redakci
work-saved = Uloženo. Vidíš to jen ty.
work-saved-with-faults = Text je uložený, tohle ale ještě chybí nebo nesedí:
work-submitted = Dílo je v redakci. Jakmile ho někdo přečte, uvidíš tady, jak to dopadlo.
work-withdrawn = Dílo je zase u tebe a redakce ho nečte.
work-withdraw = Vzít zpátky a upravit
work-open = Otevřít stránku díla
work-publish-at = Vyjde samo:
work-history = Co se s dílem dělo
work-step-begun = Začátek
work-step-submitted = Odesláno redakci
work-step-withdrawn = Vzato zpátky
work-step-returned = Vráceno k úpravě
work-step-rejected = Odmítnuto
work-step-approved = Schváleno
work-discard = Zahodit dílo
work-discard-question = Opravdu zahodit „{ $title }“ i s historií? Vrátit to nepůjde.
work-too-many = Rozepsaných děl už je moc. Nejdřív, prosím, některá dokonči nebo zahoď.
work-preview-bar = Náhled: takhle dílo vyjde.
work-preview-back = Zpátky k dílu
work-preview-incomplete = Náhled půjde, až bude vyplněné všechno, co dílo potřebuje:
field-required = (povinné)
field-missing = Tohle ještě chybí.
field-no-number = Sem patří celé číslo.
field-no-address = Sem patří adresa začínající https://.
file-chosen = Vybráno:
upload-too-large = Soubor je moc velký: vejde se { $megabytes } MB.
upload-empty = Soubor je prázdný.
upload-no-picture = Tohle není obrázek, který umíme ukázat. Jde JPEG, PNG, GIF a WebP.
upload-broken = Obrázek je poškozený nebo nedokončený. Zkus ho, prosím, uložit a nahrát znovu.
upload-too-many-pixels = Obrázek má moc bodů. Zmenši ho, prosím, nejvýš na 25 milionů bodů.
upload-too-much-memory = Na svůj formát má obrázek moc bodů. Zmenši ho, prosím, nejvýš na { $megapixels } mil. bodů, nebo ho ulož jako běžný (ne progresivní) JPEG.
upload-no-document = Takový soubor tu ke stažení nenabízíme. Jde ZIP, PDF, RAR, 7z, EPUB, RTF a dokumenty Office nebo LibreOffice.
upload-no-room = Máš tu už moc souborů, které nikde nevyšly. Zahoď nejdřív díla, která nedokončíš; soubory zmizí do dvou dnů.

## Když něco nejde

error-forbidden-title = Sem nesmíš
error-forbidden = K tomuhle tvůj účet nestačí.
error-not-found = Nic takového tu není.
error-too-late-title = Už to nejde
error-too-late = Mezitím se to změnilo, takže to tak, jak chceš, provést nejde.
error-refused-title = Takhle to nejde
error-malformed-title = Tomu nerozumíme
error-malformed = Formulář, který přišel, nedává smysl. Vrať se na stránku a zkus to z ní znovu.
error-method = Tahle adresa se takhle používat nedá.
error-too-large-title = Moc dlouhé
error-too-large = Přišlo víc, než se do formuláře vejde.
error-cross-site-title = Odjinud to nejde
error-cross-site = Formulář poslala stránka jiného webu. Otevři, prosím, naši a odešli ho z ní.
error-wrong-host-title = Jiná adresa
error-wrong-host = Tenhle web je na adrese { $site }.
error-too-fast-title = Pomaleji, prosím
error-too-fast = Na tohle je potřeba chvíli počkat. Zkus to znovu za { $seconds ->
    [one] { $seconds } sekundu
    [few] { $seconds } sekundy
    [many] { $seconds } sekundy
   *[other] { $seconds } sekund
}.
error-unavailable-title = Teď to nejde
error-unavailable = Databáze právě neodpovídá. Číst se dá dál, jen psát je potřeba chvíli počkat.
error-busy = Zrovna se tu tlačí moc lidí najednou. Zkus to, prosím, za chvilku znovu.
error-internal-title = Chyba je u nás
error-internal = Něco se pokazilo a není to tvoje vina. Zkus to, prosím, za chvíli znovu.
error-kept = Co máš napsáno, je tady. Až to půjde, odešli to znovu.
error-kept-copy = Co máš napsáno, je tady. Text si můžeš zkopírovat.
error-send-again = Odeslat znovu

## Hledání

search-title = Hledání
search-for = Hledání: { $words }
search-words = Co hledáš?
search-in = Kde
search-everywhere = všude
search-creations = ve všech dílech
search-members = mezi členy
search-forum = ve fóru
search-member = člen
search-send = Hledat
search-link = Hledat na webu
search-count = { $count ->
    [one] { $count } výsledek.
    [few] { $count } výsledky.
    [many] { $count } výsledku.
   *[other] { $count } výsledků.
}
search-count-more = Nalezeno je toho hodně, tady je prvních { $count }. Zkus přidat slovo.
search-none = Nic takového tu není. Zkus kratší nebo jiné slovo; na háčcích a čárkách nezáleží.
search-back = Zpět
search-on = Další

## Hlášení redakci

report-title = Napsat redakci o stránce
report-lead = Nefunguje něco, ubližuje někdo někomu, nebo tu něco nemá co dělat? Řekni nám o tom.
report-page = Stránka
report-text = Co je na ní špatně
report-send = Odeslat redakci
report-sent = Děkujeme, redakce se na to podívá.
report-back = Zpět na stránku
report-link = Nahlásit redakci

## Správa

office-title = Správa
office-edit-link = Upravit ve správě
office-index = Přehled
office-waiting = Co čeká
office-waiting-count = čeká { $count }
office-your-sections = Tvoje rubriky
office-queue-creations = Díla ke schválení
office-queue-reports = Hlášení od čtenářů
office-queue-scheduled = Naplánované
office-queue-failed = Stránky, které nejdou sestavit
office-queue-lead = Nejstarší nahoře. Otevři dílo, přečti si ho a rozhodni.
office-queue-none = Všechno je přečtené.
office-log = Záznam
office-log-none = Zatím se nic nestalo.
office-creations = Díla
office-messages = Příspěvky
office-comments = Komentáře
office-forum-posts = Fórum
office-news = Aktuality
office-pages = Stránky a koncepce
office-links = Odkazy
office-new-news = Nová aktualita
office-new-page = Nová stránka
office-new-link = Nový odkaz
office-narrow = Výběr
office-list-none = Nic takového tu není.
office-files = Soubory a obrázky
office-files-of = Soubory: { $title }
office-files-hint = Nový soubor nahradí ten dosavadní hned, jak ho nahraješ (obrázek do { $pictures } MB, soubor ke stažení do { $files } MB). Předchozí podobu díla i se souborem vrátíš z historie. Údaje vedle souboru, třeba formát, oprav v textech díla.
office-files-untouched = Dílo zůstalo, jaké bylo. Soubory vyber, prosím, znovu:
office-file-now = Teď tam je:
office-file-old = Tenhle soubor přišel ze starého webu. Dílo po výměně ukáže nový, starý ale zůstane na své adrese; smazat ho může jen správce úložiště.
office-files-pictures-hint = Vyber obrázek (JPEG, PNG, GIF nebo WebP do { $megabytes } MB), nahraj ho a jeho řádek zkopíruj do textu díla. Obrázek, který se do dvou dnů neobjeví v žádném textu, smažeme.
office-files-changed = Mezitím ten soubor vyměnil někdo jiný, takže se nic nezměnilo. Podívej se, co tam je teď, a svůj soubor případně vyber znovu.
office-files-none = Nejdřív vyber aspoň jeden soubor.
office-files-send = Nahrát
office-history = Historie
office-history-of = Historie: { $title }
office-history-none = Ještě se to nezměnilo.
office-history-deleted = Tohle už na webu není. Co bylo napsáno, zůstává jen tady.
office-back-to-item = Zpět k úpravě
office-difference = Co se změnilo
office-difference-none = V textech nic.
office-was = Bylo:
office-is = Je:
office-schedule = Rozvrh
office-schedule-lead = Co se samo zveřejní, nejbližší nahoře.
office-schedule-none = Nic naplánovaného není.
office-schedule-set = Naplánovat
office-schedule-hint = Bez data se plán zruší a čeká se na tebe.
office-state = Stav stránek
office-pages-count = { $count ->
    [one] { $count } stránka
    [few] { $count } stránky
    [many] { $count } stránky
   *[other] { $count } stránek
}
office-marked-count = čeká { $count }
office-failed-count = { $count ->
    [one] { $count } nejde sestavit
    [few] { $count } nejdou sestavit
    [many] { $count } nejde sestavit
   *[other] { $count } nejde sestavit
}
office-page-address = Adresa nebo klíč stránky
office-page-look = Podívat se
office-page-unknown = O takové stránce nic nevíme.
office-page-true = v pořádku
office-page-waiting = čeká na sestavení
office-page-rendering = právě se sestavuje
office-page-uncertain = zapíše se znovu
office-page-failed = { $attempts ->
    [one] nejde sestavit, { $attempts } pokus
    [few] nejde sestavit, { $attempts } pokusy
    [many] nejde sestavit, { $attempts } pokusu
   *[other] nejde sestavit, { $attempts } pokusů
}
office-render-again = Sestavit znovu
office-failed = Co nejde sestavit
office-failed-none = Všechno jde.
office-stale = Co čeká na sestavení
office-stale-none = Nic nečeká, stránky říkají pravdu.
office-everything = Celý web
office-everything-lead = Sestaví znovu všechny stránky, na pozadí a po dávkách; psát a číst se dá dál. Zapíše jen ty, které vyjdou jinak.
office-render-everything = Sestavit znovu celý web
office-reports = Hlášení
office-reports-none = Žádné hlášení nečeká.
office-report-note = Co se s tím stalo
office-settle = Vyřízeno
office-settled = Vyřízená
office-nobody = nepřihlášený čtenář
office-members = Členové
office-member-search = Nick nebo jeho část
office-member-search-all = Nick, jeho část, nebo celý e-mail
office-banned-only = Jen zablokovaní
office-found = Nalezení
office-editors = Redakce
office-members-none = Nikdo takový tu není.
office-banned = zablokovaný účet
office-registered = registrace
office-last-login = poslední přihlášení
office-profile = Veřejný profil
office-ban = Blokování
office-ban-since = Účet je zablokovaný od
office-ban-until = Samo se odblokuje
office-ban-reason = Důvod
office-ban-reason-missing = Napiš důvod, nejvýš 500 znaků.
office-ban-ends = Do kdy (bez data natrvalo)
office-ban-send = Zablokovat účet
office-unban = Odblokovat účet
office-role = Oprávnění
office-role-member = člen
office-role-editor = redaktor
office-role-admin = správce
office-role-sections = Rubriky redaktora
office-role-hint = Redaktor bez vybraných rubrik se stará o celý web. O oprávněních rozhodují jen správci.
office-role-send = Uložit oprávnění
office-address = E-mailová adresa
office-email = E-mail
office-email-wrong = Tohle není e-mailová adresa.
office-hide = Ikonka a údaje na profilu
office-hide-hint = Odebere ikonku a skryje všechny osobní údaje na profilu. Člen je může zase nastavit.
office-hide-send = Odebrat a skrýt
office-address-hint = Změna odhlásí člena ze všech zařízení.
office-address-send = Změnit adresu
office-thing-creation = dílo
office-thing-comment = komentář
office-thing-forum-post = příspěvek ve fóru
office-thing-news = aktualita
office-thing-editors-page = stránka
office-thing-charter = koncepce rubriky
office-thing-link = odkaz
office-thing-ad = inzerát
office-thing-member = člen
office-thing-report = hlášení
office-thing-registration = žádost o registraci
office-thing-page = stránka webu
office-did-added = přidání
office-did-edited = úprava
office-did-deleted = smazání
office-did-unpublished = stažení z webu
office-did-published = zveřejnění
office-did-scheduled = naplánování
office-did-moved = přesun
office-did-assigned = přiřazení
office-did-returned = vrácení autorovi
office-did-rejected = zamítnutí
office-did-banned = zablokování účtu
office-did-hidden = skrytí ikonky a údajů
office-did-unbanned = odblokování účtu
office-did-role-changed = změna oprávnění
office-did-address-changed = změna e-mailu
office-did-rendered-again = nové sestavení
office-did-settled = vyřízení
office-said-saved = Uloženo.
office-said-files = Soubory jsou nahrané.
office-said-deleted = Smazáno.
office-said-unpublished = Staženo z webu. Kdykoli to jde vrátit.
office-said-published = Zveřejněno.
office-said-scheduled = Je to v rozvrhu a v daný čas se to zveřejní samo.
office-said-moved = Přesunuto. Jestli dílo na webu bylo, vede ze staré adresy přesměrování.
office-said-returned = Vráceno autorovi.
office-said-rejected = Zamítnuto.
office-said-rendering = Stránka se má sestavit znovu.
office-state-public = na webu
office-state-waiting = čeká
office-state-draft = rozepsané
office-state-returned = vrácené autorovi
office-state-rejected = zamítnuté
office-state-unpublished = stažené z webu
office-state-deleted = smazané
office-state-new = není
office-field-title = Název
office-field-synopsis = Krátce, o čem to je
office-field-body = Text
office-field-description = Popis
office-field-source-name = Odkud je text převzatý
office-field-source-url = Adresa zdroje
office-field-url = Adresa
office-field-group = Skupina inzerátu (klíč)
office-field-slug = Adresa na webu (jen a–z, 0–9 a pomlčky)
office-field-summary = Popis pro vyhledávače
office-hint-html = Tenhle text je v HTML a v HTML zůstane. Při uložení se vyčistí; co bude vidět, ukáže náhled.
office-save = Uložit
office-see = Na webu
office-acts = Co s tím
office-publish = Zveřejnit
office-unpublish = Stáhnout z webu
office-publish-at = Zveřejní se
office-when = Kdy zveřejnit
office-when-now = hned
office-when-at = v daný čas
office-when-later = zatím jen rozepsat
office-section = Rubrika
office-move = Přesunout
office-genre = Skupina
office-genre-none = žádná
office-genre-set = Změnit skupinu
office-author = Autor (nick člena nebo jméno)
office-author-set = Změnit autora
office-delete-sure = Opravdu smazat – vrátit to nepůjde
office-empty = Chybí: { $field }.
office-long = { $field }: vejde se { $chars } znaků.
office-changed-since = Mezitím to změnil někdo jiný, takže se nic neuložilo. Tvoje úpravy ve formuláři zůstaly; přečti si, co je nového, a když ho pak odešleš znovu, uloží se.
office-section-gone = { $section } (rubrika už na webu není)
office-seen-shown = Stránka na webu už tomu odpovídá.
office-seen-waits = Stránka se teprve sestavuje, čtenáři to uvidí, až bude hotová.
office-seen-failed = Stránku se ale nepodařilo sestavit a čtenáři vidí její poslední dobrou podobu. Proč, najdeš ve Stavu stránek.
office-said-same = Bylo to tak už předtím, nic se nezměnilo.
office-said-draft = Uloženo jako rozepsané. Na webu to není, zveřejníš to odtud.
office-said-unscheduled = Z rozvrhu je to pryč a čeká to na tebe.
office-said-wished = Zapsáno. Celý web se začne sestavovat během chvíle; kolik stránek ještě čeká, vidíš tady.
office-said-settled = Hlášení je vyřízené.
office-said-banned = Účet je zablokovaný a všude odhlášený.
office-said-hidden = Ikonka je pryč a osobní údaje na profilu jsou skryté.
office-said-unbanned = Účet je odblokovaný.
office-said-role = Oprávnění jsou změněná.
office-said-address = Adresa je změněná a účet všude odhlášený. Na starou adresu jde o tom e-mail.
office-said-admitted = Přijato. E-mail s odkazem k nastavení hesla je na cestě.
office-said-declined = Zamítnuto. E-mail o tom je na cestě.
office-thing-description = popis člena
office-refused-state = Mezitím se to změnilo a takhle už to nejde, takže se nic nestalo. Níž vidíš, jak to vypadá teď.
office-refused-form = Tohle z téhle stránky nejde. Nic se nestalo; vyber, prosím, něco z toho, co stránka nabízí.
office-unsaved = Text níž má změny, které ještě nejsou uložené, takže se nic nestalo. Ulož ho, a pak to zkus znovu; nebo stránku znovu otevři a změny zahoď.
office-refused-section = Rubrika „{ $section }“ už na webu není, takže se nic nestalo. Přesuň dílo nejdřív do jiné rubriky.
office-restore = Použít znovu tuhle verzi
office-restored = Formulář je vyplněný starší verzí. Na webu se zatím nic nezměnilo: prohlédni si ji, a až ji uložíš, bude platit.
office-restore-format = Starší verze je psaná jiným způsobem (HTML, nebo Markdown) než ta dnešní, takže ji sem vrátit nejde. Zkopíruj si z historie, co potřebuješ.
office-difference-since = Co je nového od té doby, co sis to otevřel(a)
office-difference-yours = V čem se tvůj text liší od toho, co je uložené teď
office-kept-edited = před úpravou
office-kept-submitted = odesláno redakci
office-version-earlier = Předchozí změna
office-version-later = Následující změna
office-back-to-report = Zpět k hlášení
office-slug-signs = Adresa „{ $slug }“ nejde použít: mohou v ní být jen písmena a–z bez háčků a čárek, číslice a pomlčky.
office-slug-taken = Na adrese „{ $slug }“ už má web něco jiného. Vymysli, prosím, jinou.
office-slug-page = Stránka na adrese „{ $slug }“ už je. Uprav ji, nebo vymysli jinou adresu.
office-url-wrong = „{ $url }“ není adresa webové stránky. Má začínat https:// a být bez mezer.
office-number-wrong = { $field }: sem patří celé číslo.
office-attribute-missing = Chybí: { $field }. Doplň to, prosím, v textech a ulož; bez toho se stránka díla nedá sestavit.
office-attribute-wrong = Některý z údajů díla nejde přečíst, takže se nic nestalo. Zkontroluj, prosím, políčka formuláře.
office-nothing-left = { $field }: po vyčištění z textu nic nezbylo, takže se neuložil. Napiš něco, co čtenář uvidí.
office-delete-unsure = Nic se nesmazalo. Jestli to myslíš vážně, zaškrtni to u tlačítka.
office-section-unknown = Takovou rubriku web nemá. Vyber, prosím, některou z nabídky.
office-author-unknown = Autora „{ $name }“ neznáme. Napiš nick člena přesně, nebo nech pole prázdné.
office-genre-wanted = { $genre } (přání autora)
office-work-withdrawn = Autor si dílo mezitím vzal zpět, takže se nic nestalo. Až ho pošle znovu, najdeš ho zase ve frontě.
office-report-settled = Tohle hlášení už vyřídil(a) { $nick }. Nic dalšího se nestalo.
office-report-other = Pod tímhle číslem je mezitím jiné hlášení. Nic se nestalo; přečti si ho, prosím, nejdřív.
office-report-way = Upravit: { $thing }
office-report-settled-by = Vyřídil(a) { $nick }
office-ban-editor = Redakci a správce blokují a odblokují jen správci, a nikdo sám sebe. Obrať se na některého z nich.
office-ban-self = Sám sebe nikdo zablokovat nemůže. Požádej jiného správce.
office-ban-for-good = Natrvalo.
office-member-changed = Účet mezitím změnil někdo jiný, takže se nic nestalo. Tady je, jak vypadá teď; jestli to pořád platí, odešli to znovu.
office-last-admin = Někdo správcem být musí a tohle je poslední, kdo jím je. Jmenuj nejdřív dalšího.
office-description-edit = Upravit popis člena
office-wish-waits = Sestavení celého webu čeká na svou chvíli od
office-wish-refused = { $falling ->
    [one] Celý web se znovu nesestavil: zmizela by { $falling } stránka z { $recorded }. Jestli je to v pořádku, ať to správce serveru povolí při „generator build --all“.
    [few] Celý web se znovu nesestavil: zmizely by { $falling } stránky z { $recorded }. Jestli je to v pořádku, ať to správce serveru povolí při „generator build --all“.
    [many] Celý web se znovu nesestavil: zmizelo by { $falling } stránky z { $recorded }. Jestli je to v pořádku, ať to správce serveru povolí při „generator build --all“.
   *[other] Celý web se znovu nesestavil: zmizelo by { $falling } stránek z { $recorded }. Jestli je to v pořádku, ať to správce serveru povolí při „generator build --all“.
}
office-time-wrong = Tenhle čas nejde použít, vyber nějaký, který teprve přijde.

## Inzeráty

ad-name = Jméno
ad-mobile = Mobil
ad-area = Kraj
ad-age-label = Věk
ad-experience-label = Zkušenosti
ad-phone = Telefon
ad-new-market = Nový inzerát
ad-new-dating = Nový inzerát do seznamky
ad-lead = Inzerát bude vidět hned a { $days ->
    [one] za { $days } den
    [few] za { $days } dny
    [many] za { $days } dne
   *[other] za { $days } dní
} sám zmizí. Smazat ho můžeš kdykoli dřív.
ad-lead-guest = Inzerát může podat každý, stačí potvrdit e-mail. První z každé adresy si napřed přečte redakce. Vyvěšený zůstane { $days ->
    [one] { $days } den
    [few] { $days } dny
    [many] { $days } dne
   *[other] { $days } dní
}, stáhnout ho můžeš kdykoli dřív.
ad-login = Mám tu účet, přihlásit se
ad-board = Zpět na inzeráty
ad-write = Podat inzerát
ad-group = Druh inzerátu
ad-contacts-legend = Kontakt (aspoň jeden, uvidí ho každý)
ad-contacts-legend-guest = Kontakt
ad-email-hint = Pošleme na něj odkaz, kterým inzerát potvrdíš, a druhý, kterým ho kdykoli stáhneš.
ad-shows-email = ukázat tuhle adresu v inzerátu
ad-send = Zveřejnit inzerát
ad-send-guest = Poslat odkaz k potvrzení
ad-sent = Na adresu { $email } je na cestě odkaz. Inzerát čeká, až jím potvrdíš, že je tvůj; platí do zítřka.
ad-confirm-title = Potvrzení inzerátu
ad-confirm-question = Má tenhle inzerát vyjít?
ad-confirm = Ano, zveřejnit
ad-cancel = Ne, zahodit
ad-waits = Děkujeme, inzerát je potvrzený. Ještě si ho přečte redakce; jakmile vyjde, ozveme se e-mailem.
ad-cancelled = Inzerát je zahozený a adresu jsme zapomněli.
ad-withdraw-title = Stažení inzerátu
ad-withdraw-question = Má tenhle inzerát zmizet? Vrátit ho nepůjde, jen podat znovu.
ad-withdraw = Ano, stáhnout
ad-withdrawn = Inzerát je stažený.
ad-address-missing = Chybí e-mail, na který pošleme odkaz k potvrzení.
ad-contact-hidden = Podle čeho se ti mají lidé ozvat? Ukaž v inzerátu e-mail, nebo vyplň telefon.
office-ads = Čekající inzeráty
office-ads-hint = První inzeráty lidí bez účtu. Další z téže adresy už vycházejí hned, dokud nějaký nesmažeš.
office-ads-address = Potvrzeno z adresy { $email }
office-ad-decided = Tenhle inzerát už na nikoho nečeká: někdo o něm mezitím rozhodl, nebo ho autor stáhl. Nic se nezměnilo.
office-ad-group-gone = Inzerát je do skupiny „{ $group }“, kterou nástěnka už nemá. Nezveřejnil se; můžeš ho s vysvětlením odmítnout.
ad-own = Tvoje inzeráty
ad-expires = zmizí
ad-group-missing = Vyber druh inzerátu.
ad-name-missing = Chybí jméno.
ad-line-long = Některé z políček je moc dlouhé: vejde se 100 znaků.
ad-email-wrong = Tohle není e-mailová adresa.
ad-contact-missing = Chybí kontakt: e-mail, nebo telefon.
office-queue-read = Přečíst, jak vyjde
office-queue-edit = Upravit texty
office-queue-back = Zpět k rozhodnutí
office-note = Vzkaz autorovi
office-note-hint = Při vrácení a zamítnutí je vzkaz potřeba, autor ho uvidí u díla.
office-note-missing = Napiš autorovi, proč.
office-note-long = Vzkaz je moc dlouhý: vejde se 5000 znaků.
office-approve = Schválit a zveřejnit
office-return = Vrátit autorovi
office-reject = Zamítnout
office-events = Co se s dílem dělo
office-event-begun = začátek
office-event-submitted = odesláno redakci
office-event-withdrawn = staženo zpět autorem

## Registrace a hesla

login-chosen = Heslo je nastavené. Teď se s ním přihlas.
email-label = E-mail
email-wrong = Tohle není e-mailová adresa.
registration-title = Registrace
registration-lead = Chceš mezi nás? Řekni o sobě pár slov, redakce se ozve e-mailem.
registration-link = Zaregistrovat se
registration-nick = Nick
registration-email-hint = Na stránkách se neukáže. Přijde na něj odpověď redakce.
registration-age-label = Věk v letech
registration-age = Věk napiš, prosím, číslem.
registration-parent = Je mi méně než { $age } a rodiče s registrací souhlasí.
registration-about = Co tě k nám přivádí?
registration-consent = Souhlasím s tím, že mé údaje uložíte tak, jak popisuje stránka Soukromí.
registration-send = Požádat o registraci
registration-sent = Máme to, { $nick }! Redakce tvou žádost přečte a ozve se ti e-mailem.
registration-nick-length = Nick má mít { $min } až { $max } znaků.
registration-nick-signs = V nicku mohou být písmena, číslice, mezery, tečky a pomlčky.
registration-nick-taken = Takový nick, nebo skoro takový, už někdo má. Vymysli, prosím, jiný.
registration-too-young = Registrovat se dá až od { $age } let. Přijď později, počkáme.
registration-parent-needed = Komu je méně než { $age }, potřebuje souhlas rodičů. Zaškrtni, prosím, že ho máš.
registration-about-length = Napiš, prosím, co tě k nám přivádí; vejde se { $chars } znaků.
registration-consent-needed = Bez souhlasu s uložením údajů tě zaregistrovat nemůžeme.
registrations-title = Kdo chce mezi nás
registrations-none = Nikdo nečeká.
registrations-age = věk { $age }
registrations-parent = rodiče souhlasí
registrations-accounts = { $count ->
    [one] Stejný e-mail už má { $count } účet.
    [few] Stejný e-mail už mají { $count } účty.
    [many] Stejný e-mail už má { $count } účtu.
   *[other] Stejný e-mail už má { $count } účtů.
}
registrations-rejections = { $count ->
    [one] Z tohoto e-mailu jsme nedávno jednu žádost zamítli.
    [few] Z tohoto e-mailu jsme nedávno zamítli { $count } žádosti.
   *[other] Z tohoto e-mailu jsme nedávno zamítli { $count } žádostí.
}
registrations-note = Vzkaz do e-mailu (nepovinný)
registrations-approve = Přijmout
registrations-reject = Zamítnout
registrations-nick-taken = Ten nick mezitím dostal někdo jiný. Žádost jde jen zamítnout, s prosbou o jiný nick.
registrations-decided = O téhle žádosti už rozhodl někdo jiný. Nic dalšího se nestalo, žádný e-mail neodešel.
registrations-changed = Tahle žádost mezitím vypadá jinak, než jak sis ji přečetl(a). Nic se nestalo; přečti si ji, prosím, znovu a rozhodni.
registrations-more = { $count ->
    [one] Čeká ještě { $count } další.
    [few] Čekají ještě { $count } další.
    [many] Čeká ještě { $count } dalšího.
   *[other] Čeká ještě { $count } dalších.
}
reset-title = Zapomenuté heslo
reset-link = Nepamatuju si heslo
reset-lead = Napiš e-mail, který máš u účtu. Pošleme na něj odkaz, kterým si zvolíš nové heslo.
reset-send = Poslat odkaz
reset-sent = Jestli adresa { $email } u nějakého účtu je, odkaz je na cestě. Platí hodinu.
new-password-title = Nové heslo
new-password-lead = Zvol heslo pro { $nick }.
new-password-save = Nastavit heslo
link-over-title = Odkaz neplatí
link-over = Odkaz už posloužil, nebo mu vypršel čas. Nech si, prosím, poslat nový.

## Pošta

mail-note = Redakce vzkazuje:
mail-not-you = Jestli jsi to nebyl(a) ty, nastav si hned nové heslo:
mail-received-subject = Tvoje žádost o registraci na { $site }
mail-received-text = Dostali jsme žádost o registraci nicku { $nick }. Redakce ji přečte a ozve se na tuhle adresu.
mail-received-known = Mimochodem, s touhle adresou už tu jsou účty:
mail-received-reset = Jestli ses jen nemohl(a) přihlásit, nové heslo si nastavíš tady:
mail-received-ignore = Jestli o registraci požádal někdo jiný, nemusíš dělat nic. Bez tvého potvrzení se účet nedá používat.
mail-registered-subject = Nová žádost o registraci na { $site }
mail-registered-text = O registraci žádá { $nick }.
mail-registered-waiting = { $count ->
    [one] Na rozhodnutí čeká { $count } žádost:
    [few] Na rozhodnutí čekají { $count } žádosti:
    [many] Na rozhodnutí čeká { $count } žádosti:
   *[other] Na rozhodnutí čeká { $count } žádostí:
}
mail-approved-subject = Vítej na { $site }
mail-approved-text = Vítej mezi námi, { $nick }! Na téhle adrese si do týdne zvol heslo:
mail-rejected-subject = Tvoje žádost o registraci na { $site }
mail-rejected-text = Žádost o registraci nicku { $nick } redakce bohužel nepřijala.
mail-reset-subject = Nové heslo na { $site }
mail-reset-text = Někdo, nejspíš ty, požádal o nové heslo. Zvolíš si ho na téhle adrese; platí hodinu a jen jednou:
mail-reset-ignore = Jestli to byl někdo jiný, nemusíš dělat nic. Staré heslo platí dál.
mail-password-changed-subject = Změněné heslo na { $site }
mail-password-changed-text = Účet { $nick } má nové heslo a všude jinde se odhlásil.
mail-email-confirm-subject = Potvrď adresu na { $site }
mail-email-confirm-text = Účet { $nick } má mít tuhle e-mailovou adresu. Potvrď ji, prosím, do zítřka:
mail-email-confirm-ignore = Jestli ten účet není tvůj, nemusíš dělat nic. Adresa se nezmění.
mail-email-changed-subject = Změněná adresa na { $site }
mail-email-changed-text = Účet { $nick } má od teď jinou e-mailovou adresu, sem už mu psát nebudeme. Jestli to není tvoje práce, napiš, prosím, redakci.
mail-ad-confirm-subject = Potvrď inzerát na { $site }
mail-ad-confirm-text = Někdo, nejspíš ty, podal na { $site } inzerát a uvedl tuhle adresu. Aby vyšel, potvrď ho, prosím, do zítřka tady:
mail-ad-confirm-ignore = Jestli inzerát není tvůj, nemusíš dělat nic. Nevyjde a za týden ho zapomeneme i s adresou.
mail-ad-withdraw = Tímhle odkazem ho kdykoli stáhneš:
mail-ad-waits-subject = Na { $site } čeká inzerát
mail-ad-waits-text = { $count ->
    [one] Na přečtení čeká { $count } inzerát od někoho bez účtu:
    [few] Na přečtení čekají { $count } inzeráty od lidí bez účtu:
    [many] Na přečtení čeká { $count } inzerátu od lidí bez účtu:
   *[other] Na přečtení čeká { $count } inzerátů od lidí bez účtu:
}
mail-ad-approved-subject = Tvůj inzerát na { $site } vyšel
mail-ad-approved-text = Inzerát podepsaný { $name } je na svém místě. Další z téhle adresy už vyjdou hned po potvrzení.
mail-ad-rejected-subject = Tvůj inzerát na { $site }
mail-ad-rejected-text = Inzerát podepsaný { $name } redakce bohužel nezveřejnila.
mail-banned-subject = Tvůj účet na { $site } je zablokovaný
mail-banned-text = Redakce zablokovala účet { $nick }. Nejde se s ním přihlásit, texty zůstávají na svých místech.
mail-banned-objection = Myslíš, že je to omyl? Napiš redakci:
mail-unbanned-subject = Tvůj účet na { $site } je zase odblokovaný
mail-unbanned-text = Účet { $nick } je odblokovaný, můžeš se zase přihlásit:
mail-left-subject = Zrušený účet na { $site }
mail-left-text = Účet { $nick } je podle tvého přání zrušený. Děkujeme za všechno a měj se krásně.

## Můj účet

profile-title = Můj profil
profile-lead = Vyplň, co chceš, a u každého údaje rozhodni, jestli bude na stránkách. Změna se na nich ukáže hned.
profile-given-name = Jméno
profile-family-name = Příjmení
profile-gender-none = neuvádím
profile-gender-female = žena
profile-gender-male = muž
profile-shows = ukázat všem
profile-shows-members = ukázat přihlášeným
profile-shows-email = ukázat přihlášeným můj e-mail ({ $email })
profile-old-description = Dosavadní popis
profile-long = Něco je moc dlouhé: vejde se { $chars } znaků.
icon-title = Moje ikonka
icon-lead = Malý obrázek, který stojí vedle všeho, co tu napíšeš.
icon-current = Tvoje ikonka
icon-none = Zatím tu místo ikonky stojí první písmeno nicku.
icon-file = Nový obrázek
icon-hint = JPEG, PNG, GIF nebo WebP do { $megabytes } MB. Zmenšíme ho tak, aby se vešel do { $width } × { $height } bodů.
icon-send = Nastavit ikonku
icon-remove = Odebrat
icon-saved = Hotovo. Na profilu je změna hned, na ostatních stránkách za chvilku.
icon-missing = Vyber, prosím, obrázek.
email-title = Změna e-mailu
email-current = Teď tvůj účet patří k adrese { $email }.
email-new = Nový e-mail
email-send = Poslat odkaz k potvrzení
email-sent = Na adresu { $email } jde odkaz. Změna bude platit, až jím adresu potvrdíš.
email-confirm-title = Potvrzení adresy
email-confirm-question = Má účet { $nick } patřit k adrese { $email }?
email-confirm = Ano, je moje
email-confirmed = Hotovo. Účet { $nick } teď patří k adrese { $email }.
unsubscribing-title = Konec e-mailů
unsubscribing-question = Už žádné novinky na adresu { $email }? Zprávy, o které si k účtu řekneš, třeba odkaz na nové heslo, chodit nepřestanou.
unsubscribing = Ano, už nic neposílejte
unsubscribing-done = Hotovo. Na adresu { $email } už žádné novinky chodit nebudou.
own-data-title = Moje data
own-data-lead = V jednom souboru JSON je všechno, co o tobě máme: profil, díla s jejich historií, soubory, komentáře, příspěvky, hlasy, inzeráty, dopisy, putyka, přihlášení. Jen ne otisk hesla.
own-data-download = Stáhnout
leaving-title = Zrušení účtu
leaving-lead = Účet, profil, inzeráty, rozepsaná díla a osobní údaje zmizí hned a natrvalo. Hlasy zůstanou v počtu hvězd, ale už beze jména.
leaving-own-data = Nejdřív si můžeš stáhnout svá data.
leaving-texts = Co s tím, co máš napsané a nakreslené?
leaving-texts-stay = Ať to zůstane, pod jménem „{ $name }“
leaving-texts-go = Ať zmizí všechno: díla, komentáře, příspěvky i dopisy
leaving-choose = Vyber, prosím, co má být s tvými texty.
leaving-last-admin = Jsi tu poslední, kdo může spravovat ostatní. Předej to nejdřív někomu dalšímu.
leaving-send = Zrušit účet
leaving-done = Účet je zrušený. Texty, pokud mají zmizet, zmizí během chvíle. Děkujeme a měj se krásně.
leaving-name = Zrušený účet
