//! Files that hold in the clear what the vault has now, by their names alone.

use serde::Serialize;

use super::SkippedView;

/// Is a file that may be deleted.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LeftoverView {
    /// Its name without its folder, safe to show.
    pub name: String,
    /// The service that keeps a copy of its folder elsewhere, as far as that can be seen.
    pub service: Option<&'static str>,
}

/// Counts what became of such files.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeletedView {
    /// Files that are gone.
    pub deleted: u32,
    /// Files that are still there, and why.
    pub stays: Vec<SkippedView>,
}
