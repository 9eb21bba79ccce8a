# English texts around what people wrote. The same messages and variables are in cs.ftl.

## Time and sizes

moment-date = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
moment-full = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }, { $hour }:{ $minute }
date-unknown = long ago
size-bytes = { $size } B
size-kilobytes = { $size } kB
size-megabytes = { $size } MB

## Titles and descriptions of pages

home-title = Home
news-title = News
newest-title = What’s new
members-title = Members
forum-title = Forum
market-title = Market
dating-title = Looking for players
links-title = Links
credits-title = Credits
not-found-title = This page has wandered off
charter-title = What belongs into { $section }
genre-title = { $section }: { $genre }
discussion-title = Discussion: { $creation }
author-title = Works by { $name }
archive-title = { $title }, archive { $number }
section-description = Works in { $section }.
creation-description = { $title } by { $author }, from { $section }.
author-description = Works that { $name } has published here.
member-description = The public profile of { $nick }: level, reputation and works.
news-description = What is new here: notes from the editors.
newest-description = The newest works of all sections and the latest comments on them.
members-description = The members of the community by registration.
forum-description = The forum: talk about the game, the site and everything around.
market-description = Ads for books, dice, figures and everything else for the game.
dating-description = Looking for a company, for players or a game master? Find each other here.
links-description = Links to kindred sites.
credits-description = Who runs the site, who edits it and who built it.

## The page’s frame

skip-to-content = Skip to the content
breadcrumbs = Where you are
menu = Sections and menu
menu-sections = Sections
footer-menu = About the site
skin = Skin
skin-light = Light
skin-dark = Dark
made-by = These pages are plain files: they need no cookies and no scripts. Graveyard, a free program, puts them together.
all = All
table-region = Table

## Paging

pager = Pages
pager-newer = Newer
pager-older = Older
pager-archive = Archive { $number }
genres = Genres
groups = Groups

## People

author-unknown = Unknown
member-deleted = Deleted account
author-member = Registered member
author-website = A site that kindly allowed us to publish its texts.
author-anonymous = Author without an account
level = { $level ->
    [8] Editor
   *[other] Level { $level }
}
member-id = ID
member-banned = Banned
member-registered = Registered
member-reputation = Reputation
member-about = About
member-all-works = All works
gender-male = Male
gender-female = Female
fact-name = Name
fact-gender = Gender
fact-age = Age
fact-region = Region
list-unknown-name = Anonymous

## Works

rating = { $stars ->
    [0] Rating: failed
    [1] Rating: poor
    [2] Rating: has something in it
    [3] Rating: average
    [4] Rating: good
    [5] Rating: brilliant
   *[other] Rating: winner of a contest
}
rating-none = no votes yet
votes = { $count ->
    [one] { $count } vote
   *[other] { $count } votes
}
column-title = Title
column-rating = Rating
column-votes = Votes
column-author = Author
column-genre = Genre
column-published = Published
column-nick = Nick
column-registered = Registered
column-about = About
added = added
downloaded = { $count ->
    [one] Downloaded once
   *[other] Downloaded { $count } times
}
read-times = Read { $count }×
open-file = Download
source = Taken over with permission:
charter-link = What belongs into this section
neighbours = Neighbouring works
previous = Previous:
next = Next:
back-to-section = Back to { $title }
back-to-creation = Back to { $title }
details-and-discussion = { $count ->
    [0] Details and discussion
    [one] Details and discussion ({ $count } comment)
   *[other] Details and discussion ({ $count } comments)
}

## Talk

discussion = Discussion
comment-count = { $count ->
    [0] no comments yet
    [one] { $count } comment
   *[other] { $count } comments
}
older-comments = Older comments
comment-on = On
forum-posts = Posts
forum-lead = Talk about the game, the site and life. Everybody reads, members write.
news-lead = What the editors are up to.
market-lead = Books, dice, figures: what is in one person’s way is missing to another.
dating-lead = A game needs more than one. Let others know about you.
links-lead = The sites of kindred souls. The section only remembers; no new links are added.

## Home page

home-creations = Newest works
home-news = News
home-more-creations = Everything new
home-more-news = Older news
newest-creations = Works
newest-comments = Latest comments

## Ads

ad-contacts = Contact:
ad-age = age { $age }
ad-experience = playing { $experience }
email-at = {" "}(at){" "}
email-dot = {" "}(dot){" "}

## Where there is nothing

empty-section = This section is waiting for its first work.
empty-archive = Everything on this archive page is gone. Its address stays, so that old links lead somewhere.
empty-discussion = Nobody has said anything yet.
empty-news = No news. All is quiet.
empty-members = Nobody has signed up yet.
empty-forum = The forum is silent. The first word is yours.
empty-ads = Nobody offers or looks for anything.
empty-links = No links yet.
empty-author = There is nothing by this author now.
empty-home-creations = The archive is empty and looks forward to its first work.
empty-credits = Names will stand here one day.
not-found-lead = The dragon has looked under the hoard, behind the stalagmites and in a hobbit’s pocket. This page is not here.
not-found-hint = It may have moved, or there is a slip in the address. Try one of these ways:
redirect-title = This page has moved
redirect-text = This page has moved here:

## Feeds

feed-news-item = News by { $author }
feed-creation-item = { $title } in { $section } by { $author }
feed-dating-item = { $group }: { $name }
feed-market-item = { $group }: ad by { $name }
feed-forum-item = Forum post by { $nick }
feed-forum-dated = { $nick }, { $date }
feed-comment-item = Comment on { $creation } by { $nick }
feed-forum-title = Forum – { $site }
feed-forum-description = The newest posts in the forum of { $site }
feed-everything-title = Everything new – { $site }
feed-everything-description = News, works, comments and ads of { $site }
feed-section-title = { $section } – { $site }
