-- What a builder and those who wait for it have to know to be always right. SQLite; the other engine's folder has the same
-- numbers.

-- The page that leaves the path and is to stand elsewhere: until it does, the file at the path is the last good one.
alter table tombstone add column page text;

-- The file of an asset may be gone at any moment: somebody is removing it, at the longest until then, in
-- milliseconds of the database's clock.
alter table asset_file add column removed_until bigint;

-- What was due and could not be made public, and when it is tried again.
create table put_off (
    kind text not null,
    item bigint not null,
    attempts bigint not null default 1,
    until text not null,
    error text not null,
    primary key (kind, item)
) without rowid;

-- `epoch` tells a mark from an earlier one of the same page, whose versions began with 1 as well. A default of that sort
-- takes a new table.
create table stale_page_with_epoch (
    page text primary key,
    priority bigint not null,
    version bigint not null default 1,
    token text,
    claimed_version bigint,
    lease_until bigint,
    attempts bigint not null default 0,
    retry_at bigint,
    error text,
    rendered_version bigint,
    epoch bigint not null default (random())
) without rowid;
insert into stale_page_with_epoch (page, priority, version, token, claimed_version, lease_until, attempts, retry_at, error,
    rendered_version)
    select page, priority, version, token, claimed_version, lease_until, attempts, retry_at, error, rendered_version
    from stale_page;
drop table stale_page;
alter table stale_page_with_epoch rename to stale_page;
create index stale_page_order on stale_page (priority, page);
