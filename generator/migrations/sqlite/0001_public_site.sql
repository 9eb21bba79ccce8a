-- The public site's tables and the builder's. SQLite; the other engine's folder has the same numbers.
-- Times are UTC, cut to microseconds. Leases alone are in the database's own clock (milliseconds).

-- Who this database is: a target remembers it, so that no other database writes there.
create table database_identity (
    only_row integer primary key check (only_row = 1),
    id text not null
);

-- ---------------------------------------------------------------- people

-- What anybody may know of a member, as far as the member permits (shows_*).
create table member (
    id integer primary key,
    nick text not null unique,
    given_name text not null default '',
    family_name text not null default '',
    gender text check (gender in ('male', 'female')),
    age bigint,
    region text not null default '',
    description text not null default '',
    description_format text not null default 'markdown' check (description_format in ('markdown', 'html')),
    level text not null default '0',
    reputation bigint not null default 0,
    icon text,
    banned boolean not null default false,
    shows_given_name boolean not null default false,
    shows_family_name boolean not null default false,
    shows_email boolean not null default false,
    shows_icq boolean not null default false,
    shows_gender boolean not null default false,
    shows_age boolean not null default false,
    shows_region boolean not null default false,
    registered_at text
);

-- What nobody but the member may know. No query of a public page reads this table.
create table account (
    member_id bigint primary key references member (id) on delete cascade,
    email text not null,
    icq text not null default ''
);

create table author (
    id integer primary key,
    kind text not null check (kind in ('member', 'website', 'anonymous')),
    member_id bigint unique references member (id),
    name text not null default '',
    website text not null default ''
);

-- ---------------------------------------------------------------- creations

create table genre (
    id integer primary key,
    section text not null check (section <> '' and section not like '%/%'),
    slug text not null,
    name text not null,
    unique (section, slug)
);

create table creation (
    id integer primary key,
    section text not null check (section <> '' and section not like '%/%'),
    number bigint not null check (number > 0),
    title text not null,
    slug text not null,
    author_id bigint references author (id),
    state text not null check (state in ('draft', 'waiting', 'returned', 'approved', 'rejected', 'unpublished')),
    genre_id bigint references genre (id),
    rating_sum bigint not null default 0,
    rating_count bigint not null default 0,
    imported_rating_sum bigint not null default 0,
    imported_rating_count bigint not null default 0,
    winner boolean not null default false,
    read_count bigint not null default 0,
    download_count bigint not null default 0,
    comment_count bigint not null default 0,
    published_at text,
    changed_at text not null,
    source_name text not null default '',
    source_url text not null default '',
    synopsis text not null default '',
    attributes text not null default '{}',
    unique (section, number)
);
create index creation_author on creation (author_id);
create index creation_genre on creation (genre_id);

-- The body, apart: lists read many creations without it, and with it a page of the database would hold one.
create table creation_text (
    creation_id integer primary key references creation (id) on delete cascade,
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null default ''
);

create table vote (
    creation_id bigint not null references creation (id) on delete cascade,
    member_id bigint not null references member (id),
    stars bigint not null check (stars between 0 and 5),
    cast_at text,
    primary key (creation_id, member_id)
) without rowid;
create index vote_member on vote (member_id);

-- A nick is kept as it was written where the comment has no member (any more).
create table comment (
    id integer primary key,
    creation_id bigint not null references creation (id) on delete cascade,
    member_id bigint references member (id),
    nick text not null default '',
    posted_at text,
    state text not null default 'public' check (state in ('public', 'waiting', 'deleted')),
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null
);
create index comment_creation on comment (creation_id);
create index comment_member on comment (member_id);

-- Files that members brought, by their path under UPLOADS; the size in pixels where it is a picture.
create table upload (
    path text primary key,
    content_type text not null,
    size_bytes bigint not null,
    width bigint,
    height bigint
) without rowid;

-- ---------------------------------------------------------------- the community's pages

create table news (
    id integer primary key,
    member_id bigint references member (id),
    nick text not null default '',
    published_at text,
    state text not null default 'public' check (state in ('public', 'draft', 'deleted')),
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null
);

create table forum_post (
    id integer primary key,
    member_id bigint references member (id),
    nick text not null default '',
    posted_at text,
    state text not null default 'public' check (state in ('public', 'waiting', 'deleted')),
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null
);
create index forum_post_member on forum_post (member_id);

-- Classified ads on two boards. The contacts are the ones that the author gave for the ad.
create table ad (
    id integer primary key,
    board text not null check (board in ('market', 'dating')),
    number bigint not null,
    group_key text not null,
    member_id bigint references member (id),
    name text not null,
    email text not null default '',
    phone text not null default '',
    mobile text not null default '',
    area text not null default '',
    age text not null default '',
    experience text not null default '',
    posted_at text,
    state text not null default 'public' check (state in ('public', 'waiting', 'deleted', 'expired')),
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null,
    unique (board, number)
);
create index ad_member on ad (member_id);

create table link (
    id integer primary key,
    title text not null,
    url text not null,
    state text not null default 'public' check (state in ('public', 'waiting', 'deleted')),
    imported_rating_sum bigint not null default 0,
    imported_rating_count bigint not null default 0,
    added_at text,
    description_format text not null default 'markdown' check (description_format in ('markdown', 'html')),
    description text not null default ''
);

-- Pages that the editors write; one of the same slug takes the place of a file of content/pages.
create table editors_page (
    slug text primary key,
    title text not null,
    description text not null default '',
    changed_at text not null,
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null
) without rowid;

create table charter (
    section text primary key,
    changed_at text not null,
    body_format text not null default 'markdown' check (body_format in ('markdown', 'html')),
    body text not null
) without rowid;

-- ---------------------------------------------------------------- lists with ordinals

-- A list's row holds its counter and is what writers lock. Keys: see generator/src/db/lists.rs.
create table list (
    id integer primary key,
    key text not null unique,
    issued bigint not null default 0
);

create table list_item (
    list_id bigint not null references list (id),
    ordinal bigint not null,
    item_id bigint not null,
    public boolean not null default true,
    primary key (list_id, ordinal)
) without rowid;
create unique index list_item_item on list_item (list_id, item_id);

-- ---------------------------------------------------------------- the builder's

-- Old path -> the page that it stood for; the redirect is a page of its own.
create table redirect (
    path text primary key,
    page text not null
) without rowid;
create index redirect_page on redirect (page);

create table generation (
    id integer primary key,
    digest text not null,
    created_at text not null
);

-- The one target that records and marks belong to. What was written to a folder since `unsynced_since`, in the
-- run of the machine that `boot_id` names, may not have reached the disk.
create table target (
    only_row integer primary key check (only_row = 1),
    id text not null,
    location text not null,
    created_at text not null,
    unsynced_since text,
    boot_id text not null default ''
);

-- Marks: pages whose file no longer tells the truth.
create table stale_page (
    page text primary key,
    priority bigint not null,
    version bigint not null default 1,
    token text,
    claimed_version bigint,
    lease_until bigint,
    attempts bigint not null default 0,
    retry_at bigint,
    error text
) without rowid;
create index stale_page_order on stale_page (priority, page);

-- Records: what was last written where. A null digest means unknown: always write.
create table output_page (
    page text primary key,
    path text not null unique,
    digest blob,
    etag text,
    written_at text not null
) without rowid;

-- Paths that no page owns any more and whose files are to be removed from `remove_after` on; those of an uncertain
-- past `again` after a lease time, in case a builder that lost its claim wrote late. A new burial is a new version.
create table tombstone (
    path text primary key,
    remove_after bigint not null default 0,
    again boolean not null default false,
    version bigint not null default 1
) without rowid;

-- Fingerprinted files; one without a reference is kept for seven days.
create table asset_file (
    path text primary key,
    unreferenced_at text
) without rowid;
