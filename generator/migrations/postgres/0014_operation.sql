-- Operation: what the CDN has to be told and what the operators have to be told. PostgreSQL; the other engine's folder has
-- the same numbers.

-- A path whose copies at the edge are to go; `/*` means all of them.
create table purge (
    path text collate "C" primary key,
    -- Names this wish for it: a later one of the same path has another.
    token bigint not null unique,
    -- When it is to be sent, in milliseconds of the database's clock; whoever sends it puts that off meanwhile.
    due_at bigint not null default 0,
    -- Whether it is to be sent once more: an edge may have fetched the page just before it was written.
    again boolean not null default true,
    attempts bigint not null default 0,
    error text,
    added_at bigint not null default (extract(epoch from clock_timestamp()) * 1000)
);
create index purge_due_at on purge (due_at);

-- Warnings and errors that are to be told to the operators, the same ones counted.
create table alert (
    text text primary key,
    count bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null
);

-- When the next message is due, in milliseconds of the database's clock: whoever puts it off sends it.
create table alert_turn (
    only_row bigint primary key check (only_row = 1),
    due_at bigint not null
);
insert into alert_turn (only_row, due_at) values (1, 0);
