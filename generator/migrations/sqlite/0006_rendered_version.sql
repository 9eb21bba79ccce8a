-- The version of a mark that the page's file shows at least; null until a builder has rendered the page while it was
-- marked again. Who waits for a change to be seen looks here, however often others change the same page.

alter table stale_page add column rendered_version bigint;
