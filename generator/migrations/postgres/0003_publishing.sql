-- What comes true by itself at its time, and the indexes behind "which pages show this?". PostgreSQL; the other
-- engine's folder has the same numbers.

-- A waiting creation or a draft of news with this time is published when it has come.
alter table creation add column publish_at timestamptz;
create index creation_publish_at on creation (publish_at) where publish_at is not null;
alter table news add column publish_at timestamptz;
create index news_publish_at on news (publish_at) where publish_at is not null;

-- When a public ad goes by itself; imported ones stay.
alter table ad add column expires_at timestamptz;
create index ad_expires_at on ad (expires_at) where expires_at is not null;

-- The newest public items of a list, however many are hidden.
create index list_item_public on list_item (list_id, ordinal) where public;

-- What a member wrote, in batches by id.
create index comment_member_id on comment (member_id, id);
drop index comment_member;
create index forum_post_member_id on forum_post (member_id, id);
drop index forum_post_member;
create index news_member_id on news (member_id, id);
