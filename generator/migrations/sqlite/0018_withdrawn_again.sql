-- When the public copies of a file are removed once more: of a bucket nobody knows whether a copy that somebody had on its
-- way, who was killed, arrives behind the removal.
alter table upload add column withdrawn_again_at text;
create index upload_withdrawn_again on upload (withdrawn_again_at) where withdrawn_again_at is not null;
