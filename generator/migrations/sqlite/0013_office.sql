-- The editors' rooms, what may be reported to them, and the search. SQLite; the other engine's folder has the same
-- numbers. No query of a public page reads a table of this file.

-- The sections that an editor cares for; one without any row cares for the whole site.
create table editor_section (
    member_id bigint not null references member (id) on delete cascade,
    section text not null,
    primary key (member_id, section)
) without rowid;

-- What editors did. The nick is kept as it was then.
create table audit_entry (
    id integer primary key,
    done_at text not null,
    member_id bigint references member (id) on delete set null,
    nick text not null,
    action text not null,
    kind text not null,
    item text not null,
    summary text not null default ''
);
create index audit_entry_item on audit_entry (kind, item, id);

-- What a thing was before an editor changed it, as a JSON object, and who replaced it.
create table former_text (
    id integer primary key,
    kind text not null,
    item text not null,
    replaced_at text not null,
    member_id bigint references member (id) on delete set null,
    nick text not null,
    fields text not null
);
create index former_text_item on former_text (kind, item, id);

-- Why a member is banned and until when; without an end it is for good. Imported bans have no row.
create table ban (
    member_id bigint primary key references member (id) on delete cascade,
    reason text not null,
    banned_at text not null,
    ends_at text
) without rowid;
create index ban_ends_at on ban (ends_at) where ends_at is not null;

-- What readers told the editors about a page.
create table report (
    id integer primary key,
    path text not null,
    body text not null,
    member_id bigint references member (id) on delete set null,
    reported_at text not null,
    settled_at text,
    settled_by text not null default '',
    note text not null default ''
);
create index report_waiting on report (id) where settled_at is null;

-- What the search knows: an entry for each public creation, member and forum post, and what it was made of.
create table search_entry (
    id integer primary key,
    kind text not null check (kind in ('creation', 'member', 'forum')),
    item_id bigint not null,
    section text not null default '',
    dated_at text,
    digest blob not null,
    unique (kind, item_id)
);

-- The words of an entry, folded by the program, with spaces between them; the texts themselves stay where they are.
create virtual table search_index using fts5 (
    title, body, content = '', contentless_delete = 1, detail = 'column', tokenize = 'ascii'
);

-- Whether every public thing has its entry, in the words of which version of the program; 0 where that is not certain.
-- The epoch is another one whenever that was said.
create table search_state (
    only_row integer primary key check (only_row = 1),
    version bigint not null,
    epoch bigint not null
);
