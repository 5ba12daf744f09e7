//! The status file: what a person tells the organisation, and nothing besides.
//!
//! It is made of what the policy names and of yes and no. No account, no count, no code, no note and no secret has a
//! field here: a count of recovery codes would tell when one was used, and other accounts are nobody's business.

use std::fmt;

use data_encoding::HEXLOWER_PERMISSIVE;
use serde_json::{Value, json};

use super::error::{PolicyError, Wrong};
use super::json::Node;
use super::members::Members;
use super::read::{MOST_NAME, MOST_REVISION, version};
use super::{Day, Item, PolicyFile, Standing};
use crate::account::RecoveryState;

/// The most bytes of a status file, 256 KiB: as many services as a policy has, with the longest names.
const MOST_BYTES: usize = 256 * 1024;
/// The most services of a status.
const MOST_SERVICES: usize = 200;
/// The most characters of a fingerprint.
const MOST_KEY: usize = 39;

/// Is what a person tells of their enrolment; self-reported, and signed by nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// How the person calls themselves.
    pub person: String,
    /// When it was written.
    pub written_on: Day,
    /// Day of the newest backup within reach, if there is one.
    pub backup_on: Option<Day>,
    /// The organisation whose policy was applied.
    pub organisation: String,
    /// The number of that policy.
    pub revision: u32,
    /// The SHA-256 of its text, in hexadecimal.
    pub digest: String,
    /// The fingerprint of the key that signed it, if it was signed.
    pub signer: Option<String>,
    /// The services that the policy requires, in its order.
    pub services: Vec<ServiceStatus>,
}

/// Is how it stands with one required service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceStatus {
    /// Its name, as the policy has it.
    pub name: String,
    /// Whether an account is enrolled.
    pub enrolled: bool,
    /// Whether the site accepted a code, as the person said.
    pub verified: bool,
    /// Whether recovery codes are kept, or the person said that there are none.
    pub recovery_codes: RecoveryState,
    /// Whether the policy requires them.
    pub recovery_codes_required: bool,
}

/// Takes how a person calls themselves: 1 to 100 characters, without blanks around.
pub fn person(text: &str) -> Option<String> {
    let text = text.trim();
    (1..=MOST_NAME).contains(&text.chars().count()).then(|| text.to_owned())
}

impl Status {
    /// Tells how it stands with the checklist of a policy.
    pub fn of(
        policy: &PolicyFile,
        items: &[Item<'_>],
        person: String,
        written_on: Day,
        backup_on: Option<Day>,
    ) -> Self {
        Self {
            person,
            written_on,
            backup_on,
            organisation: policy.policy().organisation.clone(),
            revision: policy.policy().revision,
            digest: policy.digest(),
            signer: policy.signer().map(|key| key.to_string()),
            services: items.iter().map(ServiceStatus::of).collect(),
        }
    }

    /// Reads a status file.
    ///
    /// # Errors
    /// [`PolicyError`]: what is wrong, and where.
    pub fn read(bytes: &[u8]) -> Result<Self, PolicyError> {
        if bytes.len() > MOST_BYTES {
            return Err(PolicyError::TooLarge);
        }
        let mut members = Members::of(Node::read(bytes)?, "")?;
        version(&mut members, "sterk_status", "status file")?;
        let policy = members.take("policy").ok_or_else(|| members.wrong("policy", Wrong::Missing))?;
        let mut policy = Members::of(policy, "policy")?;
        let status = Self {
            person: members.text("person", MOST_NAME)?,
            written_on: members.needed("written_on", 10, |text| text.parse().ok(), Wrong::NotADay)?,
            backup_on: members.parsed("backup_on", 10, |text| text.parse().ok(), Wrong::NotADay)?,
            organisation: policy.text("organisation", MOST_NAME)?,
            revision: policy.number("revision", 1, MOST_REVISION)?,
            digest: policy.needed("sha256", 64, digest, Wrong::NotHex(32))?,
            signer: policy.text_if_any("key", MOST_KEY)?,
            services: members.list("services", MOST_SERVICES, ServiceStatus::read)?.unwrap_or_default(),
        };
        policy.end()?;
        members.end()?;
        Ok(status)
    }

    /// Returns the document, complete: this list of fields is all there is.
    pub fn document(&self) -> Value {
        json!({
            "sterk_status": 1,
            "person": self.person,
            "written_on": self.written_on.to_string(),
            "backup_on": self.backup_on.map(|day| day.to_string()),
            "policy": {
                "organisation": self.organisation, "revision": self.revision,
                "sha256": self.digest, "key": self.signer,
            },
            "services": self.services.iter().map(ServiceStatus::document).collect::<Vec<_>>(),
        })
    }
}

/// Writes the text of the file.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:#}", self.document())
    }
}

impl ServiceStatus {
    fn of(item: &Item<'_>) -> Self {
        Self {
            name: item.service.name.clone(),
            enrolled: item.standing > Standing::Missing,
            verified: item.standing > Standing::Unverified,
            recovery_codes: item.recovery,
            recovery_codes_required: item.service.recovery_codes,
        }
    }

    fn read(mut members: Members) -> Result<Self, PolicyError> {
        let states = Wrong::NoneOf("kept, none and open");
        let service = Self {
            name: members.text("name", MOST_NAME)?,
            enrolled: members.flag("enrolled")?,
            verified: members.flag("verified")?,
            recovery_codes: members.needed("recovery_codes", MOST_NAME, recovery_state, states)?,
            recovery_codes_required: members.flag("recovery_codes_required")?,
        };
        members.end()?;
        Ok(service)
    }

    fn document(&self) -> Value {
        json!({
            "name": self.name, "enrolled": self.enrolled, "verified": self.verified,
            "recovery_codes": self.recovery_codes.name(), "recovery_codes_required": self.recovery_codes_required,
        })
    }

    /// Returns how it stands, as one word.
    pub fn standing(&self) -> Standing {
        match self {
            Self { enrolled: false, .. } => Standing::Missing,
            Self { verified: false, .. } => Standing::Unverified,
            Self { recovery_codes: RecoveryState::Open, recovery_codes_required: true, .. } => Standing::RecoveryOpen,
            _ => Standing::Done,
        }
    }
}

fn recovery_state(name: &str) -> Option<RecoveryState> {
    [RecoveryState::Kept, RecoveryState::NoneGiven, RecoveryState::Open].into_iter().find(|state| state.name() == name)
}

fn digest(text: &str) -> Option<String> {
    let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok()?;
    (bytes.len() == 32).then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::signed;
    use super::*;
    use crate::policy::checklist;

    fn status() -> Status {
        let policy = signed("Harbour", 3, 7);
        Status::of(&policy, &checklist(policy.policy(), &[]), "Ada".into(), Day::of(1_795_372_985), None)
    }

    #[test]
    fn is_read_as_it_was_written() {
        let mut status = status();
        status.backup_on = Some(Day::of(0));
        status.services[0].recovery_codes = RecoveryState::NoneGiven;
        assert_eq!(Status::read(status.to_string().as_bytes()), Ok(status));
    }

    #[test]
    fn refuses_what_has_no_place_in_it() {
        let text = status().to_string();
        for (old, new, expected) in [
            ("\"person\"", "\"note\": 1, \"person\"", "note is not known"),
            ("\"enrolled\"", "\"secret\": \"x\", \"enrolled\"", "services[0].secret is not known"),
            ("\"revision\"", "\"codes\": [], \"revision\"", "policy.codes is not known"),
            ("\"open\"", "\"7 left\"", "services[0].recovery_codes is none of kept"),
            ("\"enrolled\": false", "\"enrolled\": 0", "services[0].enrolled is neither"),
            ("\"2026-11-22\"", "\"today\"", "written_on is no day"),
            ("\"Ada\"", "\"\"", "person is empty"),
        ] {
            let changed = text.replacen(old, new, 1);
            assert_ne!(changed, text, "{old}");
            let told = Status::read(changed.as_bytes()).unwrap_err().to_string();
            assert!(told.starts_with(expected), "{told}");
        }
        assert_eq!(Status::read(b"{\"sterk_policy\": 1}").unwrap_err().to_string(), "the file is no status file");
        assert_eq!(Status::read(&vec![b' '; MOST_BYTES + 1]), Err(PolicyError::TooLarge));
    }

    #[test]
    fn takes_a_short_name_of_a_person_only() {
        assert_eq!(person("  Ada Lovelace ").as_deref(), Some("Ada Lovelace"));
        assert_eq!(person(" "), None);
        assert_eq!(person(&"x".repeat(MOST_NAME + 1)), None);
    }
}
