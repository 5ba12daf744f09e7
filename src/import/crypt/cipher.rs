//! The ciphers of other apps; each opens, none seals.

use aes::Aes256;
use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use hmac::{Hmac, Mac};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Says that a key does not open something, or that it was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct NotOpened;

/// Opens AES-256-GCM with a nonce of 12 bytes; the tag stands at the end.
pub(in crate::import) fn gcm(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| NotOpened)?;
    let nonce: &[u8; 12] = nonce.try_into().map_err(|_| NotOpened)?;
    let mut bytes = Zeroizing::new(sealed.to_vec());
    cipher.decrypt_in_place(nonce.into(), aad, &mut *bytes).map_err(|_| NotOpened)?;
    Ok(bytes)
}

/// Opens AES-256-CBC with PKCS#7 padding, which is all there is to tell a wrong key by.
pub(in crate::import) fn cbc(key: &[u8], iv: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(key, iv).map_err(|_| NotOpened)?;
    let mut bytes = Zeroizing::new(sealed.to_vec());
    let length = cipher.decrypt_padded::<Pkcs7>(&mut bytes).map_err(|_| NotOpened)?.len();
    bytes.truncate(length);
    Ok(bytes)
}

/// Decrypts whole blocks of AES-256-CBC, without any padding.
pub(in crate::import) fn cbc_blocks(key: &[u8], iv: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(key, iv).map_err(|_| NotOpened)?;
    let mut bytes = Zeroizing::new(sealed.to_vec());
    cipher.decrypt_padded::<NoPadding>(&mut bytes).map_err(|_| NotOpened)?;
    Ok(bytes)
}

/// Computes HMAC-SHA-1 of several pieces, one after the other.
pub(in crate::import) fn hmac_sha1(key: &[u8], pieces: &[&[u8]]) -> [u8; 20] {
    mac::<Hmac<sha1::Sha1>>(key, pieces).into()
}

/// Computes HMAC-SHA-256 of several pieces, one after the other.
pub(in crate::import) fn hmac_sha256(key: &[u8], pieces: &[&[u8]]) -> [u8; 32] {
    mac::<Hmac<sha2::Sha256>>(key, pieces).into()
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104, section 2)")]
fn mac<M: Mac + KeyInit>(key: &[u8], pieces: &[&[u8]]) -> digest::Output<M> {
    let mut mac = <M as KeyInit>::new_from_slice(key).expect("any length is right");
    pieces.iter().for_each(|piece| mac.update(piece));
    mac.finalize().into_bytes()
}

/// Compares in constant time.
pub(in crate::import) fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}
