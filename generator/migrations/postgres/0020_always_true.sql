-- What a builder and those who wait for it have to know to be always right. PostgreSQL; the other engine's folder has the
-- same numbers.

-- The page that leaves the path and is to stand elsewhere: until it does, the file at the path is the last good one.
alter table tombstone add column page text collate "C";

-- The file of an asset may be gone at any moment: somebody is removing it, at the longest until then, in
-- milliseconds of the database's clock.
alter table asset_file add column removed_until bigint;

-- What was due and could not be made public, and when it is tried again.
create table put_off (
    kind text collate "C" not null,
    item bigint not null,
    attempts bigint not null default 1,
    until timestamptz not null,
    error text not null,
    primary key (kind, item)
);

-- `epoch` tells a mark from an earlier one of the same page, whose versions began with 1 as well.
alter table stale_page add column epoch bigint not null default cast(random() * 9007199254740991 as bigint);
