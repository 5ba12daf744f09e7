//! Links, one a line: what nearly every app reads.

use zeroize::Zeroizing;

use super::{ExportError, Exported, Exporter};
use crate::account::{Account, uri};
use crate::secret::Passphrase;

/// Writes links.
pub(super) const PLAIN: Exporter = Exporter {
    name: "uris",
    about: "links one a line (otpauth, motp), not encrypted",
    ending: "txt",
    is_encrypted: false,
    carries: &[],
    fits: |_| Ok(()),
    write,
};

fn write(accounts: &[Account], _: Option<&Passphrase>) -> Result<Vec<Exported>, ExportError> {
    Ok(Exported::alone(lines(accounts.iter().map(link))))
}

/// Writes the link of an account.
pub(super) fn link(account: &Account) -> Zeroizing<String> {
    uri::write(&account.issuer, &account.name, &account.otp)
}

/// Joins lines, each with its end.
pub(super) fn lines(lines: impl Iterator<Item = Zeroizing<String>>) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    for line in lines {
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
    }
    bytes
}
