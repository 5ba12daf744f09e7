//! Finding what is kept already: by its secret, or by its names.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::Vault;
use crate::account::{Account, AccountId, Draft};
use crate::otp::Otp;

/// Names the account that a draft repeats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duplicate {
    /// The account that is kept.
    pub id: AccountId,
    /// What is the same.
    pub by: SameBy,
}

/// Says what a draft shares with a kept account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameBy {
    /// Issuer and name, with another secret.
    Name,
    /// Kind and secret.
    Secret,
}

/// Knows the secrets and names of many accounts, for quick look-ups.
#[derive(Debug, Default)]
pub struct Duplicates {
    secrets: HashMap<[u8; 32], AccountId>,
    names: HashMap<(String, String), AccountId>,
}

impl Duplicates {
    /// Knows the live accounts of a vault.
    pub fn of(vault: &Vault) -> Self {
        let mut known = Self::default();
        vault.accounts().iter().for_each(|account| known.learn(account));
        known
    }

    /// Takes one more account into account.
    pub fn learn(&mut self, account: &Account) {
        self.secrets.entry(fingerprint(&account.otp)).or_insert(account.id);
        self.names.entry(names(&account.issuer, &account.name)).or_insert(account.id);
    }

    /// Returns the account that `draft` repeats; the same secret counts before the same names.
    pub fn find(&self, draft: &Draft) -> Option<Duplicate> {
        let by_secret = self.secrets.get(&fingerprint(&draft.otp)).map(|id| Duplicate { id: *id, by: SameBy::Secret });
        by_secret.or_else(|| {
            let id = self.names.get(&names(&draft.issuer, &draft.name))?;
            Some(Duplicate { id: *id, by: SameBy::Name })
        })
    }
}

/// Derives a value that is equal for equal kinds and secrets; a hash, so that no copy of a secret is kept.
fn fingerprint(otp: &Otp) -> [u8; 32] {
    let hash = Sha256::new().chain_update(otp.kind().name()).chain_update([0]).chain_update(otp.secret().expose());
    hash.finalize().into()
}

fn names(issuer: &str, name: &str) -> (String, String) {
    (issuer.trim().to_lowercase(), name.trim().to_lowercase())
}
