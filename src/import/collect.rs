//! Gathering drafts and complaints from one text after another.

use super::{Holds, Import, ImportError, MAX_ENTRIES, Skipped, what_is};
use crate::account::migration::{self, Parts};
use crate::account::{Draft, uri};

/// Holds what was read so far.
#[derive(Default)]
pub(super) struct Collector {
    drafts: Vec<Draft>,
    positions: Vec<usize>,
    skipped: Vec<Skipped>,
    parts: Parts,
    /// Whether an account stood alone, outside of any batch.
    single: bool,
}

impl Collector {
    /// Reads one text; a foreign one is answered by `foreign`.
    pub(super) fn add(
        &mut self,
        position: usize,
        text: &str,
        foreign: impl FnOnce(Holds) -> String,
    ) -> Result<(), ImportError> {
        match what_is(text) {
            Holds::Account => self.add_account(position, text),
            Holds::Migration => self.add_part(position, text),
            holds => self.skip(position, foreign(holds), holds.code()),
        }
        let entries = self.drafts.len() + self.skipped.len();
        if entries > MAX_ENTRIES { Err(ImportError::TooManyEntries) } else { Ok(()) }
    }

    fn add_account(&mut self, position: usize, text: &str) {
        match uri::parse(text) {
            Ok(draft) => {
                self.keep(position, draft);
                self.single = true;
            }
            Err(error) => self.skip(position, error.to_string(), error.code()),
        }
    }

    fn add_part(&mut self, position: usize, text: &str) {
        let part = match migration::parse(text) {
            Ok(part) => part,
            Err(error) => return self.skip(position, error.to_string(), error.code()),
        };
        let entries = part.entries.clone();
        if !self.parts.add(part) {
            return;
        }
        for entry in entries {
            match entry {
                Ok(draft) => self.keep(position, draft),
                Err(error) => self.skip(position, error.to_string(), error.reason.code()),
            }
        }
    }

    fn keep(&mut self, position: usize, draft: Draft) {
        self.drafts.push(draft);
        self.positions.push(position);
    }

    fn skip(&mut self, position: usize, reason: String, code: &'static str) {
        let (within, label) = Default::default();
        self.skipped.push(Skipped { position, within, label, reason, code });
    }

    /// Hands everything out, if there is anything to import.
    pub(super) fn finish(self) -> Result<Import, ImportError> {
        let Self { drafts, positions, skipped, parts, single } = self;
        if drafts.is_empty() {
            return Err(ImportError::NothingToImport { skipped });
        }
        let format = if single { "otpauth-uri" } else { "google-migration" };
        let missing_parts = parts.missing();
        Ok(Import { format, encrypted: false, holds_more: false, drafts, positions, skipped, missing_parts, parts })
    }
}
