//! From one policy to the next: what a person has to decide before it replaces the one that is applied.

use super::PolicyFile;

/// Is something about a new policy that nobody may pass over for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The policy that is applied is signed, and the new one by another key.
    KeyChanged,
    /// The new policy has a smaller number, or the same number with another text.
    Older,
    /// The new policy is another organisation's.
    OtherOrganisation,
    /// The policy that is applied is signed, and the new one is not.
    SignatureGone,
}

impl Doubt {
    /// Returns its stable name, as the command line takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyChanged => "key-changed",
            Self::Older => "older",
            Self::OtherOrganisation => "other-organisation",
            Self::SignatureGone => "signature-gone",
        }
    }

    /// Returns its stable code as an error.
    pub fn code(self) -> &'static str {
        match self {
            Self::KeyChanged => "policy_key_changed",
            Self::Older => "policy_older",
            Self::OtherOrganisation => "policy_other_organisation",
            Self::SignatureGone => "policy_signature_gone",
        }
    }

    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::KeyChanged => "it is signed by another key than the policy that is applied",
            Self::Older => "it is not newer than the policy that is applied",
            Self::OtherOrganisation => "it is of another organisation than the policy that is applied",
            Self::SignatureGone => "it is not signed, and the policy that is applied is",
        }
    }
}

/// Says what has to be decided before `next` replaces `present`; nothing for the very same policy or a plain update.
///
/// A first policy is trusted as it is, as its key is from then on.
pub fn doubts(present: Option<&PolicyFile>, next: &PolicyFile) -> Vec<Doubt> {
    let Some(present) = present else { return Vec::new() };
    let (old, new) = (present.policy(), next.policy());
    let is_same_text = present.digest() == next.digest();
    let signer = match (present.signer(), next.signer()) {
        (Some(_), None) => Some(Doubt::SignatureGone),
        (Some(known), Some(other)) if known != other => Some(Doubt::KeyChanged),
        _ => None,
    };
    let older = (new.revision <= old.revision && !is_same_text).then_some(Doubt::Older);
    let other = (new.organisation != old.organisation).then_some(Doubt::OtherOrganisation);
    // Numbers of two organisations do not compare.
    let older = older.filter(|_| other.is_none());
    [signer, older, other].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::{signed, text};
    use super::*;

    fn plain(organisation: &str, revision: u32) -> PolicyFile {
        PolicyFile::read(text(organisation, revision).as_bytes()).unwrap()
    }

    #[test]
    fn takes_a_first_policy_and_plain_updates() {
        assert_eq!(doubts(None, &plain("Harbour", 1)), []);
        assert_eq!(doubts(Some(&plain("Harbour", 1)), &plain("Harbour", 2)), []);
        assert_eq!(doubts(Some(&signed("Harbour", 1, 7)), &signed("Harbour", 2, 7)), []);
        assert_eq!(
            doubts(Some(&plain("Harbour", 1)), &signed("Harbour", 2, 7)),
            [],
            "a key is trusted when it first comes"
        );
        assert_eq!(doubts(Some(&signed("Harbour", 1, 7)), &signed("Harbour", 1, 7)), [], "the same once more");
    }

    #[test]
    fn asks_about_another_key_and_a_signature_that_is_gone() {
        let known = signed("Harbour", 1, 7);
        assert_eq!(doubts(Some(&known), &signed("Harbour", 2, 8)), [Doubt::KeyChanged]);
        assert_eq!(doubts(Some(&known), &plain("Harbour", 2)), [Doubt::SignatureGone]);
    }

    #[test]
    fn asks_about_an_older_one_and_another_organisation() {
        assert_eq!(doubts(Some(&signed("Harbour", 5, 7)), &signed("Harbour", 4, 7)), [Doubt::Older]);
        let same_number = PolicyFile::read(text("Harbour", 5).replace("GitHub", "Mail").as_bytes()).unwrap();
        assert_eq!(doubts(Some(&plain("Harbour", 5)), &same_number), [Doubt::Older]);
        assert_eq!(doubts(Some(&plain("Harbour", 5)), &plain("Quay", 1)), [Doubt::OtherOrganisation]);
        let all = doubts(Some(&signed("Harbour", 5, 7)), &plain("Quay", 1));
        assert_eq!(all, [Doubt::SignatureGone, Doubt::OtherOrganisation]);
    }
}
