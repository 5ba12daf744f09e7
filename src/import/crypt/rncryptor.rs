//! RNCryptor, version 3: AES-256-CBC and HMAC-SHA-256 under two keys of one password.

use zeroize::Zeroizing;

use super::{Hash, cbc, hmac_sha256, pbkdf2, same};
use crate::import::{Access, ImportError};

/// Version 3, opened with a password.
const HEAD: [u8; 2] = [3, 1];
const ROUNDS: u64 = 10_000;
const MAC: usize = 32;

/// Opens what a password sealed.
pub(in crate::import) fn rncryptor(
    access: &Access<'_>,
    words: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let (signed, mac) = sealed.split_at_checked(sealed.len().saturating_sub(MAC)).ok_or(ImportError::Damaged)?;
    let rest = signed.strip_prefix(&HEAD).filter(|rest| rest.len() > 32).ok_or(ImportError::Damaged)?;
    let (salts, rest) = rest.split_at(16);
    let (iv, body) = rest.split_at(16);
    let mac_key = pbkdf2::<32>(access, Hash::Sha1, words, &salts[8..], ROUNDS)?;
    if !same(&hmac_sha256(&*mac_key, &[signed]), mac) {
        return Err(ImportError::WrongPassphrase);
    }
    let key = pbkdf2::<32>(access, Hash::Sha1, words, &salts[..8], ROUNDS)?;
    cbc(&*key, iv, body).map_err(|_| ImportError::Damaged)
}
