//! What can be wrong with a sealed file, a slot or a credential.

/// Says why something could not be sealed or opened; never a secret, never the text that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// An identifier is not 32 hexadecimal digits.
    #[error("an identifier has 32 hexadecimal digits")]
    BadId,
    /// A recovery key has a mistake in one of its groups.
    #[error("group {group} of the recovery key has a mistake; compare it with the printed one")]
    BadRecoveryKey {
        /// Number of the group, from 1.
        group: usize,
    },
    /// A recovery key is too short or too long.
    #[error("the recovery key has {found} characters where {wanted} are expected")]
    BadRecoveryKeyLength {
        /// Letters and digits that were given.
        found: usize,
        /// Letters and digits of a whole key.
        wanted: usize,
    },
    /// A text is not a slot key as a keyring holds it.
    #[error("the stored key is not one of ours")]
    BadSlotKey,
    /// Bytes of the file have changed since it was written.
    #[error("the file is damaged")]
    Damaged,
    /// Parameters of the key derivation lie outside the limits.
    #[error("the cost of the passphrase check is outside the limits")]
    KdfOutOfBounds,
    /// The machine has no memory left for the passphrase check.
    #[error("not enough memory for the passphrase check")]
    NoMemory,
    /// The system gave no random numbers.
    #[error("the system gave no random numbers")]
    NoRandomness,
    /// A file without slots could never be opened again.
    #[error("a sealed file needs at least one way to open it")]
    NoSlot,
    /// The file is something else altogether.
    #[error("this is not a sealed file of Sterk")]
    NotSealed,
    /// Two records or two slots have the same identifier.
    #[error("two entries of the file have the same identifier")]
    RepeatedId,
    /// The key is right, but the head of the file was changed by somebody without it.
    #[error("the head of the file was changed by someone who does not have its key")]
    Tampered,
    /// The file, its head, a name or the number of entries is above the limits.
    #[error("the file is larger than the limits allow")]
    TooLarge,
    /// The end of the file is missing.
    #[error("the end of the file is missing")]
    Truncated,
    /// A newer version of the program wrote the file.
    #[error("the file has format version {found}, and this program reads up to {newest}")]
    UnsupportedVersion {
        /// Version of the file.
        found: u16,
        /// Newest version that can be read.
        newest: u16,
    },
    /// The key does not belong to this file or this slot.
    #[error("the key does not open this file")]
    WrongKey,
    /// The passphrase does not open this slot.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// The recovery key is well written but does not open this slot.
    #[error("this recovery key does not open this file")]
    WrongRecoveryKey,
    /// The slot takes another kind of credential.
    #[error("this way to open the file takes another kind of credential")]
    WrongSlotKind,
}

impl SealError {
    /// Returns the stable name that programs may rely on.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadId => "bad_id",
            Self::BadRecoveryKey { .. } | Self::BadRecoveryKeyLength { .. } => "bad_recovery_key",
            Self::BadSlotKey => "bad_slot_key",
            Self::Damaged => "vault_damaged",
            Self::KdfOutOfBounds => "kdf_out_of_bounds",
            Self::NoMemory => "no_memory",
            Self::NoRandomness => "no_randomness",
            Self::NoSlot => "no_slot",
            Self::NotSealed => "not_a_vault",
            Self::RepeatedId => "repeated_id",
            Self::Tampered => "vault_tampered",
            Self::TooLarge => "too_large",
            Self::Truncated => "vault_truncated",
            Self::UnsupportedVersion { .. } => "unsupported_version",
            Self::WrongKey => "wrong_key",
            Self::WrongPassphrase => "wrong_passphrase",
            Self::WrongRecoveryKey => "wrong_recovery_key",
            Self::WrongSlotKind => "wrong_slot_kind",
        }
    }
}
