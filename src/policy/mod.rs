//! What an organisation asks of its people: which services must be enrolled, and by which rules a vault is kept.
//!
//! A [`Policy`] comes as one small file, which may be signed; `docs/policy.md` specifies it. [`checklist`] compares it
//! with the accounts of a vault, [`Rules`] is what Sterk enforces, [`Status`] is what a person hands back: no secret is
//! in it. Not here: where an applied policy is kept (`vault`), and what people read.
//!
//! ```
//! use sterk::policy::{PolicyFile, Standing, checklist};
//!
//! let text = r#"{
//!     "sterk_policy": 1, "organisation": "Example Harbour", "revision": 1, "issued": "2026-11-27",
//!     "services": [{"name": "GitHub", "enrol_at": "https://github.com/settings/security"}]
//! }"#;
//! let file = PolicyFile::read(text.as_bytes())?;
//! assert_eq!(file.policy().organisation, "Example Harbour");
//! assert_eq!(checklist(file.policy(), &[])[0].standing, Standing::Missing);
//! # Ok::<(), sterk::policy::PolicyError>(())
//! ```

mod checklist;
mod doubt;
mod error;
mod file;
mod issuer;
mod json;
mod link;
mod members;
mod read;
mod report;
mod rules;
mod status;

pub use crate::calendar::Day;
pub use checklist::{Item, Standing, checklist, missing};
pub use doubt::{Doubt, doubts};
pub use error::{PolicyError, Wrong};
pub use file::{MOST_BYTES, PolicyFile};
pub use issuer::{Domain, Issuer};
pub use link::Link;
pub use report::{Collected, Report};
pub use rules::{Forbidden, Rules};
pub use status::{ServiceStatus, Status, person};

/// Is what an organisation asks; a value that exists is within every bound of `docs/policy.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Name of the organisation.
    pub organisation: String,
    /// Number of this policy among those of the organisation; a later one has a greater number.
    pub revision: u32,
    /// When it was issued.
    pub issued: Day,
    /// Services that must be enrolled, in the order of the file.
    pub services: Vec<Service>,
    /// How a vault is to be kept.
    pub rules: Rules,
}

/// Is a service that must be enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// What people call it.
    pub name: String,
    /// By which issuer an account is known to be one of this service; one that fits is enough.
    pub issuers: Vec<Issuer>,
    /// The part after the `@` that the account's name must have, where only accounts of the organisation count.
    pub account_domain: Option<Domain>,
    /// Where a person enrols.
    pub enrol_at: Option<Link>,
    /// Who resets the second factor: a link, an address, or words; may be empty.
    pub reset_by: String,
    /// Whether recovery codes have to be kept, where the service gives any.
    pub recovery_codes: bool,
}
