//! Whether what a site's files say can be.

use super::*;

impl Site {
    pub(super) fn check_sections(&self, content: &Files) -> Result<(), Error> {
        for section in &self.sections {
            let invalid = |fault| {
                let path = content.get(&section.file()).map(|file| file.origin.clone()).unwrap_or_default();
                Err(Error::Invalid { path, fault })
            };
            let Some(kind) = self.kinds.get(&section.kind) else {
                return invalid(format!(
                    "kind: there is no content/kinds/{}.toml; there are {}",
                    section.kind,
                    self.kinds.keys().cloned().collect::<Vec<_>>().join(", ")
                ));
            };
            let needed = match section.list {
                ListStyle::Table => continue,
                ListStyle::Thumbnails => AttributeType::Thumbnail,
                ListStyle::Downloads | ListStyle::Quests => AttributeType::File,
            };
            if !kind.attributes.iter().any(|attribute| attribute.r#type == needed) {
                return invalid(format!(
                    "list: this list needs an attribute of type `{}`, which kind `{}` does not declare",
                    needed.word(),
                    section.kind
                ));
            }
        }
        Ok(())
    }

    pub(super) fn check_config(&self) -> Result<(), String> {
        self.config.paths.check()?;
        for (name, word) in self.config.paths.first_words() {
            if self.pages.contains_key(word) {
                return Err(format!("paths.{name}: content/pages/{word}.md wants the same address"));
            }
            self.check_free(word).map_err(|fault| format!("paths.{name}: {fault}"))?;
        }
        for slug in self.pages.keys() {
            self.check_free(slug).map_err(|fault| format!("content/pages/{slug}.md: {fault}"))?;
        }
        for key in self.config.menu.iter().flat_map(|group| &group.pages).chain(&self.config.footer) {
            let page: Page = key.parse().map_err(|_| format!("menu or footer: `{key}` is not the key of a page"))?;
            if let Page::Content(slug) = &page
                && !self.pages.contains_key(slug)
            {
                return Err(format!("menu or footer: `{key}`: there is no content/pages/{slug}.md"));
            }
            if !self.offers(&page) {
                return Err(format!("menu or footer: the site has no page `{key}`"));
            }
            if self.title(&page).is_none() {
                return Err(format!("menu or footer: `{key}` is a page that only the database knows; name a list"));
            }
        }
        for group in [Board::Market, Board::Dating].into_iter().filter_map(|board| self.groups(board)).flatten() {
            if crate::text::slug::slug(&group.key).replace('-', "_") != group.key.replace('-', "_") {
                return Err(format!("group `{}`: a key may hold only a-z, 0-9, dashes and underscores", group.key));
            }
            if group.key == self.config.paths.archive {
                return Err(format!("group `{}`: the word is taken by paths.archive", group.key));
            }
        }
        self.check_old_paths()?;
        for board in Board::ALL {
            if let Some(config) = self.board(board) {
                config.check(board.key())?;
            }
        }
        self.config.build.check()?;
        self.config.registration.check()?;
        self.config.page_sizes.check()
    }

    /// Old paths lead to pages of the site and stand where no page is.
    fn check_old_paths(&self) -> Result<(), String> {
        let configured = self.configured_pages();
        for (path, key) in &self.config.redirects {
            let fault = |fault: &str| Err(format!("redirects: `{path}`: {fault}"));
            let inner = path.strip_prefix('/').and_then(|path| path.strip_suffix('/')).unwrap_or_default();
            if !inner.split('/').all(is_slug) {
                return fault("an old path has a slash at both ends, and only a-z, 0-9 and dashes between slashes");
            }
            self.check_free(inner.split('/').next().unwrap_or_default()).or_else(|why| fault(&why))?;
            match key.parse() {
                Ok(Page::Redirect(_) | Page::Discussion { .. }) | Err(_) => {
                    return fault(&format!("`{key}` is not the key of a page that a path can lead to"));
                }
                Ok(page) if !self.offers(&page) => return fault(&format!("the site has no page `{key}`")),
                Ok(_) => {}
            }
            if self.config.paths.parse(path).is_some_and(|parsed| configured.contains(&parsed.page)) {
                return fault("a page of the site stands there");
            }
        }
        for word in &self.config.gone {
            let taken = self.config.paths.first_words().iter().any(|(_, first)| first == word);
            if !is_slug(word) || taken || self.pages.contains_key(word) {
                return Err(format!("gone: `{word}` is the first word of pages, or no word at all"));
            }
            self.check_free(word).map_err(|fault| format!("gone: {fault}"))?;
        }
        self.config.sidecar.check()?;
        let of_sidecar = self.config.sidecar.paths().into_iter().map(|(name, path)| (format!("sidecar.{name}"), path));
        let rooms = self.config.rooms.iter().map(|room| ("rooms".to_owned(), room.as_str()));
        for (name, room) in rooms.chain(of_sidecar).chain([("the sidecar".to_owned(), API)]) {
            let is_taken = match self.config.paths.parse(&format!("/{room}/")).map(|parsed| parsed.page) {
                Some(Page::Content(slug)) => self.pages.contains_key(&slug) || self.config.gone.contains(&slug),
                Some(_) => true,
                None => false,
            };
            if is_taken || !room.split('/').all(is_slug) {
                return Err(format!("{name}: `{room}` is the path of pages, or no path at all"));
            }
            self.check_free(room.split('/').next().unwrap_or_default()).map_err(|fault| format!("{name}: {fault}"))?;
        }
        Ok(())
    }

    /// Whether an editors' page may have this slug.
    ///
    /// # Errors
    /// Why not.
    pub fn check_page_slug(&self, slug: &str) -> Result<(), String> {
        if !crate::text::slug::is_slug(slug) {
            return Err(format!("`{slug}` may hold only a-z, 0-9 and dashes"));
        }
        if let Some((name, _)) = self.config.paths.first_words().into_iter().find(|(_, word)| *word == slug) {
            return Err(format!("`{slug}` is the address of something else already (paths.{name})"));
        }
        if self.is_room(&format!("/{slug}/")) {
            return Err(format!("`{slug}` is a room of the members (rooms)"));
        }
        if let Some(key) = self.config.redirects.get(&format!("/{slug}/")) {
            return Err(format!("`{slug}` is an old address that leads to {key} (redirects)"));
        }
        self.check_free(slug)
    }

    /// Folders of files that are no pages.
    fn check_free(&self, word: &str) -> Result<(), String> {
        let uploads = self.uploads_url.strip_prefix('/').and_then(|path| path.split('/').next());
        if word == crate::render::assets::FOLDER.trim_end_matches('/') || Some(word) == uploads {
            return Err(format!("`{word}` is the folder of files that are no pages"));
        }
        Ok(())
    }
}
