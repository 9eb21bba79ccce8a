-- What a generation consists of, so that the next one knows what differs. PostgreSQL; the other engine's folder has the same
-- numbers.

-- The parts of the newest generation: files by their path, the program, settings; each with a digest of what it was.
create table generation_part (
    generation_id bigint not null references generation (id) on delete cascade,
    name text collate "C" not null,
    digest text not null,
    primary key (generation_id, name)
);
