//! The keys: of the vault, of a slot in the keyring, and the short-lived ones derived from them.

use std::fmt;

use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use data_encoding::BASE64;
use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::error::SealError;
use super::id::VaultId;
use crate::secret::Kept;

/// Length of the tag that AES-256-GCM puts behind a ciphertext, in bytes.
pub(super) const TAG: usize = 16;

/// Names the key of a note; its salt is new each time, so that each key seals one note.
const NOTE: &str = "sterk v1 note";

/// Returns bytes from the random generator of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
    Ok(bytes)
}

macro_rules! key {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        pub struct $name(Kept);

        impl $name {
            /// Makes a new one from 256 random bits.
            ///
            /// # Errors
            /// [`SealError::NoRandomness`] when the system gives no random numbers.
            pub fn make() -> Result<Self, SealError> {
                random::<32>().map(Zeroizing::new).map(|bytes| Self(Kept::copy(bytes.as_ref())))
            }

            pub(crate) fn expose(&self) -> &[u8] {
                self.0.bytes()
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose().ct_eq(other.expose()).into()
            }
        }

        impl Eq for $name {}

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    };
}

key!(VaultKey, "Is the key of a vault: 256 bits from which the key of every write is derived.");
key!(SlotKey, "Is what lies in the keyring of the system: 256 bits that open one slot.");

impl VaultKey {
    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Kept::copy(bytes))
    }

    /// Derives what tells one content from another, and tells nothing to who does not have the key.
    ///
    /// `digest` is SHA-256 over the content.
    pub(crate) fn derive_fingerprint(&self, digest: &[u8; 32]) -> [u8; 32] {
        *Derivation::new(digest, self.expose()).derive_bytes("sterk v1 fingerprint")
    }
}

impl VaultKey {
    /// Seals a few bytes that lie beside the vault, under a key of their own: a salt, the ciphertext and its tag.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn seal_note(&self, vault: VaultId, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let salt: [u8; 32] = random()?;
        let mut sealed = Vec::with_capacity(32 + plain.len() + TAG);
        sealed.extend_from_slice(&salt);
        sealed.extend_from_slice(plain);
        let cipher = Derivation::new(&salt, self.expose()).derive_cipher(NOTE);
        cipher.encrypt(&[0; 12], &vault.0, &mut sealed, 32)?;
        Ok(sealed)
    }

    /// Opens what [`VaultKey::seal_note`] sealed; nothing where it is of another vault or was changed.
    pub fn open_note(&self, vault: VaultId, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (salt, sealed) = sealed.split_first_chunk::<32>()?;
        Derivation::new(salt, self.expose()).derive_cipher(NOTE).decrypt(&[0; 12], &vault.0, sealed)
    }
}

impl SlotKey {
    /// Writes the key as base64 text, the form every keyring keeps unharmed.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(self.expose()))
    }

    /// Reads the text that [`SlotKey::to_text`] wrote; white space around it is ignored.
    ///
    /// # Errors
    /// [`SealError::BadSlotKey`] for any other text.
    pub fn from_text(text: &str) -> Result<Self, SealError> {
        let bytes = BASE64.decode(text.trim().as_bytes()).map(Zeroizing::new).map_err(|_| SealError::BadSlotKey)?;
        if bytes.len() != 32 {
            return Err(SealError::BadSlotKey);
        }
        Ok(Self(Kept::copy(&bytes)))
    }
}

/// Derives keys and values by HKDF-SHA-256 (RFC 5869) from `material` and `salt`.
pub(super) struct Derivation(Hkdf<Sha256>);

impl Derivation {
    pub(super) fn new(salt: &[u8; 32], material: &[u8]) -> Self {
        Self(Hkdf::new(Some(salt), material))
    }

    pub(super) fn derive_bytes(&self, label: &str) -> Zeroizing<[u8; 32]> {
        let mut bytes = Zeroizing::new([0; 32]);
        #[expect(clippy::expect_used, reason = "HKDF-SHA-256 yields up to 8,160 bytes, and 32 are asked for")]
        self.0.expand(label.as_bytes(), bytes.as_mut()).expect("32 bytes are within HKDF's limit");
        bytes
    }

    pub(super) fn derive_cipher(&self, label: &str) -> Cipher {
        Cipher(Aes256Gcm::new((&*self.derive_bytes(label)).into()))
    }
}

/// Is AES-256-GCM under one derived key; the caller never uses a nonce twice.
pub(super) struct Cipher(Aes256Gcm);

impl Cipher {
    /// Encrypts what `buffer` holds from `start` on and puts the tag behind it.
    pub(super) fn encrypt(
        &self,
        nonce: &[u8; 12],
        aad: &[u8],
        buffer: &mut Vec<u8>,
        start: usize,
    ) -> Result<(), SealError> {
        let text = (&mut buffer[start..]).into();
        let tag = self.0.encrypt_inout_detached(nonce.into(), aad, text).map_err(|_| SealError::TooLarge)?;
        buffer.extend_from_slice(&tag);
        Ok(())
    }

    /// Decrypts ciphertext and tag; nothing comes back when either, the nonce or the data beside it changed.
    pub(super) fn decrypt(&self, nonce: &[u8; 12], aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (text, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG)?)?;
        let mut plain = Zeroizing::new(text.to_vec());
        let buffer = plain.as_mut_slice().into();
        self.0.decrypt_inout_detached(nonce.into(), aad, buffer, tag.try_into().ok()?).ok()?;
        Some(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_no_key() {
        let keys = (VaultKey::make(), SlotKey::make());
        assert_eq!(format!("{keys:?}"), "(Ok(VaultKey(hidden)), Ok(SlotKey(hidden)))");
    }

    #[test]
    fn keeps_a_slot_key_through_text() {
        let key = SlotKey::make().unwrap();
        assert_eq!(SlotKey::from_text(&format!(" {}\n", *key.to_text())), Ok(key));
    }

    #[test]
    fn refuses_text_that_is_no_slot_key() {
        for text in ["", "AAAA", "not base64!", &BASE64.encode(&[1; 31]), &BASE64.encode(&[1; 33])] {
            assert_eq!(SlotKey::from_text(text), Err(SealError::BadSlotKey));
        }
    }

    #[test]
    fn opens_a_note_of_its_own_vault_and_no_changed_one() {
        let (key, vault) = (VaultKey::make().unwrap(), VaultId([1; 16]));
        let sealed = key.seal_note(vault, b"something").unwrap();
        assert_eq!(key.open_note(vault, &sealed).unwrap().as_slice(), b"something");
        assert!(key.open_note(VaultId([2; 16]), &sealed).is_none());
        assert!(VaultKey::make().unwrap().open_note(vault, &sealed).is_none());
        for place in 0..sealed.len() {
            let mut wrong = sealed.clone();
            wrong[place] ^= 1;
            assert!(key.open_note(vault, &wrong).is_none());
            assert!(key.open_note(vault, &sealed[..place]).is_none());
        }
    }

    #[test]
    fn makes_a_new_key_each_time() {
        assert_ne!(VaultKey::make().unwrap(), VaultKey::make().unwrap());
    }
}
