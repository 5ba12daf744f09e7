//! Keys out of passphrases, at the cost that the file names, within what is given to any file.

use std::sync::mpsc;
use std::time::Duration;

use ::argon2::{Algorithm, Argon2, Block, Params, Version};
use ::hmac::{EagerHash, Hmac, KeyInit, Mac};
use zeroize::{Zeroize, Zeroizing};

use crate::import::{Access, ImportError};

/// The most rounds of PBKDF2.
const MOST_ROUNDS: u64 = 10_000_000;
/// The most memory of Argon2, in KiB, its most passes, and its most lanes.
const MOST_MEMORY_KIB: u64 = 1024 * 1024;
const MOST_PASSES: u64 = 64;
const MOST_LANES: u64 = 64;
/// The most that scrypt takes: 512 MiB at once, and each of its numbers.
const MOST_SCRYPT: u64 = 512 * 1024 * 1024;
const MOST_N: u64 = 1 << 20;
const MOST_R: u64 = 16;
const MOST_P: u64 = 8;

/// How often who watches is asked, in rounds and in time.
const ROUNDS_A_LOOK: u64 = 20_000;
const PAUSE: Duration = Duration::from_millis(50);

/// Names the hash function of PBKDF2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

/// Derives `N` bytes by PBKDF2-HMAC (RFC 8018, section 5.2).
pub(in crate::import) fn pbkdf2<const N: usize>(
    access: &Access<'_>,
    hash: Hash,
    words: &[u8],
    salt: &[u8],
    rounds: u64,
) -> Result<Zeroizing<[u8; N]>, ImportError> {
    if rounds == 0 {
        return Err(ImportError::Damaged);
    }
    if rounds > MOST_ROUNDS {
        return Err(ImportError::TooCostly { what: "more than 10,000,000 rounds of PBKDF2" });
    }
    match hash {
        Hash::Sha1 => stretched::<sha1::Sha1, N>(access, words, salt, rounds),
        Hash::Sha256 => stretched::<sha2::Sha256, N>(access, words, salt, rounds),
        Hash::Sha512 => stretched::<sha2::Sha512, N>(access, words, salt, rounds),
    }
}

fn stretched<D: EagerHash, const N: usize>(
    access: &Access<'_>,
    words: &[u8],
    salt: &[u8],
    rounds: u64,
) -> Result<Zeroizing<[u8; N]>, ImportError>
where
    Hmac<D>: Clone,
{
    let keyed = <Hmac<D> as KeyInit>::new_from_slice(words).map_err(|_| ImportError::Damaged)?;
    let length = <Hmac<D> as digest::OutputSizeUser>::output_size();
    let all = rounds * N.div_ceil(length) as u64;
    let mut key = Zeroizing::new([0; N]);
    for (index, piece) in key.chunks_mut(length).enumerate() {
        let first = keyed.clone().chain_update(salt).chain_update((index as u32 + 1).to_be_bytes());
        let mut round = first.finalize().into_bytes();
        let mut sum = round.clone();
        for done in 1..rounds {
            if done % ROUNDS_A_LOOK == 0 {
                let done = done + index as u64 * rounds;
                access.tell(Some((done * 1000 / all) as u16))?;
            }
            round = keyed.clone().chain_update(&round).finalize().into_bytes();
            sum.iter_mut().zip(&round).for_each(|(sum, byte)| *sum ^= byte);
        }
        piece.copy_from_slice(&sum[..piece.len()]);
        sum.as_mut_slice().zeroize();
        round.as_mut_slice().zeroize();
    }
    Ok(key)
}

/// Derives 32 bytes by scrypt (RFC 7914).
pub(in crate::import) fn scrypt(
    access: &Access<'_>,
    words: &[u8],
    salt: &[u8],
    [n, r, p]: [u64; 3],
) -> Result<Zeroizing<[u8; 32]>, ImportError> {
    if n < 2 || !n.is_power_of_two() || r == 0 || p == 0 {
        return Err(ImportError::Damaged);
    }
    let is_bounded = n <= MOST_N && r <= MOST_R && p <= MOST_P && 128 * n * r <= MOST_SCRYPT;
    let too_costly = ImportError::TooCostly { what: "scrypt with more than 512 MiB" };
    if !is_bounded {
        return Err(too_costly);
    }
    let params = ::scrypt::Params::new(n.ilog2() as u8, r as u32, p as u32).map_err(|_| ImportError::Damaged)?;
    let (words, salt) = (Zeroizing::new(words.to_vec()), salt.to_vec());
    apart(access, move || {
        let mut key = Zeroizing::new([0; 32]);
        ::scrypt::scrypt(&words, &salt, &params, key.as_mut()).map_err(|_| ImportError::Damaged)?;
        Ok(key)
    })
}

/// Derives 32 bytes by Argon2id, version 0x13 (RFC 9106); memory in KiB.
pub(in crate::import) fn argon2(
    access: &Access<'_>,
    words: &[u8],
    salt: &[u8],
    cost: [u64; 3],
) -> Result<Zeroizing<[u8; 32]>, ImportError> {
    if cost[1] > MOST_PASSES {
        return Err(TOO_MUCH_ARGON2);
    }
    argon2_as(access, Algorithm::Argon2id, Version::V0x13, words, salt, cost)
}

const TOO_MUCH_ARGON2: ImportError = ImportError::TooCostly { what: "Argon2 with more than 1 GiB or 64 passes" };

/// Derives 32 bytes by Argon2 of any kind and version; memory in KiB. Who takes less memory may take more passes.
pub(super) fn argon2_as(
    access: &Access<'_>,
    algorithm: Algorithm,
    version: Version,
    words: &[u8],
    salt: &[u8],
    [memory_kib, passes, lanes]: [u64; 3],
) -> Result<Zeroizing<[u8; 32]>, ImportError> {
    let work = memory_kib.saturating_mul(passes);
    if memory_kib > MOST_MEMORY_KIB || work > MOST_MEMORY_KIB * MOST_PASSES || lanes > MOST_LANES {
        return Err(TOO_MUCH_ARGON2);
    }
    let params = Params::new(memory_kib as u32, passes as u32, lanes as u32, Some(32));
    let params = params.map_err(|_| ImportError::Damaged)?;
    let (words, salt) = (Zeroizing::new(words.to_vec()), salt.to_vec());
    apart(access, move || {
        let mut memory = Vec::new();
        let no_memory = ImportError::TooCostly { what: "more memory than there is" };
        memory.try_reserve_exact(params.block_count()).map_err(|_| no_memory)?;
        memory.resize(params.block_count(), Block::default());
        let mut key = Zeroizing::new([0; 32]);
        let argon2 = Argon2::new(algorithm, version, params);
        let derived = argon2.hash_password_into_with_memory(&words, &salt, key.as_mut(), &mut memory[..]);
        derived.map(|()| key).map_err(|_| ImportError::Damaged)
    })
}

type Derived = Result<Zeroizing<[u8; 32]>, ImportError>;

/// Runs a derivation that tells nothing of itself, while somebody may stop waiting for it.
///
/// Who stops is free at once; the thread comes to its end by itself, within the limits above.
pub(super) fn apart(access: &Access<'_>, work: impl FnOnce() -> Derived + Send + 'static) -> Derived {
    if access.watch.is_none() {
        return work();
    }
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        // Nobody waits any more: the key is wiped as it is dropped.
        let _ = sender.send(work());
    });
    loop {
        match receiver.recv_timeout(PAUSE) {
            Ok(derived) => return derived,
            Err(mpsc::RecvTimeoutError::Timeout) => access.tell(None)?,
            Err(mpsc::RecvTimeoutError::Disconnected) => return Err(ImportError::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        data_encoding::HEXLOWER.encode(bytes)
    }

    #[test]
    fn pbkdf2_makes_the_keys_of_the_standards() {
        let access = Access::default();
        // RFC 6070, second case, and RFC 7914, section 11.
        let key = pbkdf2::<20>(&access, Hash::Sha1, b"password", b"salt", 2).unwrap();
        assert_eq!(hex(&*key), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
        let key = pbkdf2::<64>(&access, Hash::Sha256, b"passwd", b"salt", 1).unwrap();
        assert!(hex(&*key).starts_with("55ac046e56e3089fec1691c22544b605"));
    }

    #[test]
    fn refuses_what_would_eat_the_machine() {
        let access = Access::default();
        let costly = |result: Result<(), ImportError>| matches!(result, Err(ImportError::TooCostly { .. }));
        assert!(costly(pbkdf2::<32>(&access, Hash::Sha1, b"", b"", MOST_ROUNDS + 1).map(drop)));
        for bomb in [[1 << 21, 8, 1], [1 << 20, 8, 1], [1 << 14, 32, 1], [1 << 14, 8, 9], [1 << 40, 1 << 30, 1]] {
            assert!(costly(scrypt(&access, b"", b"", bomb).map(drop)), "{bomb:?}");
        }
        for bomb in [[MOST_MEMORY_KIB + 1, 1, 1], [64, 65, 1], [1024, 1, 65], [u64::MAX; 3]] {
            assert!(costly(argon2(&access, b"", b"salt of 8", bomb).map(drop)), "{bomb:?}");
        }
    }

    #[test]
    fn refuses_numbers_that_no_derivation_has() {
        let access = Access::default();
        let damaged = Some(ImportError::Damaged);
        assert_eq!(pbkdf2::<32>(&access, Hash::Sha1, b"", b"", 0).err(), damaged);
        for odd in [[0, 8, 1], [3, 8, 1], [16, 0, 1], [16, 8, 0]] {
            assert_eq!(scrypt(&access, b"", b"", odd).err(), damaged, "{odd:?}");
        }
        for odd in [[0, 1, 1], [64, 0, 1], [64, 1, 0]] {
            assert_eq!(argon2(&access, b"", b"salt of 8", odd).err(), damaged, "{odd:?}");
        }
    }

    #[test]
    fn stops_when_who_watches_says_so() {
        let stop = |_: Option<u16>| ControlFlow::Break(());
        let access = Access::default().watched(&stop);
        let stopped = Some(ImportError::Cancelled);
        assert_eq!(pbkdf2::<32>(&access, Hash::Sha256, b"", b"", 10_000_000).err(), stopped);
        assert_eq!(argon2(&access, b"", b"salt of 8", [128 * 1024, 16, 1]).err(), stopped);
    }

    #[test]
    fn tells_who_watches_how_far_it_is() {
        let seen = std::cell::RefCell::new(Vec::new());
        let watch = |thousandths: Option<u16>| {
            seen.borrow_mut().extend(thousandths);
            ControlFlow::Continue(())
        };
        pbkdf2::<64>(&Access::default().watched(&watch), Hash::Sha256, b"", b"", 40_001).unwrap();
        assert_eq!(*seen.borrow(), [249, 499, 749, 999]);
    }
}
