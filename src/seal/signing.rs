//! Signatures: who wrote a text that is no secret, Ed25519 as in RFC 8032.
//!
//! A [`SigningKey`] belongs to whoever writes; its file is that of RFC 8410, which other programs read too. A
//! [`PublicKey`] checks what was signed, and is known to people by its fingerprint.

use std::fmt;

use data_encoding::{BASE64, HEXLOWER};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::SealError;

/// How the private key of RFC 8410, section 7, begins in DER, before its 32 bytes.
const DER_HEAD: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
const PEM_HEAD: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_FOOT: &str = "-----END PRIVATE KEY-----";

/// Is a key that signs; wiped when dropped, unprintable.
pub struct SigningKey(ed25519_dalek::SigningKey);

/// Says that a file holds no signing key in the form of RFC 8410.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the file holds no Ed25519 private key in PEM")]
pub struct NoSigningKey;

impl NoSigningKey {
    /// Returns the stable code of this error.
    pub fn code(self) -> &'static str {
        match self {
            Self => "bad_signing_key",
        }
    }
}

impl SigningKey {
    /// Makes a random key.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn make() -> Result<Self, SealError> {
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *seed).map_err(|_| SealError::NoRandomness)?;
        Ok(Self::from_seed(&seed))
    }

    /// Takes the 32 bytes that RFC 8032 calls the private key.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Reads the text of a key file, as [`SigningKey::to_pem`] and `openssl genpkey -algorithm ed25519` write it.
    ///
    /// # Errors
    /// [`NoSigningKey`].
    pub fn from_pem(text: &str) -> Result<Self, NoSigningKey> {
        let (_, rest) = text.split_once(PEM_HEAD).ok_or(NoSigningKey)?;
        let (body, _) = rest.split_once(PEM_FOOT).ok_or(NoSigningKey)?;
        let body = Zeroizing::new(body.split_ascii_whitespace().collect::<String>());
        let der = Zeroizing::new(BASE64.decode(body.as_bytes()).map_err(|_| NoSigningKey)?);
        let seed = der.strip_prefix(&DER_HEAD).ok_or(NoSigningKey)?;
        seed.try_into().map(Self::from_seed).map_err(|_| NoSigningKey)
    }

    /// Writes the text of a key file.
    pub fn to_pem(&self) -> Zeroizing<String> {
        let mut der = Zeroizing::new(Vec::with_capacity(DER_HEAD.len() + 32));
        der.extend_from_slice(&DER_HEAD);
        der.extend_from_slice(self.0.as_bytes());
        let body = Zeroizing::new(BASE64.encode(&der));
        Zeroizing::new(format!("{PEM_HEAD}\n{}\n{PEM_FOOT}\n", &*body))
    }

    /// Returns the key that checks what this one signs.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs a message.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public())
    }
}

/// Is a key that checks signatures; it is no secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Takes the 32 bytes of RFC 8032; nothing for bytes that are no key, or one that any signature would fit.
    pub fn from_bytes(bytes: &[u8; 32]) -> Option<Self> {
        VerifyingKey::from_bytes(bytes).ok().filter(|key| !key.is_weak()).map(Self)
    }

    /// Returns its 32 bytes.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Tells whether the owner of this key signed the message, by the strict rules: one message, one signature.
    pub fn has_signed(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

/// Shows the fingerprint: the first half of the key's SHA-256 in eight groups of four hexadecimal digits.
///
/// 128 bits are enough to compare: who wants another key with the same ones has to try 2^128 of them.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = HEXLOWER.encode(&Sha256::digest(self.to_bytes())[..16]);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, tests 1 to 3: private key, public key, message, signature.
    const VECTORS: [[&str; 4]; 3] = [
        [
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ],
        [
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ],
        [
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ],
    ];

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        HEXLOWER.decode(hex.as_bytes()).unwrap().try_into().unwrap()
    }

    #[test]
    fn signs_and_checks_as_rfc_8032_says() {
        for [private, public, message, signature] in VECTORS {
            let (key, message) = (SigningKey::from_seed(&bytes(private)), HEXLOWER.decode(message.as_bytes()).unwrap());
            assert_eq!(key.public().to_bytes(), bytes(public));
            assert_eq!(key.sign(&message), bytes(signature));
            let public = PublicKey::from_bytes(&bytes(public)).unwrap();
            assert!(public.has_signed(&message, &bytes(signature)));
        }
    }

    #[test]
    fn refuses_every_changed_bit_of_a_signature() {
        let [_, public, message, signature] = VECTORS[1];
        let (public, message) =
            (PublicKey::from_bytes(&bytes(public)).unwrap(), HEXLOWER.decode(message.as_bytes()).unwrap());
        for bit in 0..512 {
            let mut wrong: [u8; 64] = bytes(signature);
            wrong[bit / 8] ^= 1 << (bit % 8);
            assert!(!public.has_signed(&message, &wrong), "bit {bit}");
        }
        assert!(!public.has_signed(b"another message", &bytes(signature)));
    }

    #[test]
    fn refuses_keys_that_any_signature_would_fit() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(PublicKey::from_bytes(&neutral), None);
    }

    /// The example of RFC 8410, section 10.3, and its public key of section 10.1.
    #[test]
    fn reads_and_writes_the_file_of_rfc_8410() {
        let text = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
        let key = SigningKey::from_pem(text).unwrap();
        let public = BASE64.decode(b"MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=").unwrap();
        assert_eq!(key.public().to_bytes().as_slice(), &public[12..]);
        assert_eq!(key.to_pem().as_str(), text);
    }

    #[test]
    fn refuses_what_is_no_key_file() {
        for text in [
            "",
            "-----BEGIN PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n",
        ] {
            assert_eq!(SigningKey::from_pem(text).err(), Some(NoSigningKey), "{text}");
        }
    }

    #[test]
    fn prints_no_signing_key() {
        let key = SigningKey::from_seed(&[7; 32]);
        let printed = format!("{key:?}");
        assert_eq!(printed, format!("SigningKey({})", key.public()));
        assert!(!printed.contains("0707"), "{printed}");
        assert_eq!(key.public().to_string().len(), 39);
    }
}
