//! Gathering the entries of a file, good and bad, into an import.

use super::entry::Entry;
use super::{EntryError, Import, ImportError, MAX_ENTRIES, Skipped};
use crate::account::Draft;
use crate::account::migration::Parts;
use crate::account::uri::MAX_LABEL;

/// The most characters of a note, and the most tags, that the vault keeps.
const MOST_NOTE: usize = 100_000;
const MOST_TAGS: usize = 1_000;

/// Holds what was read of a file so far.
pub(super) struct Gathering {
    format: &'static str,
    encrypted: bool,
    holds_more: bool,
    drafts: Vec<Draft>,
    positions: Vec<usize>,
    skipped: Vec<Skipped>,
    next: usize,
}

impl Gathering {
    /// Begins with nothing, for a file of that format.
    pub(super) fn new(format: &'static str) -> Self {
        let (drafts, positions, skipped) = Default::default();
        Self { format, encrypted: false, holds_more: false, drafts, positions, skipped, next: 1 }
    }

    /// Says that the file was encrypted.
    pub(super) fn encrypted(self) -> Self {
        Self { encrypted: true, ..self }
    }

    /// Adds the next entry; `label` names one that is bad.
    pub(super) fn add(&mut self, label: impl FnOnce() -> String, entry: Entry) -> Result<(), ImportError> {
        self.add_at(self.next, label, entry)
    }

    /// Says that the file holds other things than accounts, such as passwords: who deletes it would lose them.
    pub(super) fn holds_more(&mut self) {
        self.holds_more = true;
    }

    /// Passes over an entry that holds no account and never did, such as a password without a second factor.
    pub(super) fn pass(&mut self) {
        self.next += 1;
        self.holds_more = true;
    }

    /// Adds an entry that stands at `position`, counted from 1: its line, or its number.
    pub(super) fn add_at(
        &mut self,
        position: usize,
        label: impl FnOnce() -> String,
        entry: Entry,
    ) -> Result<(), ImportError> {
        self.next = position + 1;
        match entry.and_then(bounded) {
            Ok(draft) => {
                self.drafts.push(draft);
                self.positions.push(position);
            }
            Err(error) => {
                let label = label().chars().take(MAX_LABEL).collect();
                let (within, reason, code) = (String::new(), error.to_string(), error.code());
                self.skipped.push(Skipped { position, within, label, reason, code });
            }
        }
        let entries = self.drafts.len() + self.skipped.len();
        if entries > MAX_ENTRIES { Err(ImportError::TooManyEntries) } else { Ok(()) }
    }

    /// Hands everything out, if there is anything to import.
    pub(super) fn finish(self) -> Result<Import, ImportError> {
        let Self { format, encrypted, holds_more, drafts, positions, skipped, .. } = self;
        if drafts.is_empty() {
            return Err(ImportError::NothingToImport { skipped });
        }
        let (missing_parts, parts) = (Vec::new(), Parts::new());
        Ok(Import { format, encrypted, holds_more, drafts, positions, skipped, missing_parts, parts })
    }
}

/// Names an entry by its issuer and its name, for a person to find it.
pub(super) fn label(issuer: &str, name: &str) -> String {
    match (issuer.trim(), name.trim()) {
        (issuer, "") => issuer.to_owned(),
        ("", name) => name.to_owned(),
        (issuer, name) => format!("{issuer}: {name}"),
    }
}

/// Lets a draft through that the vault can keep: what is too long is reported, never cut.
fn bounded(mut draft: Draft) -> Entry {
    let is_longer = |text: &str, most: usize| text.len() > most && text.chars().nth(most).is_some();
    draft.tags = tidied(std::mem::take(&mut draft.tags));
    if is_longer(&draft.issuer, MAX_LABEL) || is_longer(&draft.name, MAX_LABEL) {
        return Err(EntryError::LabelTooLong);
    }
    let is_too_long = is_longer(&draft.note, MOST_NOTE)
        || draft.tags.len() > MOST_TAGS
        || draft.tags.iter().any(|tag| is_longer(tag, MAX_LABEL));
    if is_too_long { Err(EntryError::TooLong) } else { Ok(draft) }
}

/// Drops tags that say nothing or say it twice.
fn tidied(tags: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(tags.len());
    for tag in tags.iter().map(|tag| tag.trim()).filter(|tag| !tag.is_empty()) {
        if kept.len() <= MOST_TAGS && !kept.iter().any(|known| known == tag) {
            kept.push(tag.to_owned());
        }
    }
    kept
}
