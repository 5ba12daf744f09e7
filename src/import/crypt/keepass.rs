//! What KDBX needs: its key derivations, its block ciphers, and the stream that covers single values.

use ::argon2::{Algorithm, Version};
use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherEncrypt, BlockModeDecrypt, KeyInit, KeyIvInit, StreamCipher};
use chacha20::ChaCha20;
use salsa20::Salsa20;
use sha2::{Digest, Sha256, Sha512};
use twofish::Twofish;
use zeroize::Zeroizing;

use super::cipher::{NotOpened, cbc};
use super::derive::argon2_as;
use crate::import::{Access, ImportError};

/// The most rounds of AES: a few seconds, where KeePass itself offers one.
const MOST_ROUNDS: u64 = 300_000_000;
const ROUNDS_A_LOOK: u64 = 200_000;

/// Says how a database makes its key out of what people know, as its header has it.
pub(in crate::import) enum Transform {
    /// Encrypts the key with the seed, over and over.
    Aes { seed: [u8; 32], rounds: u64 },
    /// Argon2d or Argon2id; cost is memory in KiB, passes and lanes.
    Argon2 { is_id: bool, version: u64, salt: Vec<u8>, cost: [u64; 3] },
}

impl Transform {
    /// Derives the key, within the limits of any file.
    pub(in crate::import) fn derive(
        &self,
        access: &Access<'_>,
        composite: &[u8; 32],
    ) -> Result<Zeroizing<[u8; 32]>, ImportError> {
        match self {
            Self::Aes { seed, rounds } => aes_rounds(access, seed, composite, *rounds),
            Self::Argon2 { is_id, version, salt, cost } => {
                let algorithm = if *is_id { Algorithm::Argon2id } else { Algorithm::Argon2d };
                let version = match version {
                    0x10 => Version::V0x10,
                    0x13 => Version::V0x13,
                    _ => return Err(ImportError::Damaged),
                };
                argon2_as(access, algorithm, version, composite, salt, *cost)
            }
        }
    }
}

fn aes_rounds(
    access: &Access<'_>,
    seed: &[u8; 32],
    composite: &[u8; 32],
    rounds: u64,
) -> Result<Zeroizing<[u8; 32]>, ImportError> {
    if rounds > MOST_ROUNDS {
        return Err(ImportError::TooCostly { what: "more than 300,000,000 rounds of AES" });
    }
    let cipher = Aes256::new(seed.into());
    let mut blocks: [aes::Block; 2] = [[0; 16].into(); 2];
    blocks[0].copy_from_slice(&composite[..16]);
    blocks[1].copy_from_slice(&composite[16..]);
    for done in 0..rounds {
        if done.is_multiple_of(ROUNDS_A_LOOK) {
            access.tell(Some((done * 1000 / rounds) as u16))?;
        }
        cipher.encrypt_blocks(&mut blocks);
    }
    let key = Sha256::new().chain_update(blocks[0]).chain_update(blocks[1]).finalize();
    blocks.iter_mut().for_each(|block| zeroize::Zeroize::zeroize(block.as_mut_slice()));
    Ok(Zeroizing::new(key.into()))
}

/// Names the cipher of a whole database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Block {
    Aes,
    ChaCha20,
    Twofish,
}

/// Decrypts the body of a database; its integrity is for others to check.
pub(in crate::import) fn unblock(
    block: Block,
    key: &[u8; 32],
    iv: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    match block {
        Block::Aes => cbc(key, iv, sealed),
        Block::ChaCha20 => {
            let mut cipher = ChaCha20::new_from_slices(key, iv).map_err(|_| NotOpened)?;
            let mut bytes = Zeroizing::new(sealed.to_vec());
            cipher.apply_keystream(&mut bytes);
            Ok(bytes)
        }
        Block::Twofish => {
            let cipher = cbc::Decryptor::<Twofish>::new_from_slices(key, iv).map_err(|_| NotOpened)?;
            let mut bytes = Zeroizing::new(sealed.to_vec());
            let length = cipher.decrypt_padded::<Pkcs7>(&mut bytes).map_err(|_| NotOpened)?.len();
            bytes.truncate(length);
            Ok(bytes)
        }
    }
}

/// Covers the values of a database that are protected, one after the other in the order of the document.
pub(in crate::import) enum Keystream {
    ChaCha20(Box<ChaCha20>),
    /// Nothing is covered.
    None,
    Salsa20(Box<Salsa20>),
}

impl Keystream {
    /// Begins a stream by its number in the header.
    pub(in crate::import) fn new(number: u32, key: &[u8]) -> Option<Self> {
        const NONCE: [u8; 8] = [0xe8, 0x30, 0x09, 0x4b, 0x97, 0x20, 0x5d, 0x2a];
        match number {
            0 => Some(Self::None),
            2 => Some(Self::Salsa20(Box::new(Salsa20::new(&Sha256::digest(key), &NONCE.into())))),
            3 => {
                let hash = Zeroizing::new(<[u8; 64]>::from(Sha512::digest(key)));
                ChaCha20::new_from_slices(&hash[..32], &hash[32..44])
                    .ok()
                    .map(|cipher| Self::ChaCha20(Box::new(cipher)))
            }
            _ => None,
        }
    }

    /// Uncovers the next value.
    pub(in crate::import) fn uncover(&mut self, value: &mut [u8]) {
        match self {
            Self::ChaCha20(cipher) => cipher.apply_keystream(value),
            Self::None => {}
            Self::Salsa20(cipher) => cipher.apply_keystream(value),
        }
    }
}
