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
    /// Secret and parameters: it makes the same codes.
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
        self.find_otp(&draft.otp).or_else(|| {
            let id = self.names.get(&names(&draft.issuer, &draft.name))?;
            Some(Duplicate { id: *id, by: SameBy::Name })
        })
    }

    /// Returns the account that makes the same codes.
    pub fn find_otp(&self, otp: &Otp) -> Option<Duplicate> {
        self.secrets.get(&fingerprint(otp)).map(|id| Duplicate { id: *id, by: SameBy::Secret })
    }
}

/// Derives a value that is equal for accounts that make the same codes; a hash, so that no copy of a secret is kept.
///
/// One secret under another algorithm, length or period makes other codes, so it is another account.
fn fingerprint(otp: &Otp) -> [u8; 32] {
    let period = otp.period().map_or(0, crate::otp::Period::seconds);
    let parameters = format!("{}/{}/{}/{period}/", otp.kind().name(), otp.algorithm().name(), otp.digits().count());
    Sha256::new().chain_update(parameters).chain_update(otp.secret().expose()).finalize().into()
}

fn names(issuer: &str, name: &str) -> (String, String) {
    (issuer.trim().to_lowercase(), name.trim().to_lowercase())
}
