-- The newest comments on a section's works are found in the index alone, however many others there are.
-- It begins as the former one, which nobody misses then, a release that is still at work included.
create index comment_creation_id on comment (creation_id, id, state);
drop index comment_creation;

-- Until when a page's file may have named an asset that has no reference: its seven days begin then. When it lost its
-- reference stays known, since that says which files are older than that.
alter table asset_file add column kept_from timestamptz;
