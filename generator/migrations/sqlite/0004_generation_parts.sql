-- What a generation consists of, so that the next one knows what differs. SQLite; the other engine's folder has the same
-- numbers.

-- The parts of the newest generation: files by their path, the program, settings; each with a digest of what it was.
create table generation_part (
    generation_id integer not null references generation (id) on delete cascade,
    name text not null,
    digest text not null,
    primary key (generation_id, name)
);
