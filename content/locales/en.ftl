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
date-unknown = nobody knows when
decimal-separator = .
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
credits-title = Who makes this
not-found-title = This page has wandered off
charter-title = What belongs in { $section }
genre-title = { $section }: { $genre }
discussion-title = Discussion: { $creation }
author-title = Works by { $name }
archive-title = { $title }, archive { $number }
section-description = Works in { $section }.
creation-description = { $title } by { $author }, from { $section }.
author-description = Works that { $name } has published here.
member-description = The public profile of { $nick }: level, renown and works.
news-description = What is new here: notes from the editors.
newest-description = The newest works of all sections and the latest comments on them.
members-description = The community’s members by the date they joined.
forum-description = Forum: talk about the game, the site and everything around.
market-description = Classified ads for books, dice, figures and all that a game needs.
dating-description = Looking for a group, for players or for a game master? Find each other here.
links-description = Links to kindred sites.
credits-description = Who runs the site, who writes for it and who built it.

## The frame of a page

og-locale = en_GB
skip-to-content = Skip to content
breadcrumbs = The way to this page
menu = Main menu
menu-button = Menu
menu-sections = Sections and nooks
footer-menu = About this site
skin = Look of the pages
skin-light = Light look
skin-dark = Dark look
skin-historic = Historic look
skin-system = Light or dark, as on your device
skin-hint = For this browser only. Without scripts it shows on the pages for members and editors alone; the archive then follows your device’s setting.
skin-save = Choose this look
skin-saved = Done, this is how the pages look now.
made-by = These pages are plain files: they need neither cookies nor scripts to be read. The free program Graveyard puts them together.
all = All
table-region = A table that can be scrolled

## Paging

pager = Pages
pager-discussion = Pages of the discussion
pager-newer = Newer
pager-older = Older
pager-archive = Archive { $number }
genres = Genres
groups = Kinds of ads

## People

author-unknown = Unknown
member-deleted = Closed account
author-member = Profile of the registered member
author-website = A website that kindly let us publish its texts.
author-anonymous = Not a registered member; all the more thanks for sharing.
level = { $level ->
    [8] Editor
   *[other] Level { $level }
}
member-id = Number
member-banned = This account is blocked.
member-registered = Joined
member-since = with us since
member-reputation = Renown
member-about = About
member-all-works = All works
members-list = List of members
members-lead = Everybody who has joined us, newest first.
gender-male = Male
gender-female = Female
fact-name = Name
fact-gender = Gender
fact-age = Age
fact-region = Region
list-unknown-name = Anonymous

## Works

rating = { $stars ->
    [0] Rating: A misfire
    [1] Rating: Not much
    [2] Rating: There is something in it
    [3] Rating: Average
    [4] Rating: Quality
    [5] Rating: Brilliant
   *[other] Rating: Winner of a contest
}
rating-word = { $stars ->
    [0] A misfire
    [1] Not much
    [2] There is something in it
    [3] Average
    [4] Quality
    [5] Brilliant
   *[other] Winner of a contest
}
rating-label = Rating
rating-none = Nobody has voted yet
votes = { $count ->
    [0] nobody has voted yet
    [one] { $count } vote
   *[other] { $count } votes
}
column-title = Title
column-rating = Rating
column-votes = Votes
column-author = Author
column-genre = Genre
column-published = Published
author = Author
published = Published
genre = Genre
facts = Properties
added = added
downloaded = { $count ->
    [0] not downloaded yet
    [one] downloaded once
   *[other] downloaded { $count } times
}
read-times = { $count ->
    [0] not read yet
    [one] read once
   *[other] read { $count } times
}
open-file = Open the file
source = Taken over with kind permission from:
charter-link = What belongs here
section-feed = Follow this section
neighbours = Neighbouring works
previous = Previous work
next = Next work
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
forum-lead = Talk about the game, the site and life. Anybody may read; members write.
news-lead = What the editors have been up to.
newest-lead = What has been added lately, and what is said about it.
market-lead = Books, dice, figures: what is in one’s way is what another lacks.
dating-lead = Nobody goes on an adventure alone. Find players, a group or a game master.
links-lead = Sites of kindred spirits. This list only remembers; nothing new is added.

## The home page

home-creations = Newest works
home-news = News
home-more-creations = Everything new
home-more-news = Older news
newest-creations = New works
newest-comments = Latest comments

## Ads and links

ads = Ads
ad-contacts = Contact
ad-age = aged { $age }
ad-experience = has played for { $experience }
contact-email = E-mail:
contact-phone = Telephone:
email-at = {" "}(at){" "}
email-dot = {" "}(dot){" "}
links-list = Links

## Where there is nothing

empty-section = This section is waiting for its first work.
empty-genre = There is nothing of this genre yet. Try another one, or the whole section.
empty-archive = Everything has gone from this archive page. It stays so that old links lead somewhere.
empty-discussion = Nobody has said anything yet.
empty-news = No news. All is quiet in town.
empty-members = Nobody has joined yet.
empty-member-works = No works yet; all of it is still to come.
empty-forum = The forum is silent. The first word is yours.
empty-market = Nobody offers or wants anything just now. They are sweeping the market place.
empty-dating = Nobody is looking for anybody. They may all be away on an adventure.
empty-ads-group = There is no such ad just now. Have a look at the others.
empty-links = No links yet.
empty-author = There is nothing by this author here now.
empty-home-creations = The archive is empty and looks forward to its first work.
empty-credits = There will be names here one day.

## Pages that got lost or moved

not-found-lead = The dragon looked under the treasure, behind the stalagmites and in the hobbit’s pocket. It is not here.
not-found-hint = What may have happened:
not-found-typo = There is a slip in the address, or the link broke when it was copied.
not-found-moved = The work has moved, and nobody remembers the old address.
not-found-gone = Its author has withdrawn the text and taken it home.
not-found-home = Back to the home page
redirect-title = This page has moved
redirect-text = Its new address is:

# Status 400, as plain text.
old-address-malformed = The number in the address is not a number.

## Members' rooms

room-title = Not open yet
room-not-open = Members are still moving in here. It is not open yet; please come again later.

## Feeds

feed-news-item = News from { $author }
feed-creation-item = { $title } in { $section } by { $author }
feed-dating-item = Looking for players: { $name } in { $group }
feed-market-item = An ad by { $name } in { $group }
feed-forum-item = A post in the forum by { $nick }
feed-forum-dated = { $nick }, { $date }
feed-comment-item = A comment on { $creation } by { $nick }
feed-forum-title = Forum – { $site }
feed-forum-description = The latest posts in the forum of { $site }
feed-everything-title = Everything new – { $site }
feed-everything-description = News, works, comments and ads on { $site }
feed-section-title = { $section } – { $site }

## Logging in and the account

login-title = Log in
login-name = Nick or e-mail
login-password = Password
login-send = Log in
login-send-kept = Log in and send
login-first = Please log in first.
login-first-kept = Please log in first. What you have written is not lost.
login-kept = This will be sent as soon as you are in
login-wrong = Name and password do not match. If your e-mail address has several accounts, log in by nick.
login-banned = Your account is blocked.
login-banned-editors = Is that a mistake? Write to the editors: { $url }
login-banned-reason = Reason: { $reason }
login-banned-until = It ends by itself: { $until }.
login-too-fast = Too many tries at once. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
login-already = You are logged in as { $nick }.
settings-account = Your account: { $nick }
login-go-on = Go on
login-old-password = Your password from the old site still works.
login-link = Log in
logout-title = Log out
logout-question = Do you want to log out, { $nick }?
logout-here = Log out
logout-everywhere = Log out everywhere
logout-nobody = Nobody is logged in here.
settings-title = Settings
settings-profile = My public profile
sessions-title = Where your account is logged in
sessions-lead = End what you do not recognise, and change your password.
sessions-this = here
sessions-unknown = Unknown browser
sessions-begun = Logged in
sessions-seen = last used
sessions-end = Log out
password-change = Change the password
password-current = Current password
password-new = New password
password-save = Change the password
password-rules = At least { $chars } characters. A few words that do not belong together are best.
password-short = The new password is short: it needs at least { $chars } characters.
password-long = The new password is too long: { $chars } characters fit.
password-common = Every thief tries such a password first. Think of another, such as a few words that do not belong together.
password-like-nick = The new password is almost your nick. Please think of another.
password-wrong = The current password is wrong.
password-changed = The password is changed. You are logged out everywhere else.

## Writing

write-comment = Add a comment
write-post = Write a post
write-text = Text
write-hint = Written in Markdown: *italic*, **bold**, > quotation. An empty line begins a new paragraph.
write-members = Members can write. You can also log in on the way; your text is not lost.
write-comment-send = Send the comment
write-post-send = Send the post
write-preview-button = Preview
write-preview = Preview
write-trap = Leave this field empty
write-empty = There is no text.
write-long = The text is too long: { $chars } characters fit.
write-trapped = A field that people do not see is filled in. Please send it once more.
write-too-fast = You write faster than we can read. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
edit-title = Edit the text
edit-link = Edit
edit-send = Save
edit-too-late = A text can be edited for { $minutes } minutes after it was sent. After that it can only be deleted.
delete-title = Delete
delete-link = Delete
delete-question = Delete this? It cannot be undone.
delete-send = Delete
delete-keep = Keep
published-soon-title = Saved
published-soon = It is safely saved and its page is being made. It will be there in a moment.
published-soon-page = To the page
writings-title = My posts
writings-lead = What you wrote last in discussions and in the forum. You can edit it for a quarter of an hour and delete it at any time.
writings-none = There is nothing by you yet.
vote-title = Vote
vote-legend = How many stars does this work deserve?
vote-send = Cast the vote
vote-once = You have changed your vote once already; it cannot be changed again.

me-own-work = State and history of the work
me-waiting-works = { $count ->
    [one] { $count } returned work waits to be mended
   *[other] { $count } returned works wait to be mended
}
me-waiting-office = { $count ->
    [one] { $count } thing waits for the editors
   *[other] { $count } things wait for the editors
}
member-contacts = Contact (for members)
contacts-title = Contact of { $nick }
contacts-none = There is no contact.
voters-link = Who voted how (for members)
voters-title = Who voted how
voters-none = Nobody has voted under a name.
draft-restored = Here is what you had begun to write. It is in this browser alone until you send it.
draft-discard = Discard it

## Works on their way to the sections

works-title = My works
works-lead = What you are writing, what waits for the editors, and what is out already.
works-none = Nothing is here yet. Begin with a title, the rest can follow later.
works-newer = Newer works
works-older = Older works
work-new = Begin a new work
work-new-title = A new work
work-sections-lead = Which section does it belong to?
work-changed = changed
work-untitled = Untitled
work-state-draft = draft
work-state-waiting = waits for the editors
work-state-returned = returned to be mended
work-state-approved = published
work-state-rejected = not accepted
work-state-unpublished = taken off
work-title = Title
work-synopsis = What it is about
work-text = Text
work-text-hint = Written in Markdown: *italics*, **bold**, # heading, > quotation. An empty line begins a new paragraph.
work-no-genre = (no genre)
work-pictures = Pictures in the text
work-pictures-hint = Choose a picture (JPEG, PNG, GIF or WebP of up to { $megabytes } MB) and upload it. Then copy its line to where it belongs in the text. The text is saved with it.
work-picture = Picture for the text
work-picture-alt = what the picture shows
work-picture-send = Upload the picture
work-picture-added = The picture is here. Its line is below, copy it into the text.
work-picture-unused = not in the text yet
work-source = Taken from elsewhere
work-source-hint = Only where the work was published elsewhere before and its author has agreed to have it here.
work-source-name = Where it is from
work-source-url = Address of the source
work-save = Save the draft
work-preview = Preview
work-submit = Send to the editors
work-saved = Saved. Nobody but you sees it.
work-saved-with-faults = The text is saved, but this is still missing or not right:
work-submitted = The editors have it. As soon as somebody has read it, you will see here what they say.
work-withdrawn = The work is yours again, and no editor reads it.
work-withdraw = Take it back and edit it
work-open = Open the work's page
work-publish-at = It will be published by itself:
work-history = What happened to it
work-step-begun = Begun
work-step-submitted = Sent to the editors
work-step-withdrawn = Taken back
work-step-returned = Returned to be mended
work-step-rejected = Not accepted
work-step-approved = Approved
work-discard = Throw the work away
work-discard-question = Really throw “{ $title }” away, with its history? It cannot be brought back.
work-too-many = There are too many unfinished works already. Please finish or throw away some of them first.
work-preview-bar = Preview: this is how it will be published.
work-preview-back = Back to the work
work-preview-incomplete = The preview needs all that the work consists of:
field-required = (required)
field-missing = This is still missing.
field-no-number = A whole number belongs here.
field-no-address = An address that begins with https:// belongs here.
file-chosen = Chosen:
upload-too-large = The file is too large: up to { $megabytes } MB fit.
upload-empty = The file is empty.
upload-no-picture = This is no picture that we can show. JPEG, PNG, GIF and WebP are.
upload-broken = The picture is broken or incomplete. Please save and upload it once more.
upload-too-many-pixels = The picture has too many pixels. Please scale it down to 25 million at most.
upload-too-much-memory = The picture has too many pixels for its format. Please scale it down to { $megapixels } million at most, or save it as an ordinary (not progressive) JPEG.
upload-no-document = We offer no such file for download. ZIP, PDF, RAR, 7z, EPUB, RTF and documents of Office or LibreOffice are fine.
upload-no-room = You have too many files here that nothing shows. Throw away the works that you will not finish; the files go within two days.

## When something does not work

error-forbidden-title = This is not for you
error-forbidden = Your account may not do this.
error-not-found = There is no such thing here.
error-too-late-title = Too late
error-too-late = It has changed in the meantime, so it cannot be done as you wish.
error-refused-title = Not like this
error-malformed-title = That form makes no sense
error-malformed = The form that came makes no sense. Go back to the page and try again from there.
error-method = This address cannot be used like that.
error-too-large-title = Too long
error-too-large = More has come than fits into any form.
error-cross-site-title = Not from elsewhere
error-cross-site = A page of another site has sent the form. Please open ours and send it from there.
error-wrong-host-title = Another address
error-wrong-host = This site is at { $site }.
error-too-fast-title = More slowly, please
error-too-fast = This needs a little patience. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
error-unavailable-title = Not just now
error-unavailable = The database does not answer at the moment. You can go on reading; writing has to wait a little.
error-busy = Too many people are asking at once. Please try again in a moment.
error-internal-title = The fault is ours
error-internal = Something went wrong, and it is not your fault. Please try again in a while.
error-kept = What you have written is here. Send it again when it works.
error-kept-copy = What you have written is here, for you to copy.
error-send-again = Send again

## Search

search-title = Search
search-for = Search: { $words }
search-words = What are you looking for?
search-in = Where
search-everywhere = everywhere
search-creations = in all works
search-members = among members
search-forum = in the forum
search-member = member
search-send = Search
search-link = Search the site
search-count = { $count ->
    [one] { $count } result.
   *[other] { $count } results.
}
search-count-more = There is a lot of it, these are the first { $count }. Try another word with it.
search-none = There is nothing like that here. Try a shorter or another word; accents don't matter.
search-back = Back
search-on = Next

## Telling the editors

report-title = Tell the editors about a page
report-lead = Is something broken, is somebody hurting somebody, or is there something that should not be here? Let us know.
report-page = Page
report-text = What is wrong there
report-send = Send to the editors
report-sent = Thank you, the editors will have a look.
report-back = Back to the page
report-link = Tell the editors

## The editors' rooms

office-title = Editors' rooms
office-edit-link = Edit as an editor
office-index = Overview
office-waiting = What waits
office-waiting-count = { $count } waiting
office-your-sections = Your sections
office-queue-creations = Works to approve
office-queue-reports = Reports by readers
office-queue-scheduled = Scheduled
office-queue-failed = Pages that cannot be made
office-queue-lead = The oldest first. Open a work, read it and decide.
office-queue-none = Everything is read.
office-log = Log
office-log-none = Nothing has happened yet.
office-creations = Works
office-messages = Posts
office-comments = Comments
office-forum-posts = Forum
office-news = News
office-pages = Pages and charters
office-links = Links
office-new-news = New piece of news
office-new-page = New page
office-new-link = New link
office-narrow = Choice
office-list-none = There is nothing like that here.
office-files = Files and pictures
office-files-of = Files: { $title }
office-files-hint = A new file takes the place of the old one as soon as you upload it (pictures up to { $pictures } MB, downloads up to { $files } MB). The history brings the former version back, with its file. What is said beside the file, such as its format, is mended in the texts.
office-files-untouched = The work is what it was. Please choose the files again:
office-file-now = Now there is:
office-file-old = This file came from the old site. The work will show the new one, but the old one stays at its address; only whoever keeps the storage can delete it.
office-files-pictures-hint = Choose a picture (JPEG, PNG, GIF or WebP of up to { $megabytes } MB), upload it and copy its line into the text of the work. A picture that no text shows is deleted after two days.
office-files-changed = Somebody else has replaced that file meanwhile, so nothing was changed. Look at what is there now, and choose yours again if it is still wanted.
office-files-none = Choose at least one file first.
office-files-send = Upload
office-history = History
office-history-of = History: { $title }
office-history-none = It has not changed yet.
office-history-deleted = This is not on the site any more. What was written is kept here alone.
office-back-to-item = Back to the form
office-difference = What has changed
office-difference-none = Nothing in the texts.
office-was = Was:
office-is = Is:
office-schedule = Schedule
office-schedule-lead = What will be published by itself, the next one first.
office-schedule-none = Nothing is scheduled.
office-schedule-set = Schedule
office-schedule-hint = Without a date the plan is dropped, and it waits for you.
office-state = State of the pages
office-pages-count = { $count ->
    [one] { $count } page
   *[other] { $count } pages
}
office-marked-count = { $count } waiting
office-failed-count = { $count ->
    [one] { $count } failed
   *[other] { $count } failed
}
office-page-address = Address or key of a page
office-page-look = Look
office-page-unknown = Nothing is known of such a page.
office-page-true = as it should be
office-page-waiting = waits to be made
office-page-rendering = being made now
office-page-uncertain = will be written again
office-page-failed = { $attempts ->
    [one] cannot be made, { $attempts } try
   *[other] cannot be made, { $attempts } tries
}
office-render-again = Make again
office-failed = What cannot be made
office-failed-none = Everything can.
office-stale = What waits to be made
office-stale-none = Nothing waits, the pages tell the truth.
office-everything = The whole site
office-everything-lead = Makes all pages again, in the background and in batches; people go on reading and writing. Only those that come out differently are written.
office-render-everything = Make the whole site again
office-reports = Reports
office-reports-none = No report waits.
office-report-note = What came of it
office-settle = Settled
office-settled = Settled ones
office-nobody = a reader who was not logged in
office-members = Members
office-member-search = A nick or a part of one
office-member-search-all = A nick, a part of one, or a whole e-mail address
office-banned-only = Banned ones only
office-found = Found
office-editors = Editors
office-members-none = There is nobody like that here.
office-banned = banned
office-registered = registered
office-last-login = last login
office-profile = Public profile
office-ban = Ban
office-ban-since = The account has been banned since
office-ban-until = Let back in by itself on
office-ban-reason = Reason
office-ban-reason-missing = Write a reason of at most 500 characters.
office-ban-ends = Until when (for good without a date)
office-ban-send = Ban the account
office-unban = Let back in
office-role = Role
office-role-member = member
office-role-editor = editor
office-role-admin = administrator
office-role-sections = Sections of the editor
office-role-hint = An editor without chosen sections cares for the whole site. Only administrators decide about roles.
office-role-send = Save the role
office-address = E-mail address
office-email = E-mail
office-email-wrong = This is no e-mail address.
office-hide = Icon and facts in the profile
office-hide-hint = Removes the icon and hides all personal facts in the profile. The member can set them again.
office-hide-send = Remove and hide
office-address-hint = The change logs the member out everywhere.
office-address-send = Change the address
office-thing-creation = work
office-thing-comment = comment
office-thing-forum-post = forum post
office-thing-news = news
office-thing-editors-page = page
office-thing-charter = charter of a section
office-thing-link = link
office-thing-ad = ad
office-thing-member = member
office-thing-report = report
office-thing-registration = request for registration
office-thing-page = page of the site
office-did-added = added
office-did-edited = edited
office-did-deleted = deleted
office-did-unpublished = taken from the site
office-did-published = published
office-did-scheduled = scheduled
office-did-moved = moved
office-did-assigned = assigned
office-did-returned = returned to the author
office-did-rejected = rejected
office-did-banned = banned
office-did-hidden = icon and facts hidden
office-did-unbanned = let back in
office-did-role-changed = changed the role
office-did-address-changed = changed the e-mail address
office-did-rendered-again = made again
office-did-settled = settled
office-said-saved = Saved.
office-said-files = The files are uploaded.
office-said-deleted = Deleted.
office-said-unpublished = Taken from the site. It can come back at any time.
office-said-published = Published.
office-said-scheduled = It is in the schedule and will be published by itself at its time.
office-said-moved = Moved. If the work was on the site, the old address leads to the new one.
office-said-returned = Returned to the author.
office-said-rejected = Rejected.
office-said-rendering = The page is to be made again.
office-state-public = on the site
office-state-waiting = waiting
office-state-draft = draft
office-state-returned = returned to the author
office-state-rejected = rejected
office-state-unpublished = taken from the site
office-state-deleted = deleted
office-state-new = not there
office-field-title = Title
office-field-synopsis = What it is about, in short
office-field-body = Text
office-field-description = Description
office-field-source-name = Where the text was taken from
office-field-source-url = Address of the source
office-field-url = Address
office-field-group = Group of the ad (key)
office-field-slug = Address on the site (only a–z, 0–9 and dashes)
office-field-summary = Description for search engines
office-hint-html = This text is HTML and stays HTML. It is cleaned when it is saved; the preview shows what will be seen.
office-save = Save
office-see = On the site
office-acts = What to do with it
office-publish = Publish
office-unpublish = Take from the site
office-publish-at = To be published
office-when = When to publish
office-when-now = now
office-when-at = at a time
office-when-later = keep it as a draft
office-section = Section
office-move = Move
office-genre = Genre
office-genre-none = none
office-genre-set = Change the genre
office-author = Author (a member's nick, or a name)
office-author-set = Change the author
office-delete-sure = Really delete – it cannot be undone
office-empty = Missing: { $field }.
office-long = { $field }: { $chars } characters fit in.
office-changed-since = Somebody else has changed it meanwhile, so nothing was saved. Your changes are still in the form; read what is new, and if you send it again after that, they will be saved.
office-section-gone = { $section } (the site has this section no more)
office-seen-shown = Its page on the site says so already.
office-seen-waits = Its page is still being made; readers will see it when that is done.
office-seen-failed = But its page could not be made, and readers see its last good form. The state of the pages says why.
office-said-same = It was like that already, nothing has changed.
office-said-draft = Saved as a draft. It is not on the site; publish it from here.
office-said-unscheduled = It is off the schedule and waits for you.
office-said-wished = Noted. The whole site begins to be made in a moment; how many pages still wait is shown here.
office-said-settled = The report is settled.
office-said-banned = The account is banned and logged out everywhere.
office-said-hidden = The icon is gone and the personal facts in the profile are hidden.
office-said-unbanned = The account is let back in.
office-said-role = The role is changed.
office-said-address = The address is changed, and the account logged out everywhere. A mail to the old address says so.
office-said-admitted = Accepted. A mail with a link to choose a password is on its way.
office-said-declined = Rejected. A mail that says so is on its way.
office-thing-description = description of a member
office-refused-state = It has changed meanwhile and cannot be done like this any more, so nothing was done. Below is how it looks now.
office-refused-form = This cannot be done from this page. Nothing was done; please choose something that the page offers.
office-unsaved = The text below has changes that are not saved yet, so nothing was done. Save it and try again, or open the page anew to drop the changes.
office-refused-section = The site has the section “{ $section }” no more, so nothing was done. Move the work to another section first.
office-restore = Use this version again
office-restored = The form holds an older version. Nothing on the site has changed yet: have a look at it, and save it to make it count.
office-restore-format = The older version is written in another way (HTML or Markdown) than today’s, so it cannot be put back here. Copy what you need from the history.
office-difference-since = What is new since you opened it
office-difference-yours = How your text differs from what is saved now
office-kept-edited = before an edit
office-kept-submitted = sent to the editors
office-version-earlier = Earlier change
office-version-later = Later change
office-back-to-report = Back to the report
office-slug-signs = The address “{ $slug }” cannot be used: it may hold only the letters a–z without accents, digits and dashes.
office-slug-taken = The site has something else at the address “{ $slug }”. Please think of another.
office-slug-page = There is a page at the address “{ $slug }” already. Edit that one, or think of another address.
office-url-wrong = “{ $url }” is no address of a web page. It begins with https:// and has no spaces.
office-number-wrong = { $field }: a whole number belongs here.
office-attribute-missing = Missing: { $field }. Please add it among the texts and save; without it the work’s page cannot be made.
office-attribute-wrong = Some fact of the work cannot be read, so nothing was done. Please check the fields of the form.
office-nothing-left = { $field }: nothing was left of the text after cleaning, so it was not saved. Write something that a reader will see.
office-delete-unsure = Nothing was deleted. If you mean it, tick the box at the button.
office-section-unknown = The site has no such section. Please choose one of the list.
office-author-unknown = We know no author “{ $name }”. Write a member’s nick exactly, or leave the field empty.
office-genre-wanted = { $genre } (the author’s wish)
office-work-withdrawn = The author has taken the work back meanwhile, so nothing was done. When it is sent again, you will find it in the queue.
office-report-settled = { $nick } has settled this report already. Nothing else was done.
office-report-other = There is another report under this number by now. Nothing was done; please read it first.
office-report-way = Edit: { $thing }
office-report-settled-by = Settled by { $nick }
office-ban-editor = Editors and administrators are banned and let back in by administrators alone, and nobody bans themselves. Ask one of them.
office-ban-self = Nobody can ban themselves. Ask another administrator.
office-ban-for-good = For good.
office-member-changed = Somebody else has changed the account meanwhile, so nothing was done. This is how it looks now; if you still mean it, send it again.
office-last-admin = Somebody has to be an administrator, and this is the last one. Make somebody else one first.
office-description-edit = Edit the description
office-wish-waits = The whole site has been waiting to be made again since
office-wish-refused = { $falling ->
    [one] The whole site was not made again: { $falling } page of { $recorded } would have gone. If that is right, the server’s operator has to allow it with “generator build --all”.
   *[other] The whole site was not made again: { $falling } pages of { $recorded } would have gone. If that is right, the server’s operator has to allow it with “generator build --all”.
}
office-time-wrong = This time cannot be used, choose one that is still to come.

## Ads

ad-name = Name
ad-mobile = Mobile phone
ad-area = Region
ad-age-label = Age
ad-experience-label = Experience
ad-phone = Phone
ad-new-market = New ad
ad-new-dating = New ad for players
ad-lead = The ad will be seen at once and goes by itself after { $days ->
    [one] { $days } day
   *[other] { $days } days
}. You can delete it at any time before that.
ad-lead-guest = Anybody may place an ad: confirming an e-mail address is enough. The first one from each address is read by the editors before. It stays for { $days ->
    [one] { $days } day
   *[other] { $days } days
}; you can take it down at any time before that.
ad-login = I have an account, log in
ad-board = Back to the ads
ad-write = Place an ad
ad-group = Kind of ad
ad-contacts-legend = Contact (at least one, everybody will see it)
ad-contacts-legend-guest = Contact
ad-email-hint = We send a link there by which you confirm the ad, and another by which you can take it down.
ad-shows-email = show this address in the ad
ad-send = Publish the ad
ad-send-guest = Send me a link to confirm it
ad-sent = A link is on its way to { $email }. The ad waits until you confirm by it that it is yours; the link works until tomorrow.
ad-confirm-title = Confirming an ad
ad-confirm-question = Shall this ad be published?
ad-confirm = Yes, publish it
ad-cancel = No, drop it
ad-waits = Thank you, the ad is confirmed. The editors will read it first; we will write as soon as it is published.
ad-cancelled = The ad is dropped, and the address forgotten.
ad-withdraw-title = Taking an ad down
ad-withdraw-question = Shall this ad go? It cannot be brought back, only placed again.
ad-withdraw = Yes, take it down
ad-withdrawn = The ad is gone.
ad-address-missing = An e-mail address is missing that we can send the link to.
ad-contact-hidden = How shall people reach you? Show the e-mail address in the ad, or give a phone number.
office-ads = Waiting ads
office-ads-hint = First ads of people without an account. Later ones from the same address are published at once, until you delete one.
office-ads-address = Confirmed from { $email }
office-ad-decided = This ad is no longer waiting: somebody has decided on it meanwhile, or its author has withdrawn it. Nothing was changed.
office-ad-group-gone = The ad is for the group “{ $group }”, which the board has no more. It was not published; you can reject it and say why.
ad-own = Your ads
ad-expires = goes
ad-group-missing = Choose a kind of ad.
ad-name-missing = The name is missing.
ad-line-long = One of the fields is too long: 100 characters fit in.
ad-email-wrong = This is no e-mail address.
ad-contact-missing = A contact is missing: an e-mail address or a phone number.
office-queue-read = Read it as it will be
office-queue-edit = Edit the texts
office-queue-back = Back to the decision
office-note = Note to the author
office-note-hint = A note is needed to return or reject a work; the author sees it beside the work.
office-note-missing = Write to the author why.
office-note-long = The note is too long: 5000 characters fit in.
office-approve = Approve and publish
office-return = Return to the author
office-reject = Reject
office-events = What happened to the work
office-event-begun = begun
office-event-submitted = sent to the editors
office-event-withdrawn = taken back by the author

## Registration and passwords

login-chosen = Your password is set. Now log in with it.
email-label = E-mail
email-wrong = This is no e-mail address.
registration-title = Registration
registration-lead = Do you want to join us? Say a few words about yourself; the editors will answer by e-mail.
registration-link = Register
registration-nick = Nick
registration-email-hint = It is not shown on any page. The editors’ answer will come there.
registration-age-label = Age in years
registration-age = Please write your age as a number.
registration-parent = I am under { $age } and my parents agree to the registration.
registration-about = What brings you here?
registration-consent = I agree that you keep my data as the page on privacy describes.
registration-send = Ask for registration
registration-sent = We have it, { $nick }! The editors will read your request and answer by e-mail.
registration-nick-length = A nick has { $min } to { $max } characters.
registration-nick-signs = A nick can hold letters, digits, spaces, full stops and dashes.
registration-nick-taken = Somebody has this nick already, or one that is very like it. Please think of another.
registration-too-young = You can register from the age of { $age }. Come back later, we will be here.
registration-parent-needed = If you are under { $age }, you need your parents’ consent. Please tick that you have it.
registration-about-length = Please say what brings you here, in at most { $chars } characters.
registration-consent-needed = Without your consent to keeping the data we cannot register you.
registrations-title = Who wants to join us
registrations-none = Nobody is waiting.
registrations-age = aged { $age }
registrations-parent = parents agree
registrations-accounts = { $count ->
    [one] { $count } account has the same e-mail address.
   *[other] { $count } accounts have the same e-mail address.
}
registrations-rejections = { $count ->
    [one] We have lately rejected one request from this address.
   *[other] We have lately rejected { $count } requests from this address.
}
registrations-note = A word for the e-mail (optional)
registrations-approve = Accept
registrations-reject = Reject
registrations-nick-taken = Somebody else has got this nick meanwhile. The request can only be rejected, asking for another nick.
registrations-decided = Somebody else has decided about this request already. Nothing else was done, and no mail was sent.
registrations-changed = This request looks different by now from how you have read it. Nothing was done; please read it again and decide.
registrations-more = { $count ->
    [one] { $count } more is waiting.
   *[other] { $count } more are waiting.
}
reset-title = Forgotten password
reset-link = I do not remember my password
reset-lead = Write the e-mail address of your account. We will send a link there, by which you choose a new password.
reset-send = Send the link
reset-sent = If { $email } belongs to an account, the link is on its way. It works for an hour.
new-password-title = New password
new-password-lead = Choose a password for { $nick }.
new-password-save = Set the password
link-over-title = The link does not work
link-over = The link was used already, or its time is over. Please have a new one sent.

## Mail

mail-note = The editors add:
mail-not-you = If it was not you, set a new password at once:
mail-received-subject = Your request for registration at { $site }
mail-received-text = We have received a request to register the nick { $nick }. The editors will read it and answer to this address.
mail-received-known = By the way, there are accounts with this address already:
mail-received-reset = If you only could not log in, set a new password here:
mail-received-ignore = If somebody else asked, you need not do anything. Without your confirmation nobody can use the account.
mail-registered-subject = A new request for registration at { $site }
mail-registered-text = { $nick } asks to be registered.
mail-registered-waiting = { $count ->
    [one] { $count } request is waiting for a decision:
   *[other] { $count } requests are waiting for a decision:
}
mail-approved-subject = Welcome to { $site }
mail-approved-text = Welcome, { $nick }! Please choose your password at this address within a week:
mail-rejected-subject = Your request for registration at { $site }
mail-rejected-text = We are sorry: the editors have not accepted the registration of the nick { $nick }.
mail-reset-subject = New password at { $site }
mail-reset-text = Somebody, most likely you, has asked for a new password. Choose it at this address; it works for an hour and only once:
mail-reset-ignore = If it was somebody else, you need not do anything. The old password goes on working.
mail-password-changed-subject = Your password at { $site } has changed
mail-password-changed-text = The account { $nick } has a new password and was logged out everywhere else.
mail-email-confirm-subject = Confirm your address at { $site }
mail-email-confirm-text = The account { $nick } is to have this e-mail address. Please confirm it by tomorrow:
mail-email-confirm-ignore = If the account is not yours, you need not do anything. The address will not change.
mail-email-changed-subject = Your address at { $site } has changed
mail-email-changed-text = From now on the account { $nick } has another e-mail address, and we will not write here any more. If you did not do that, please write to the editors.
mail-ad-confirm-subject = Confirm your ad at { $site }
mail-ad-confirm-text = Somebody, most likely you, has placed an ad at { $site } and given this address. To have it published, please confirm it by tomorrow here:
mail-ad-confirm-ignore = If the ad is not yours, you need not do anything. It will not be published, and after a week we forget it together with the address.
mail-ad-withdraw = By this link you can take it down at any time:
mail-ad-waits-subject = An ad is waiting at { $site }
mail-ad-waits-text = { $count ->
    [one] { $count } ad of somebody without an account waits to be read:
   *[other] { $count } ads of people without an account wait to be read:
}
mail-ad-approved-subject = Your ad at { $site } is published
mail-ad-approved-text = The ad signed { $name } is in its place. Further ones from this address are published as soon as you confirm them.
mail-ad-rejected-subject = Your ad at { $site }
mail-ad-rejected-text = We are sorry: the editors have not published the ad signed { $name }.
mail-banned-subject = Your account at { $site } is blocked
mail-banned-text = The editors have blocked the account { $nick }. Nobody can log in with it; its texts stay where they are.
mail-banned-objection = Do you think this is a mistake? Write to the editors:
mail-unbanned-subject = Your account at { $site } is open again
mail-unbanned-text = The account { $nick } is open again; you can log in:
mail-left-subject = Your account at { $site } is closed
mail-left-text = The account { $nick } is closed, as you wished. Thank you for everything, and take care.

## My account

profile-title = My profile
profile-lead = Fill in what you like, and decide for each fact whether it is on the pages. Changes show there at once.
profile-given-name = Given name
profile-family-name = Family name
profile-gender-none = not given
profile-gender-female = female
profile-gender-male = male
profile-shows = show to everybody
profile-shows-members = show to members
profile-shows-email = show my e-mail address ({ $email }) to members
profile-old-description = The description so far
profile-long = Something is too long: at most { $chars } characters fit.
icon-title = My icon
icon-lead = A small picture that stands beside all that you write here.
icon-current = Your icon
icon-none = So far the first letter of your nick stands in its place.
icon-file = New picture
icon-hint = JPEG, PNG, GIF or WebP, up to { $megabytes } MB. We make it small enough for { $width } × { $height } pixels.
icon-send = Set the icon
icon-remove = Remove
icon-saved = Done. The profile shows it at once, other pages in a moment.
icon-missing = Please choose a picture.
email-title = Change of e-mail address
email-current = Your account belongs to { $email } now.
email-new = New e-mail address
email-send = Send a link to confirm it
email-sent = A link is on its way to { $email }. The change counts when you have confirmed the address by it.
email-confirm-title = Confirming an address
email-confirm-question = Shall the account { $nick } belong to { $email }?
email-confirm = Yes, it is mine
email-confirmed = Done. The account { $nick } belongs to { $email } now.
unsubscribing-title = An end of mails
unsubscribing-question = No more news to { $email }? What you ask for yourself, such as a link for another password, will still come.
unsubscribing = Yes, send no more
unsubscribing-done = Done. No more news will come to { $email }.
own-data-title = My data
own-data-lead = One JSON file holds all that we have of you: profile, works with their history, files, comments, posts, votes, ads, letters, tavern, sessions. Only the hash of your password is left out.
own-data-download = Download
leaving-title = Close the account
leaving-lead = The account, the profile, ads, unfinished works and personal data go at once and for good. Votes stay in the number of stars, but without a name.
leaving-own-data = You can download your data first.
leaving-texts = What about all that you have written and drawn?
leaving-texts-stay = Let it stay, under the name “{ $name }”
leaving-texts-go = Let all of it go: works, comments, posts and letters
leaving-choose = Please choose what becomes of your texts.
leaving-last-admin = You are the last one who can manage the others. Hand that over first.
leaving-send = Close the account
leaving-done = The account is closed. Texts, if they are to go, go in a moment. Thank you, and take care.
leaving-name = Closed account
