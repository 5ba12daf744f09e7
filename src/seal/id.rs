//! Names for ever: 128 random bits, written as 32 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

use super::error::SealError;
use super::key::random;

/// Names one record of a sealed file for ever.
pub type RecordId = [u8; 16];

macro_rules! id {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl $name {
            /// Makes a new one from 128 random bits.
            ///
            /// # Errors
            /// [`SealError::NoRandomness`] when the system gives no random numbers.
            pub fn make() -> Result<Self, SealError> {
                random().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&HEXLOWER.encode(&self.0))
            }
        }

        impl FromStr for $name {
            type Err = SealError;

            fn from_str(text: &str) -> Result<Self, SealError> {
                let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| SealError::BadId)?;
                bytes.try_into().map(Self).map_err(|_| SealError::BadId)
            }
        }
    };
}

id!(SlotId, "Names one slot for ever.");
id!(VaultId, "Names one vault for ever; its backups carry the same name.");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let id = VaultId::make().unwrap();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
        assert_eq!(SlotId([0xab; 16]).to_string(), "ab".repeat(16));
    }

    #[test]
    fn refuses_other_text() {
        for text in ["", "ab", &"g".repeat(32), &"ab".repeat(17), &"é".repeat(16)] {
            assert_eq!(text.parse::<SlotId>(), Err(SealError::BadId));
        }
    }
}
