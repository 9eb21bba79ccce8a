-- Ads of people without an account. SQLite; the other engine's folder has the same numbers. No query of a public page reads
-- a table of this file.

-- What somebody without an account has sent: it is no ad before its address was confirmed and, where that has had none on
-- the site yet, an editor has agreed. Then the texts are in `ad` and no more here. The key is the address in small letters.
create table guest_ad (
    id integer primary key,
    board text not null check (board in ('market', 'dating')),
    address text not null,
    address_key text not null,
    state text not null default 'unconfirmed'
        check (state in ('unconfirmed', 'waiting', 'approved', 'rejected', 'withdrawn')),
    ad_id bigint unique references ad (id) on delete set null,
    sent_at text not null,
    settled_at text,
    group_key text not null,
    name text not null,
    email text not null,
    phone text not null,
    mobile text not null,
    area text not null,
    age text not null,
    experience text not null,
    body text not null
);
create index guest_ad_address on guest_ad (address_key);
create index guest_ad_waiting on guest_ad (id) where state = 'waiting';
create index guest_ad_unconfirmed on guest_ad (sent_at) where state = 'unconfirmed';
create index guest_ad_settled_at on guest_ad (settled_at) where settled_at is not null;

-- Links in mails about them, each good for one thing. Of the secret there is only the SHA-256.
create table guest_ad_link (
    token_hash blob primary key,
    guest_ad_id bigint not null references guest_ad (id) on delete cascade,
    purpose text not null check (purpose in ('confirm', 'withdraw')),
    expires_at text not null
) without rowid;
create index guest_ad_link_ad on guest_ad_link (guest_ad_id);
create index guest_ad_link_expires_at on guest_ad_link (expires_at);

-- Which of them a mail is about.
alter table mail add column guest_ad_id bigint references guest_ad (id) on delete cascade;
create index mail_guest_ad on mail (guest_ad_id) where guest_ad_id is not null;
