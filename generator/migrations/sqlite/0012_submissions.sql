-- Works on their way to the public, and the files that members bring. SQLite; the other engine's folder has the same
-- numbers.

-- What happened to a work and who did it; the note is what an editor tells its author.
create table submission_event (
    id integer primary key,
    creation_id bigint not null references creation (id) on delete cascade,
    member_id bigint references member (id) on delete set null,
    happened_at text not null,
    action text not null
        check (action in ('begun', 'submitted', 'withdrawn', 'returned', 'rejected', 'approved')),
    note text not null default ''
);
create index submission_event_creation on submission_event (creation_id, id);
create index creation_waiting on creation (id) where state = 'waiting';

-- Without `brought_at` it came with the import and is public whatever shows it. `widths` are those of its WebP copies.
-- `is_public` says where its files are; while `unsettled` is not 0, what shows it may have changed since.
alter table upload add column widths text not null default '';
alter table upload add column brought_at text;
alter table upload add column is_public boolean not null default true;
alter table upload add column unsettled bigint not null default 0;
create index upload_private on upload (brought_at) where not is_public;
create index upload_unsettled on upload (path) where unsettled > 0;

-- Who brought a file: the same one may be brought by several.
create table upload_owner (
    path text not null references upload (path) on delete cascade,
    member_id bigint not null references member (id) on delete cascade,
    brought_at text not null,
    primary key (path, member_id)
) without rowid;
create index upload_owner_member on upload_owner (member_id);

-- The files that belong to a work, whether its page shows them or not (yet).
create table upload_use (
    creation_id bigint not null references creation (id) on delete cascade,
    path text not null references upload (path) on delete cascade,
    is_shown boolean not null default false,
    primary key (creation_id, path)
) without rowid;
create index upload_use_path on upload_use (path);
