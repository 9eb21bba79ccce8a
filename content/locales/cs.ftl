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
login-banned = Tvůj účet je zablokovaný. Ozvi se, prosím, redakci.
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

## Když něco nejde

error-forbidden-title = Sem nesmíš
error-forbidden = K tomuhle tvůj účet nestačí.
error-not-found = Nic takového tu není.
error-too-late-title = Už to nejde
error-too-late = Mezitím se to změnilo, takže to tak, jak chceš, provést nejde.
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
error-internal-title = Chyba je u nás
error-internal = Něco se pokazilo a není to tvoje vina. Zkus to, prosím, za chvíli znovu.
error-kept = Co máš napsáno, je tady. Až to půjde, odešli to znovu.
error-kept-copy = Co máš napsáno, je tady. Text si můžeš zkopírovat.
error-send-again = Odeslat znovu
