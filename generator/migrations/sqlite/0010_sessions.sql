-- Who is logged in where. SQLite; the other engine's folder has the same numbers.
-- No query of a public page reads a table of this file.

-- Of the token in the cookie there is only the SHA-256.
create table session (
    id integer primary key,
    member_id bigint not null references member (id) on delete cascade,
    token_hash blob not null unique,
    agent text not null default '',
    begun_at text not null,
    seen_at text not null,
    expires_at text not null
);
create index session_member on session (member_id);
create index session_expires_at on session (expires_at);

-- Logging in by e-mail.
create index account_email on account (lower(email));
