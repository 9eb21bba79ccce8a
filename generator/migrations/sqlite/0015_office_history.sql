-- The editors' rooms: who banned somebody, why a former text was kept, who wishes the whole site rendered again. SQLite;
-- the other engine's folder has the same numbers. No query of a public page reads what is added here.

alter table ban add column banned_by bigint references member (id) on delete set null;

-- An editor has replaced it, or its author has sent it to the editors as it was then.
alter table former_text add column cause text not null default 'edited' check (cause in ('edited', 'submitted'));
create index former_text_replaced_at on former_text (replaced_at);
create index audit_entry_done_at on audit_entry (done_at);
create index report_settled_at on report (settled_at) where settled_at is not null;

-- Somebody wishes the whole site rendered again: a builder marks it and takes the row away, or says why it must not.
create table whole_site_wish (
    only_row integer primary key check (only_row = 1),
    wished_at text not null,
    falling bigint,
    recorded bigint
);
