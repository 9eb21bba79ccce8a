-- Who has the site: the newest generation, as long as a builder of it is alive. SQLite; the other engine's folder has the
-- same numbers.

-- Until when, in milliseconds of the database's clock; null where a release noted it that knew no leases.
alter table generation add column lease_until integer;

-- Notes of changes that a process of another generation has made since: it marked pages by its own configuration.
create table foreign_change (
    id integer primary key,
    generation text not null
);
