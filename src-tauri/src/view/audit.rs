//! The audit trail as the page sees it: when, what, and about whom.

use serde::Serialize;
use sterk::{
    account::shown,
    vault::{Happened, Vault},
};

use super::guide::NamedView;

/// Is one thing that happened to the vault.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HappenedView {
    /// Unix second.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: u64,
    /// Stable name of the event, as on the command line; a newer program may have written others.
    pub event: String,
    /// The kind of the way to unlock, where it is about one: `keyring`, `passphrase` or `recovery-key`.
    pub way: Option<String>,
    /// The account, where it is about one that is still there.
    pub account: Option<NamedView>,
}

impl HappenedView {
    /// Shows one entry of a vault's trail.
    pub fn of(one: &Happened, vault: &Vault) -> Self {
        let id = one.about().parse().ok();
        let way = (id.is_none() && !one.about().is_empty()).then(|| shown(one.about()));
        let account = id.and_then(|id| vault.account(id).ok()).map(|account| NamedView::of(&account));
        Self { at: one.at(), event: shown(one.event()), way, account }
    }
}
