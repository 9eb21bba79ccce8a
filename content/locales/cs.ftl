# České texty okolo toho, co napsali lidé. Stejné zprávy a proměnné jsou v en.ftl.

## Čas a velikosti

moment-date = { $day }. { $month }. { $year }
moment-full = { $day }. { $month }. { $year } v { $hour }:{ $minute }
date-unknown = neznámo kdy
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
author-description = Díla, která u nás zveřejnil { $name }.
member-description = Veřejný profil uživatele { $nick }: úroveň, věhlas a díla.
news-description = Co je u nás nového: zprávy od redakce.
newest-description = Nejnovější díla ze všech rubrik a poslední komentáře k nim.
members-description = Členové společenství podle data registrace.
forum-description = Fórum: rozhovory o hře, o webu i o všem kolem.
market-description = Inzeráty na knihy, kostky, figurky a všechno ke hře.
dating-description = Hledáš družinu, hráče nebo Pána jeskyně? Tady se hledáte navzájem.
links-description = Odkazy na spřízněné stránky.
credits-description = Kdo web vede, kdo píše a kdo ho postavil.

## Rám stránky

skip-to-content = Přejít k obsahu
breadcrumbs = Kde jsem
menu = Rubriky a menu
menu-sections = Rubriky
footer-menu = O webu
skin = Vzhled
skin-light = Světlý
skin-dark = Tmavý
made-by = Stránky jsou obyčejné soubory: čtou se bez sušenek i bez skriptů. Skládá je svobodný program Graveyard.
all = Vše
table-region = Tabulka

## Listování

pager = Listování
pager-newer = Další
pager-older = Předchozí
pager-archive = Archiv { $number }
genres = Skupiny
groups = Sekce

## Lidé

author-unknown = Neznámý
member-deleted = Zrušený účet
author-member = Registrovaný uživatel
author-website = Webová stránka, která nám laskavě svolila publikovat svůj obsah.
author-anonymous = Neregistrovaný autor
level = { $level ->
    [8] Redakce
   *[other] Úroveň { $level }
}
member-id = ID
member-banned = Vyhnán z města
member-registered = Registrován
member-reputation = Věhlas
member-about = O sobě
member-all-works = Všechna díla
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
rating-none = zatím bez hlasů
votes = { $count ->
    [one] { $count } hlas
    [few] { $count } hlasy
    [many] { $count } hlasu
   *[other] { $count } hlasů
}
column-title = Název
column-rating = Hodnocení
column-votes = Hlasujících
column-author = Autor
column-genre = Skupina
column-published = Zveřejněno
column-nick = Nick
column-registered = Registrován
column-about = Popis
added = přidáno
downloaded = { $count ->
    [one] Staženo { $count }krát
    [few] Staženo { $count }krát
    [many] Staženo { $count }krát
   *[other] Staženo { $count }krát
}
read-times = Přečteno { $count }×
open-file = Stáhnout
source = Převzato se svolením:
charter-link = Co do rubriky patří
neighbours = Sousední díla
previous = Předchozí:
next = Další:
back-to-section = Zpět do rubriky { $title }
back-to-creation = Zpět k dílu { $title }
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
older-comments = Předchozí komentáře
comment-on = U příspěvku
forum-posts = Příspěvky
forum-lead = Tady se mluví o hře, o webu i o životě. Čtou všichni, píší přihlášení.
news-lead = Co se děje v redakci a ve městě.
market-lead = Knihy, kostky, figurky: co jednomu překáží, druhému schází.
dating-lead = Ke hře je potřeba víc lidí. Dejte o sobě vědět.
links-lead = Stránky spřízněných duší. Rubrika už jen vzpomíná, nové odkazy nepřibývají.

## Úvodní stránka

home-creations = Nejnovější díla
home-news = Aktuality
home-more-creations = Všechny novinky
home-more-news = Starší aktuality
newest-creations = Díla
newest-comments = Poslední komentáře

## Inzeráty

ad-contacts = Kontakt:
ad-age = věk { $age }
ad-experience = hraje { $experience }
email-at = {" "}(zavináč){" "}
email-dot = {" "}(tečka){" "}

## Kde nic není

empty-section = Rubrika zatím čeká na své první dílo.
empty-archive = Z téhle stránky archivu už všechno zmizelo. Adresa zůstává, aby staré odkazy někam vedly.
empty-discussion = Zatím tu nikdo nic neřekl.
empty-news = Žádné aktuality. Ve městě je klid.
empty-members = Zatím se nikdo nezapsal.
empty-forum = Na fóru je ticho. První slovo čeká na tebe.
empty-ads = Nikdo nic nenabízí ani nehledá.
empty-links = Zatím žádné odkazy.
empty-author = Od tohoto autora tu teď nic není.
empty-home-creations = Archiv je prázdný a těší se na první dílo.
empty-credits = Tady jednou budou jména.
not-found-lead = Drak hledal všude: pod poklady, za stalagmity i v kapse hobita. Tahle stránka tu není.
not-found-hint = Možná se přestěhovala, nebo je v adrese překlep. Zkus některou z těchto cest:
redirect-title = Stránka se přestěhovala
redirect-text = Tahle stránka se přestěhovala sem:

## Kanály

feed-news-item = Aktualita od { $author }
feed-creation-item = { $title } v rubrice { $section } od { $author }
feed-dating-item = Seznamka: { $name } v sekci { $group }
feed-market-item = Inzerát od { $name } v sekci { $group }
feed-forum-item = Komentář ve fóru od { $nick }
feed-forum-dated = { $nick } { $date }
feed-comment-item = Komentář k dílu { $creation } od { $nick }
feed-forum-title = Fórum – { $site }
feed-forum-description = Nejnovější příspěvky ve fóru na { $site }
feed-everything-title = Všechny novinky – { $site }
feed-everything-description = Aktuality, díla, komentáře a inzeráty na { $site }
feed-section-title = { $section } – { $site }
