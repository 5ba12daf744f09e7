//! What the formats of other apps are sealed with. Our own cryptography is in `seal`; nothing here protects a vault.

use aes::Aes256;
use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use argon2::{Algorithm, Argon2, Params, Version};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit, StreamCipher};
use chacha20::{ChaCha20, R20, hchacha};
use hmac::{Hmac, Mac};
use poly1305::Poly1305;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

use super::ExportError;

pub(super) type Key = Zeroizing<[u8; 32]>;

/// Draws random bytes.
pub(super) fn random<const N: usize>() -> Result<[u8; N], ExportError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| ExportError::NoResources)?;
    Ok(bytes)
}

/// Seals with AES-256-GCM; the tag stands at the end.
pub(super) fn gcm(key: &[u8; 32], nonce: &[u8; 12], plain: &[u8]) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::with_capacity(plain.len() + 16);
    bytes.extend_from_slice(plain);
    let cipher = Aes256Gcm::new(key.into());
    cipher.encrypt_in_place(nonce.into(), b"", &mut bytes).map_err(|_| ExportError::NoResources)?;
    Ok(bytes)
}

/// Encrypts with AES-256-CBC and PKCS#7.
pub(super) fn cbc(key: &[u8; 32], iv: &[u8; 16], plain: &[u8]) -> Result<Vec<u8>, ExportError> {
    let mut bytes = Vec::with_capacity(plain.len() + 16);
    bytes.extend_from_slice(plain);
    bytes.resize(plain.len() + 16, 0);
    let cipher = cbc::Encryptor::<Aes256>::new(key.into(), iv.into());
    let length = cipher.encrypt_padded::<Pkcs7>(&mut bytes, plain.len()).map_err(|_| ExportError::NoResources)?.len();
    bytes.truncate(length);
    Ok(bytes)
}

/// Derives a key by Argon2id; memory in KiB.
pub(super) fn argon2(words: &[u8], salt: &[u8], [memory, passes, lanes]: [u32; 3]) -> Result<Key, ExportError> {
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| ExportError::NoResources)?;
    let mut key = Zeroizing::new([0; 32]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(words, salt, key.as_mut()).map_err(|_| ExportError::NoResources)?;
    Ok(key)
}

/// Derives a key by scrypt with `r` 8 and `p` 1.
pub(super) fn scrypt(words: &[u8], salt: &[u8], log_n: u8) -> Result<Key, ExportError> {
    let params = scrypt::Params::new(log_n, 8, 1).map_err(|_| ExportError::NoResources)?;
    let mut key = Zeroizing::new([0; 32]);
    scrypt::scrypt(words, salt, &params, key.as_mut()).map_err(|_| ExportError::NoResources)?;
    Ok(key)
}

/// Derives a key by PBKDF2-HMAC-SHA-256, in one block.
pub(super) fn pbkdf2(words: &[u8], salt: &[u8], rounds: u32) -> Result<Key, ExportError> {
    let keyed = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(words).map_err(|_| ExportError::NoResources)?;
    let mut round: [u8; 32] =
        keyed.clone().chain_update(salt).chain_update(1u32.to_be_bytes()).finalize().into_bytes().into();
    let mut sum = Zeroizing::new(round);
    for _ in 1..rounds {
        round = keyed.clone().chain_update(round).finalize().into_bytes().into();
        sum.iter_mut().zip(round).for_each(|(sum, byte)| *sum ^= byte);
    }
    round.zeroize();
    Ok(sum)
}

/// Computes HMAC-SHA-256 of several pieces, one after the other.
pub(super) fn hmac_sha256(key: &[u8], pieces: &[&[u8]]) -> Result<[u8; 32], ExportError> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).map_err(|_| ExportError::NoResources)?;
    pieces.iter().for_each(|piece| mac.update(piece));
    Ok(mac.finalize().into_bytes().into())
}

/// Seals one message as libsodium's secretstream does, with the tag of an ordinary message.
pub(super) fn secretstream(key: &Key, header: &[u8; 24], plain: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 64;
    let mut input = [0; 16];
    input.copy_from_slice(&header[..16]);
    let mut subkey = hchacha::<R20>((&**key).into(), &input.into());
    let mut nonce = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    nonce[4..].copy_from_slice(&header[16..]);
    let mut cipher = ChaCha20::new(&subkey, &nonce.into());
    subkey.as_mut_slice().zeroize();
    let mut first = Zeroizing::new([0; BLOCK]);
    cipher.apply_keystream(&mut *first);
    let mut block = [0; BLOCK];
    cipher.apply_keystream(&mut block);
    let mut sealed = vec![block[0]];
    sealed.extend_from_slice(plain);
    cipher.apply_keystream(&mut sealed[1..]);
    let mut signed = block.to_vec();
    signed.extend_from_slice(&sealed[1..]);
    // libsodium's own padding, which is not the usual one.
    signed.resize(signed.len() + plain.len() % 16, 0);
    signed.extend_from_slice(&0u64.to_le_bytes());
    signed.extend_from_slice(&((BLOCK + plain.len()) as u64).to_le_bytes());
    let mut mac_key = [0; 32];
    mac_key.copy_from_slice(&first[..32]);
    let mac = Poly1305::new(&mac_key.into()).compute_unpadded(&signed);
    mac_key.zeroize();
    sealed.extend_from_slice(&mac);
    sealed
}
