//! The file of a policy: its text, alone or in an envelope with a signature.

use std::fmt;

use data_encoding::{BASE64, HEXLOWER};
use sha2::{Digest, Sha256};

use super::error::{PolicyError, Wrong};
use super::json::Node;
use super::members::Members;
use super::{Policy, read};
use crate::seal::{PublicKey, SigningKey};

/// The most bytes of the file, 64 KiB.
pub const MOST_BYTES: usize = 64 * 1024;

/// What stands before the text that is signed, so that the signature of a policy fits nothing else.
const LABEL: &[u8] = b"sterk policy v1\n";

/// Is a policy as it was handed out: what it says, who signed it, and its very text.
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyFile {
    text: String,
    policy: Policy,
    signer: Option<PublicKey>,
    digest: [u8; 32],
}

impl PolicyFile {
    /// Reads a file, and checks its signature where it has one.
    ///
    /// # Errors
    /// [`PolicyError`]: what is wrong, and where.
    pub fn read(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > MOST_BYTES {
            return Err(PolicyError::TooLarge);
        }
        // Editors of one system put a mark before the text.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let node = Node::read(bytes)?;
        let text = std::str::from_utf8(bytes).map_err(|_| PolicyError::NotJson { line: 1, column: 1 })?;
        match &node {
            Node::Members(members) if members.iter().any(|(name, _)| name == "sterk_signed_policy") => {
                Self::signed(node, text)
            }
            _ => Ok(Self { policy: read::policy(text)?, signer: None, digest: digest(text), text: text.to_owned() }),
        }
    }

    fn signed(node: Node, file: &str) -> Result<Self, PolicyError> {
        let mut members = Members::of(node, "")?;
        read::version(&mut members, "sterk_signed_policy", "policy")?;
        let text = members.text("policy", MOST_BYTES)?;
        let key = members.needed("key", 44, bytes_of::<32>, Wrong::NotBase64(32))?;
        let signature = members.needed("signature", 88, bytes_of::<64>, Wrong::NotBase64(64))?;
        members.end()?;
        let signer = PublicKey::from_bytes(&key).ok_or(PolicyError::BadSignature)?;
        if !signer.has_signed(&message(&text), &signature) {
            return Err(PolicyError::BadSignature);
        }
        let policy = read::policy(&text)?;
        Ok(Self { policy, signer: Some(signer), digest: digest(&text), text: file.to_owned() })
    }

    /// Signs the text of a policy; the answer is the text of a file to hand out.
    ///
    /// # Errors
    /// [`PolicyError`]: nothing is signed that would not be read, nor what is signed already.
    pub fn sign(bytes: &[u8], key: &SigningKey) -> Result<String, PolicyError> {
        let unsigned = Self::read(bytes)?;
        if unsigned.signer.is_some() {
            return Err(PolicyError::at("sterk_signed_policy", Wrong::Twice));
        }
        let signed = serde_json::json!({
            "sterk_signed_policy": 1,
            "policy": unsigned.text,
            "key": BASE64.encode(&key.public().to_bytes()),
            "signature": BASE64.encode(&key.sign(&message(&unsigned.text))),
        });
        let text = format!("{signed:#}\n");
        Self::read(text.as_bytes()).map(|_| text)
    }

    /// Returns what it says.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Returns the key whose owner signed it; none for a file that nobody signed.
    pub fn signer(&self) -> Option<PublicKey> {
        self.signer
    }

    /// Returns the SHA-256 of the policy's text in hexadecimal, the same whether it is signed or not.
    pub fn digest(&self) -> String {
        HEXLOWER.encode(&self.digest)
    }

    /// Returns the file as it was read.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for PolicyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyFile").field("policy", &self.policy).field("signer", &self.signer).finish_non_exhaustive()
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn message(text: &str) -> Vec<u8> {
    [LABEL, text.as_bytes()].concat()
}

fn bytes_of<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64.decode(text.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::policy) fn text(organisation: &str, revision: u32) -> String {
        format!(
            r#"{{"sterk_policy":1,"organisation":"{organisation}","revision":{revision},"issued":"2026-11-27","services":[{{"name":"GitHub"}}]}}"#
        )
    }

    pub(in crate::policy) fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32])
    }

    pub(in crate::policy) fn signed(organisation: &str, revision: u32, seed: u8) -> PolicyFile {
        let file = PolicyFile::sign(text(organisation, revision).as_bytes(), &key(seed)).unwrap();
        PolicyFile::read(file.as_bytes()).unwrap()
    }

    #[test]
    fn a_signed_file_names_its_signer_and_says_the_same() {
        let (plain, signed) = (PolicyFile::read(text("Harbour", 1).as_bytes()).unwrap(), signed("Harbour", 1, 7));
        assert_eq!(signed.signer(), Some(key(7).public()));
        assert_eq!((plain.signer(), plain.policy()), (None, signed.policy()));
        assert_eq!(plain.digest(), signed.digest());
        assert_eq!(PolicyFile::read(signed.text().as_bytes()), Ok(signed.clone()));
    }

    #[test]
    fn the_signature_holds_the_very_text() {
        let file = PolicyFile::sign(text("Harbour", 1).as_bytes(), &key(7)).unwrap();
        for (old, new) in [("Harbour", "Harbor"), (":1,", ":2,"), ("GitHub", "GitHub ")] {
            let changed = file.replacen(old, new, 1);
            assert_ne!(changed, file);
            let answer = PolicyFile::read(changed.as_bytes());
            assert!(matches!(answer, Err(PolicyError::BadSignature | PolicyError::TooNew { .. })), "{old}: {answer:?}");
        }
        let other = BASE64.encode(&key(8).public().to_bytes());
        let swapped = file.replace(&BASE64.encode(&key(7).public().to_bytes()), &other);
        assert_eq!(PolicyFile::read(swapped.as_bytes()), Err(PolicyError::BadSignature));
    }

    /// Another program can make and check this file: what is signed is the label and the text, no more.
    #[test]
    fn a_file_made_elsewhere_is_read() {
        let file = include_bytes!("../../tests/data/signed.sterk-policy.json");
        let read = PolicyFile::read(file).unwrap();
        assert_eq!(read.policy().organisation, "Example Harbour");
        let rfc = "3d40-17c3";
        assert_ne!(&read.signer().unwrap().to_string()[..9], rfc, "the fingerprint is a hash, not the key");
    }

    #[test]
    fn refuses_an_envelope_that_is_not_right() {
        let file = PolicyFile::sign(text("Harbour", 1).as_bytes(), &key(7)).unwrap();
        let told = |old: &str, new: &str| PolicyFile::read(file.replacen(old, new, 1).as_bytes()).unwrap_err();
        assert_eq!(
            told("\"signature\": \"", "\"signature\": \"A").to_string(),
            "signature is longer than 88 characters"
        );
        assert_eq!(told("\"key\": \"", "\"key\": 7, \"k\": \"").to_string(), "key is no text");
        assert_eq!(told("\"key\": \"", "\"extra\": \"").to_string(), "key is missing");
        assert_eq!(told("sterk_signed_policy\": 1", "sterk_signed_policy\": 2").code(), "policy_too_new");
        assert!(PolicyFile::sign(file.as_bytes(), &key(7)).is_err(), "an envelope in an envelope");
        assert!(PolicyFile::sign(b"{\"sterk_policy\": 1}", &key(7)).is_err(), "nothing is signed that is not read");
    }

    #[test]
    fn bounds_the_file_before_it_is_read() {
        assert_eq!(PolicyFile::read(&vec![b' '; MOST_BYTES + 1]), Err(PolicyError::TooLarge));
        assert!(PolicyFile::read(&[b"\xef\xbb\xbf".as_slice(), text("Harbour", 1).as_bytes()].concat()).is_ok());
    }
}
