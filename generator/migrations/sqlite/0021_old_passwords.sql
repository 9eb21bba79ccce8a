-- Each page of the login asks whether anybody still has a password of an imported site: read from the few that have, or none.
create index credential_old on credential (member_id) where scheme in ('pending', 'django', 'argon2-md5');
