//! libsodium's secretstream (XChaCha20-Poly1305) with a single message.

use chacha20::cipher::{KeyIvInit, StreamCipher, StreamCipherSeek};
use chacha20::{ChaCha20, R20, hchacha};
use poly1305::Poly1305;
use poly1305::universal_hash::KeyInit;
use zeroize::Zeroizing;

use super::cipher::{NotOpened, same};

const HEADER: usize = 24;
const MAC: usize = 16;
const BLOCK: usize = 64;
/// The tags of a message that is the whole stream: an ordinary one, and the last.
const TAGS: [u8; 2] = [0, 3];

/// Opens a stream of one message; a wrong key and changed bytes look the same.
pub(in crate::import) fn secretstream(
    key: &[u8; 32],
    header: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let (input, nonce) = <&[u8; HEADER]>::try_from(header).map_err(|_| NotOpened)?.split_at(16);
    let length = sealed.len().checked_sub(1 + MAC).ok_or(NotOpened)?;
    let (body, mac) = sealed.split_at(1 + length);
    let input: [u8; 16] = input.try_into().map_err(|_| NotOpened)?;
    let mut subkey = hchacha::<R20>(key.into(), &input.into());
    let mut iv = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    iv[4..].copy_from_slice(nonce);
    let mut cipher = ChaCha20::new(&subkey, &iv.into());
    zeroize::Zeroize::zeroize(subkey.as_mut_slice());

    let mut first = Zeroizing::new([0; BLOCK]);
    cipher.apply_keystream(&mut *first);
    let mut block = Zeroizing::new([0; BLOCK]);
    block[0] = body[0];
    cipher.apply_keystream(&mut *block);
    let tag = std::mem::replace(&mut block[0], body[0]);
    if !same(&authenticator(&first, &block, &body[1..]), mac) || !TAGS.contains(&tag) {
        return Err(NotOpened);
    }
    let mut message = Zeroizing::new(body[1..].to_vec());
    cipher.seek(2 * BLOCK as u64);
    cipher.apply_keystream(&mut message);
    Ok(message)
}

fn authenticator(first: &[u8; BLOCK], block: &[u8; BLOCK], message: &[u8]) -> [u8; MAC] {
    let mut input = Zeroizing::new(block.to_vec());
    input.extend_from_slice(message);
    // libsodium's own reckoning, which is not the usual "up to a multiple of 16".
    input.resize(BLOCK + message.len() + message.len() % 16, 0);
    input.extend_from_slice(&0u64.to_le_bytes());
    input.extend_from_slice(&((BLOCK + message.len()) as u64).to_le_bytes());
    let mut key = poly1305::Key::default();
    key.copy_from_slice(&first[..32]);
    Poly1305::new(&key).compute_unpadded(&input).into()
}
