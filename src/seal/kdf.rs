//! How much work a guess at a passphrase costs.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::error::SealError;
use crate::secret::Passphrase;

/// Says how costly Argon2id is made (RFC 9106, version 0x13).
///
/// The limits hold at making and at loading, so that neither a careless caller nor a hostile file can
/// make a check worthless or endless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kdf {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Kdf {
    /// The least that is accepted: 19 MiB, 2 passes, 1 lane, the lowest advice of OWASP.
    pub const FLOOR: Self = Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 };
    /// The least that new slots use: 64 MiB, 3 passes, 1 lane.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
    /// The most that is chosen by measuring: 256 MiB, 8 passes, 1 lane.
    ///
    /// A machine with 1 GiB of memory and a fifth of the pace still opens it, in some seconds.
    pub const MEASURED_MOST: Self = Self { memory_kib: 256 * 1024, passes: 8, lanes: 1 };
    /// The most that is accepted: 1 GiB, 16 passes, 8 lanes.
    pub const CEILING: Self = Self { memory_kib: 1024 * 1024, passes: 16, lanes: 8 };

    /// Accepts each parameter between [`Kdf::FLOOR`] and [`Kdf::CEILING`]; memory in KiB.
    ///
    /// # Errors
    /// [`SealError::KdfOutOfBounds`] for anything else.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, SealError> {
        let (low, high) = (Self::FLOOR, Self::CEILING);
        let fits = (low.memory_kib..=high.memory_kib).contains(&memory_kib)
            && (low.passes..=high.passes).contains(&passes)
            && (low.lanes..=high.lanes).contains(&lanes);
        if fits { Ok(Self { memory_kib, passes, lanes }) } else { Err(SealError::KdfOutOfBounds) }
    }

    /// Returns the memory in KiB.
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Returns how often the memory is gone over.
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// Returns the number of lanes.
    pub fn lanes(self) -> u32 {
        self.lanes
    }

    /// Derives 256 bits from the UTF-8 bytes of the passphrase, exactly as typed.
    pub(super) fn derive(self, passphrase: &Passphrase, salt: &[u8; 32]) -> Result<Zeroizing<[u8; 32]>, SealError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32));
        let params = params.map_err(|_| SealError::KdfOutOfBounds)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), salt, key.as_mut())
            .map_err(|_| SealError::NoMemory)?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_floor_standard_and_ceiling() {
        for kdf in [Kdf::FLOOR, Kdf::STANDARD, Kdf::CEILING] {
            assert_eq!(Kdf::new(kdf.memory_kib, kdf.passes, kdf.lanes), Ok(kdf));
        }
    }

    #[test]
    fn refuses_what_is_too_cheap_or_too_costly() {
        for (memory, passes, lanes) in [
            (19 * 1024 - 1, 2, 1),
            (1024 * 1024 + 1, 2, 1),
            (19 * 1024, 1, 1),
            (19 * 1024, 17, 1),
            (19 * 1024, 2, 0),
            (19 * 1024, 2, 9),
            (0, 0, 0),
            (u32::MAX, u32::MAX, u32::MAX),
        ] {
            assert_eq!(Kdf::new(memory, passes, lanes), Err(SealError::KdfOutOfBounds), "{memory} {passes} {lanes}");
        }
    }
}
