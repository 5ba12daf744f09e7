//! AES-256-GCM with a nonce of 16 bytes, which is hashed before it counts (SP 800-38D, section 7.1).

use aes::Aes256;
use aes_gcm::aead::AeadInOut;
use aes_gcm::aead::consts::U16;
use aes_gcm::{AesGcm, KeyInit};
use zeroize::Zeroizing;

use super::cipher::NotOpened;

/// Opens what was sealed; the tag stands at the end.
pub(in crate::import) fn gcm16(
    key: &[u8],
    nonce: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let cipher = AesGcm::<Aes256, U16>::new_from_slice(key).map_err(|_| NotOpened)?;
    let nonce: &[u8; 16] = nonce.try_into().map_err(|_| NotOpened)?;
    let mut bytes = Zeroizing::new(sealed.to_vec());
    cipher.decrypt_in_place(nonce.into(), aad, &mut *bytes).map_err(|_| NotOpened)?;
    Ok(bytes)
}
