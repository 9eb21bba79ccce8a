-- What an import has to remember of a row to look at it again with good reason. SQLite; the other engine's folder has
-- the same numbers.

-- What the row became depended on more than itself: on the import's options and the site's sections, and, by the bits of
-- `depends_on`, on other rows that it looked for and did not find. `circumstances` is a digest of all that.
alter table imported_row add column depends_on bigint not null default 0;
alter table imported_row add column circumstances blob not null default x'';
-- Counters and times of the source that go on by themselves, as they were there: a JSON array of numbers and nulls.
alter table imported_row add column counters text not null default '';
