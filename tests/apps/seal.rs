//! The ciphers of other apps the other way round: what the importers open is sealed here.

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use hmac::{EagerHash, Hmac, Mac};

/// PBKDF2 as in RFC 8018, in its plainest form.
pub fn pbkdf2<D: EagerHash>(words: &[u8], salt: &[u8], rounds: u32, length: usize) -> Vec<u8>
where
    Hmac<D>: Clone,
{
    let keyed = <Hmac<D> as KeyInit>::new_from_slice(words).unwrap();
    let mut key = Vec::new();
    for index in 1u32.. {
        let mut round =
            keyed.clone().chain_update(salt).chain_update(index.to_be_bytes()).finalize().into_bytes().to_vec();
        let mut sum = round.clone();
        for _ in 1..rounds {
            round = keyed.clone().chain_update(&round).finalize().into_bytes().to_vec();
            sum.iter_mut().zip(&round).for_each(|(sum, byte)| *sum ^= byte);
        }
        key.extend(sum);
        if key.len() >= length {
            break;
        }
    }
    key.truncate(length);
    key
}

/// Argon2id with memory in KiB.
pub fn argon2(words: &[u8], salt: &[u8], [memory, passes, lanes]: [u32; 3]) -> Vec<u8> {
    let params = argon2::Params::new(memory, passes, lanes, Some(32)).unwrap();
    let mut key = vec![0; 32];
    argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
        .hash_password_into(words, salt, &mut key)
        .unwrap();
    key
}

/// scrypt.
pub fn scrypt(words: &[u8], salt: &[u8], log_n: u8) -> Vec<u8> {
    let mut key = vec![0; 32];
    scrypt::scrypt(words, salt, &scrypt::Params::new(log_n, 8, 1).unwrap(), &mut key).unwrap();
    key
}

/// AES-256-GCM; the tag stands at the end.
pub fn gcm(key: &[u8], nonce: &[u8; 12], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut bytes = plain.to_vec();
    Aes256Gcm::new_from_slice(key).unwrap().encrypt_in_place(nonce.into(), aad, &mut bytes).unwrap();
    bytes
}

/// AES-256-CBC with PKCS#7.
pub fn cbc(key: &[u8], iv: &[u8; 16], plain: &[u8]) -> Vec<u8> {
    let cipher = cbc::Encryptor::<aes::Aes256>::new_from_slices(key, iv).unwrap();
    let mut bytes = plain.to_vec();
    bytes.resize(plain.len() + 16, 0);
    let length = cipher.encrypt_padded::<Pkcs7>(&mut bytes, plain.len()).unwrap().len();
    bytes.truncate(length);
    bytes
}

/// HMAC over all of it.
pub fn hmac<D: EagerHash>(key: &[u8], message: &[u8]) -> Vec<u8> {
    <Hmac<D> as KeyInit>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes().to_vec()
}

pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

pub fn base64(bytes: &[u8]) -> String {
    data_encoding::BASE64.encode(bytes)
}
