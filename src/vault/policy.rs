//! The policy of the person's organisation: kept in the vault, so that it is sealed, merged and backed up as the rest.
//!
//! Only an open vault is bound by it, and only an open vault can be changed: there is nothing to know of it while the
//! vault is locked. Not here: what a policy says (`policy`).

use super::edit::Editor;
use super::record::{POLICY, Record};
use super::stamp::{Field, Stamp};
use super::{Vault, VaultError};
use crate::policy::{Doubt, PolicyError, PolicyFile, Rules, doubts};

impl Vault {
    /// Returns the policy that is applied.
    pub fn policy(&self) -> Option<&PolicyFile> {
        match self.records.get(&POLICY) {
            Some(Record::Policy(field)) => field.0.as_deref(),
            _ => None,
        }
    }

    /// Returns the Unix second at which the policy was applied, if one is.
    pub fn policy_since(&self) -> Option<u64> {
        match self.records.get(&POLICY) {
            Some(Record::Policy(Field(Some(_), Stamp(ms, ..)))) => Some(ms / 1000),
            _ => None,
        }
    }

    /// Returns what the policy makes of this vault; nothing is asked where none is applied.
    pub fn rules(&self) -> Rules {
        match self.policy() {
            Some(policy) => policy.policy().rules.clone(),
            None if self.is_policy_unreadable() => Rules::unreadable(),
            None => Rules::default(),
        }
    }

    /// Tells whether there is a policy that this program cannot read.
    pub fn is_policy_unreadable(&self) -> bool {
        self.policy().is_none() && self.quarantine().iter().any(|lost| lost.id == POLICY.0)
    }

    /// Applies a policy; every doubt about it has to be among those `accepted`.
    ///
    /// # Errors
    /// [`PolicyError::Doubtful`] with what is not accepted, [`PolicyError::Unreadable`]; as [`Vault::update`].
    pub fn apply_policy(&mut self, next: &PolicyFile, accepted: &[Doubt], now_ms: u64) -> Result<(), VaultError> {
        self.readable_policy(now_ms)?;
        self.update(now_ms, |edit| edit.apply_policy(next, accepted))
    }

    /// Removes the policy, and with it what it asks; the next one is trusted as a first one is.
    ///
    /// # Errors
    /// [`PolicyError::None`], [`PolicyError::Unreadable`]; as [`Vault::update`].
    pub fn remove_policy(&mut self, now_ms: u64) -> Result<(), VaultError> {
        self.readable_policy(now_ms)?;
        self.update(now_ms, |edit| edit.remove_policy())
    }

    /// Gives a vault that is being made its policy, before anything is asked of it.
    pub(super) fn begin_with_policy(&mut self, policy: Option<&PolicyFile>, now_ms: u64) {
        let Some(policy) = policy else { return };
        let stamp = self.clock.stamp(now_ms);
        self.records.insert(POLICY, Record::Policy(Field(Some(Box::new(policy.clone())), stamp)));
    }

    /// A record that is carried on for a newer program must not get a second one of its name.
    fn readable_policy(&mut self, now_ms: u64) -> Result<(), VaultError> {
        self.refresh(now_ms)?;
        if self.is_policy_unreadable() { Err(PolicyError::Unreadable.into()) } else { Ok(()) }
    }
}

impl Editor<'_> {
    fn apply_policy(&mut self, next: &PolicyFile, accepted: &[Doubt]) -> Result<(), VaultError> {
        let present = self.policy();
        let open: Vec<Doubt> = doubts(present, next).into_iter().filter(|doubt| !accepted.contains(doubt)).collect();
        if !open.is_empty() {
            return Err(PolicyError::Doubtful(open).into());
        }
        if present != Some(next) {
            self.put_policy(Some(Box::new(next.clone())));
        }
        Ok(())
    }

    fn remove_policy(&mut self) -> Result<(), VaultError> {
        self.policy().ok_or(PolicyError::None)?;
        self.put_policy(None);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::account::{AccountId, Draft};
    use crate::otp::{Algorithm, Digits, Otp, Period};
    use crate::seal::{Kdf, SigningKey};
    use crate::secret::{Passphrase, Secret};
    use crate::vault::{Created, LockedVault, NewSlots, Unreadable};

    const STRONG: &str = "velvet kettle swing orbit";

    fn words(text: &str) -> Passphrase {
        Passphrase::new(text.into())
    }

    fn text(revision: u32) -> String {
        format!(
            r#"{{"sterk_policy":1,"organisation":"Harbour","revision":{revision},"issued":"2026-11-27",
               "rules":{{"passphrase_bits":40,"plaintext_export":false}},"services":[{{"name":"GitHub"}}]}}"#
        )
    }

    fn plain(revision: u32) -> PolicyFile {
        PolicyFile::read(text(revision).as_bytes()).unwrap()
    }

    fn signed(revision: u32, seed: u8) -> PolicyFile {
        let file = PolicyFile::sign(text(revision).as_bytes(), &SigningKey::from_seed(&[seed; 32])).unwrap();
        PolicyFile::read(file.as_bytes()).unwrap()
    }

    fn made(folder: &Path, passphrase: &str, policy: Option<&PolicyFile>) -> Result<Created, VaultError> {
        let words = words(passphrase);
        let slots = NewSlots { passphrase: Some((&words, Kdf::FLOOR)), policy, ..NewSlots::default() };
        Vault::create(folder, slots, 1_000)
    }

    fn unlocked(folder: &Path, passphrase: &str) -> Vault {
        LockedVault::find(folder).unwrap().unwrap().unlock_with_passphrase(&words(passphrase), 5_000).unwrap()
    }

    fn code(answer: Result<(), VaultError>) -> Option<&'static str> {
        answer.err().map(|error| error.code())
    }

    #[test]
    fn a_policy_outlives_locking_and_is_no_account() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path(), "weak", None).unwrap().vault;
        vault.apply_policy(&signed(1, 7), &[], 2_000).unwrap();
        let vault = unlocked(folder.path(), "weak");
        assert_eq!((vault.policy(), vault.policy_since()), (Some(&signed(1, 7)), Some(2)));
        assert_eq!((vault.accounts().len(), vault.bin().len(), vault.quarantine().len()), (0, 0, 0));
        assert_eq!(vault.changed_at(), 0, "a policy alone makes no backup outdated");
    }

    #[test]
    fn another_signer_needs_a_yes_of_its_own_each_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path(), "weak", None).unwrap().vault;
        vault.apply_policy(&signed(1, 7), &[], 2_000).unwrap();
        assert_eq!(code(vault.apply_policy(&signed(2, 8), &[], 3_000)), Some("policy_key_changed"));
        assert_eq!(code(vault.apply_policy(&signed(2, 8), &[Doubt::SignatureGone], 3_000)), Some("policy_key_changed"));
        assert_eq!(code(vault.apply_policy(&plain(2), &[Doubt::KeyChanged], 3_000)), Some("policy_signature_gone"));
        assert_eq!(code(vault.apply_policy(&signed(2, 7), &[], 3_000)), None);
        assert_eq!(code(vault.apply_policy(&signed(1, 7), &[], 4_000)), Some("policy_older"));
        assert_eq!(vault.policy(), Some(&signed(2, 7)), "what was refused changed nothing");
        assert_eq!(code(vault.apply_policy(&signed(3, 8), &[Doubt::KeyChanged], 4_000)), None);
    }

    #[test]
    fn looks_at_what_another_process_applied_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let mut here = made(folder.path(), "weak", None).unwrap().vault;
        unlocked(folder.path(), "weak").apply_policy(&signed(1, 7), &[], 2_000).unwrap();
        assert_eq!(code(here.apply_policy(&plain(2), &[], 3_000)), Some("policy_signature_gone"));
    }

    #[test]
    fn a_removed_policy_asks_for_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path(), STRONG, Some(&plain(1))).unwrap().vault;
        assert!(vault.rules().check_plaintext_export().is_err());
        vault.remove_policy(3_000).unwrap();
        assert_eq!(vault.rules(), Rules::default());
        assert_eq!(code(vault.remove_policy(4_000)), Some("no_policy"));
        assert_eq!(unlocked(folder.path(), STRONG).policy(), None);
    }

    #[test]
    fn weak_passphrases_are_refused_where_one_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let policy = plain(1);
        let refused = made(folder.path(), "weak", Some(&policy)).err().map(|error| error.code());
        assert_eq!(refused, Some("passphrase_too_weak"));
        assert!(LockedVault::find(folder.path()).unwrap().is_none(), "no vault was made");
        let mut vault = made(folder.path(), STRONG, Some(&policy)).unwrap().vault;
        let added = vault.add_passphrase("more", &words("Summer2026!"), Kdf::FLOOR, 2_000).map(drop);
        assert_eq!(code(added), Some("passphrase_too_weak"));
        let slot = vault.slots()[0].id;
        let changed = vault.change_passphrase(slot, &words("Summer2026!"), Kdf::FLOOR, 2_000);
        assert_eq!(code(changed), Some("passphrase_too_weak"));
        assert_eq!(vault.slots().len(), 1);
        vault.change_passphrase(slot, &words("orbit swing kettle velvet"), Kdf::FLOOR, 2_000).unwrap();
    }

    #[test]
    fn versions_of_a_policy_join_to_the_later_one_in_any_order() {
        let at = |ms, policy: Option<PolicyFile>| Record::Policy(Field(policy.map(Box::new), Stamp(ms, 0, 1)));
        let (first, second, gone) = (at(1, Some(plain(1))), at(2, Some(plain(2))), at(3, None));
        for (a, b, expected) in [(&first, &second, &second), (&second, &first, &second), (&gone, &second, &gone)] {
            assert_eq!(&a.clone().join(b.clone()), expected);
        }
        let otp = Otp::Totp {
            secret: Secret::new(vec![1; 20]),
            algorithm: Algorithm::Sha1,
            digits: Digits::SIX,
            period: Period::THIRTY,
        };
        let foreign = Record::new(POLICY, Draft::new("x", "y", otp), Stamp(9, 0, 1));
        assert_eq!(foreign.clone().join(first.clone()), first);
        assert_eq!(first.clone().join(foreign), first);
        assert_eq!(first.id(), AccountId([0; 16]));
    }

    #[test]
    fn reads_back_the_very_text_and_refuses_another() {
        let record = Record::Policy(Field(Some(Box::new(signed(1, 7))), Stamp(5, 0, 1)));
        let stored = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&stored).unwrap(), record);
        assert!(
            serde_json::from_str::<Record>(&stored.replace("GitHub", "GitLab")).is_err(),
            "the signature is checked again"
        );
    }

    #[test]
    fn a_policy_of_a_newer_program_is_carried_on_and_forbids_plaintext() {
        let folder = tempfile::tempdir().unwrap();
        let mut vault = made(folder.path(), STRONG, None).unwrap().vault;
        let newer = br#"{"policy":["{\"sterk_policy\":2}",[1,0,1]]}"#;
        vault.carry(POLICY.0, Secret::new(newer.to_vec()));
        assert!(vault.rules().check_plaintext_export().is_err());
        let held = vault.folder.lock().unwrap();
        vault.write(&held, crate::vault::Folder::replace).unwrap();
        drop(held);
        let mut vault = unlocked(folder.path(), STRONG);
        assert!(matches!(vault.quarantine()[0].why, Unreadable::Unknown(_)));
        assert_eq!(code(vault.apply_policy(&plain(1), &[], 6_000)), Some("policy_unreadable"));
        assert_eq!(code(vault.remove_policy(6_000)), Some("policy_unreadable"));
    }
}
