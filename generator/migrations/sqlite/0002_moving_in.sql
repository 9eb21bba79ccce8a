-- What a community brings along from Graveyard beside its public site: accounts, the members' rooms, letters, votes with
-- their times, and what the import remembers of each row. SQLite; the other engine's folder has the same numbers.
-- No query of a public page reads a table of this file.

-- ---------------------------------------------------------------- accounts

-- `status` is the word of the site that the account came from; who is banned says member.banned.
alter table account add column role text not null default 'member' check (role in ('member', 'editor', 'admin'));
alter table account add column status text not null default '';
alter table account add column last_login_at text;
alter table account add column level_max bigint;
alter table account add column reputation_to_give bigint not null default 0;
alter table account add column skin text not null default '';
alter table account add column shows_birthday boolean not null default false;

-- How a member proves who they are; only the login reads and writes it. `argon2` is of this program, `django` any of
-- Django's formats as it was stored, `argon2-md5` argon2 over the MD5 (lower-case hexadecimal) of the password in
-- cp1250. The other three have no hash: `unusable` must be reset, `none` never had one, `pending` waits for the import
-- to wrap it.
create table credential (
    member_id integer primary key references member (id) on delete cascade,
    scheme text not null check (scheme in ('argon2', 'django', 'argon2-md5', 'unusable', 'none', 'pending')),
    hash text check ((hash is not null) = (scheme in ('argon2', 'django', 'argon2-md5')))
);
create index credential_pending on credential (member_id) where scheme = 'pending';

-- The address under which the editors reach an author who is no member.
create table author_contact (
    author_id integer primary key references author (id) on delete cascade,
    email text not null
);

create table registration (
    id integer primary key,
    nick text not null,
    email text not null,
    given_name text not null default '',
    family_name text not null default '',
    gender text check (gender in ('male', 'female')),
    age bigint,
    salutation text not null default '',
    about text not null default '',
    patron_id bigint references member (id) on delete set null,
    supporters bigint not null default 0,
    requested_at text
);

-- ---------------------------------------------------------------- mail

-- Who gets mail about what: the topic is `aktuality` or a section's key.
create table subscription (
    member_id bigint not null references member (id) on delete cascade,
    topic text not null,
    email text not null default '',
    primary key (member_id, topic)
) without rowid;

-- Addresses that must never get mail, as SHA3-512 in hexadecimal.
create table email_blacklist (
    email_hash text primary key
) without rowid;

-- The secret in the links that end all mail to a member; links in mails sent long ago go on working.
create table unsubscribe_secret (
    member_id integer primary key references member (id) on delete cascade,
    secret text not null
);

-- ---------------------------------------------------------------- what members give each other

-- The genre that a work wants which is not public yet, where no public one has it: rows of genres stand on pages.
alter table creation add column genre_wanted text not null default '';
-- The stars of an imported vote are part of the creation's imported rating already.
alter table vote add column imported boolean not null default false;
alter table vote add column corrected boolean not null default false;
alter table comment add column reputation bigint not null default 0;
alter table forum_post add column reputation bigint not null default 0;

create table rune (
    id integer primary key,
    giver_id bigint references member (id) on delete set null,
    giver_nick text not null default '',
    receiver_id bigint references member (id) on delete set null,
    receiver_nick text not null default '',
    kind text not null default '',
    picture bigint not null default 0,
    dedication text not null default '',
    given_at text
);
create index rune_receiver on rune (receiver_id);

-- What for: a comment on a creation, a tavern post, a forum post, or something special.
create table reputation_gift (
    id integer primary key,
    giver_id bigint references member (id) on delete set null,
    giver_nick text not null default '',
    receiver_id bigint references member (id) on delete set null,
    receiver_nick text not null default '',
    amount bigint not null,
    place text not null default 'special' check (place in ('comment', 'tavern', 'forum', 'special')),
    item_id bigint,
    given_at text
);
create index reputation_gift_receiver on reputation_gift (receiver_id);

create table reputation_award (
    id integer primary key,
    receiver_id bigint references member (id) on delete set null,
    receiver_nick text not null default '',
    amount bigint not null,
    reason text not null default ''
);

-- What a newcomer and the member who guides them say of each other.
create table mentorship (
    newcomer_id bigint not null references member (id) on delete cascade,
    mentor_id bigint not null references member (id) on delete cascade,
    newcomer_rate bigint not null default 0,
    mentor_rate bigint not null default 0,
    locked boolean not null default false,
    penalty bigint not null default 0,
    primary key (newcomer_id, mentor_id)
) without rowid;

create table member_rating (
    id integer primary key,
    rater_id bigint references member (id) on delete set null,
    rated_id bigint references member (id) on delete set null,
    visible boolean not null default false,
    body text not null default '',
    rated_at text
);

create table letter (
    id integer primary key,
    sender_id bigint references member (id) on delete set null,
    sender_nick text not null default '',
    receiver_id bigint references member (id) on delete set null,
    receiver_nick text not null default '',
    sender_keeps boolean not null default true,
    receiver_keeps boolean not null default true,
    sent_at text,
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null
);
create index letter_sender on letter (sender_id, id);
create index letter_receiver on letter (receiver_id, id);

-- ---------------------------------------------------------------- the tavern

create table tavern_section (
    code integer primary key,
    position bigint not null default 0,
    name text not null,
    description text not null default ''
);

create table tavern_table (
    id integer primary key,
    name text not null,
    description_format text not null default 'markdown' check (description_format in ('markdown', 'html')),
    description text not null default '',
    owner_id bigint references member (id) on delete set null,
    owner_nick text not null default '',
    allows_reputation boolean not null default false,
    level_min text not null default '0',
    public boolean not null default false,
    section_code bigint,
    post_count bigint not null default 0,
    founded_at text
);
create index tavern_table_owner on tavern_table (owner_id);

create table tavern_post (
    id integer primary key,
    table_id bigint not null references tavern_table (id) on delete cascade,
    member_id bigint references member (id) on delete set null,
    nick text not null default '',
    reputation bigint not null default 0,
    posted_at text,
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null
);
create index tavern_post_table on tavern_post (table_id, id);
create index tavern_post_member on tavern_post (member_id);

-- One row for each member of whom a table says anything.
create table tavern_access (
    table_id bigint not null references tavern_table (id) on delete cascade,
    member_id bigint not null references member (id) on delete cascade,
    assists boolean not null default false,
    may_enter boolean not null default false,
    may_write boolean not null default false,
    banned boolean not null default false,
    primary key (table_id, member_id)
) without rowid;
create index tavern_access_member on tavern_access (member_id);

create table tavern_board (
    table_id integer primary key references tavern_table (id) on delete cascade,
    editor_id bigint references member (id) on delete set null,
    editor_nick text not null default '',
    changed_at text,
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null
);

create table tavern_bookmark (
    table_id bigint not null references tavern_table (id) on delete cascade,
    member_id bigint not null references member (id) on delete cascade,
    primary key (table_id, member_id)
) without rowid;
create index tavern_bookmark_member on tavern_bookmark (member_id);

create table tavern_visit (
    table_id bigint not null references tavern_table (id) on delete cascade,
    member_id bigint not null references member (id) on delete cascade,
    visited_at text,
    unread bigint not null default 0,
    ignored boolean not null default false,
    primary key (table_id, member_id)
) without rowid;
create index tavern_visit_member on tavern_visit (member_id);

create table tavern_relation (
    table_id bigint not null references tavern_table (id) on delete cascade,
    related_id bigint not null references tavern_table (id) on delete cascade,
    primary key (table_id, related_id)
) without rowid;

-- ---------------------------------------------------------------- the import

-- Each row that came from a source: what it was there, what was written here, and with which sanitiser. `row_key` is the
-- key of the row here, the parts of a longer one joined by a slash.
create table imported_row (
    source_table text not null,
    source_key text not null,
    source_digest blob not null,
    written_digest blob not null,
    row_key text not null,
    cleaned_by bigint not null default 0,
    primary key (source_table, source_key)
) without rowid;

-- There while an import has written rows that are not on their lists yet and whose pages are not marked.
create table import_unfinished (
    only_row integer primary key check (only_row = 1)
);
