-- Accounts: what is sent by mail, the links in mails, who asks to become a member, who has left. SQLite; the
-- other engine's folder has the same numbers. No query of a public page reads a table of this file.

-- Mails: those that wait, and for a while those that were sent or refused. What they say is made when they are sent, so
-- that no secret of a link stands here.
create table mail (
    id integer primary key,
    about text not null,
    address text not null default '',
    member_id bigint references member (id) on delete cascade,
    nick text not null default '',
    note text not null default '',
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'refused')),
    attempts bigint not null default 0,
    error text not null default '',
    created_at text not null,
    retry_at text not null,
    settled_at text
);
create index mail_retry_at on mail (retry_at, id) where state = 'waiting';
create index mail_settled_at on mail (settled_at) where settled_at is not null;
create index mail_member on mail (member_id);

-- Links in mails, each good for one thing and once: a password is chosen, or an address confirmed. Of the secret there is
-- only the SHA-256.
create table account_link (
    token_hash blob primary key,
    purpose text not null check (purpose in ('password', 'email')),
    member_id bigint not null references member (id) on delete cascade,
    address text not null default '',
    expires_at text not null
) without rowid;
create index account_link_member on account_link (member_id);
create index account_link_expires_at on account_link (expires_at);

-- One that an editor has rejected is kept for a while; one that was approved is a member.
alter table registration add column parent_agrees boolean not null default false;
alter table registration add column state text not null default 'waiting' check (state in ('waiting', 'rejected'));
alter table registration add column settled_at text;

-- Who has left: the row stays under another nick, for what they wrote, until all of that is gone as well where they wished so.
alter table member add column left_at text;
alter table member add column takes_texts boolean not null default false;
create index member_takes_texts on member (id) where takes_texts;
