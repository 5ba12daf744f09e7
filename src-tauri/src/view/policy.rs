//! What the page sees of a policy: what the organisation wrote, safe to show, and how the accounts stand to it.

use serde::{Deserialize, Serialize};
use sterk::{
    Account,
    account::shown,
    policy::{Doubt, Item, PolicyFile, Rules, Service, Standing, checklist},
};

/// Is a policy and its checklist.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PolicyView {
    /// Name of the organisation, safe to show.
    pub organisation: String,
    /// Its number.
    pub revision: u32,
    /// The day it was issued, as in 2026-11-27.
    pub issued: String,
    /// Fingerprint of the key that signed it; none for one that nobody signed.
    pub signed_by: Option<String>,
    /// How the vault is to be kept.
    pub rules: RulesView,
    /// The services that must be enrolled, in the order of the policy.
    pub services: Vec<ServiceView>,
}

/// Is what the policy fixes.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RulesView {
    /// The fewest bits of a new passphrase.
    pub passphrase_bits: Option<u32>,
    /// The longest time until the vault locks by itself.
    pub auto_lock_minutes: Option<u32>,
    /// Whether accounts may leave in a file that is not encrypted.
    pub plaintext_export: bool,
}

/// Is one required service.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ServiceView {
    /// Its name, safe to show.
    pub name: String,
    /// How far the person has come.
    pub state: StandingView,
    /// The account that counts, if one is enrolled.
    pub account: Option<String>,
    /// Where a person enrols, in full.
    pub enrol_at: Option<String>,
    /// Who resets, safe to show.
    pub reset_by: String,
    /// Whether recovery codes have to be kept.
    pub recovery_codes: bool,
}

/// Says how far a person has come with a required service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum StandingView {
    /// Nothing is left to do.
    Done,
    /// No account is enrolled.
    Missing,
    /// Recovery codes are open.
    RecoveryCodesOpen,
    /// The site has not accepted a code yet.
    Unverified,
}

/// Is a policy that waits for a decision.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PolicyReviewView {
    /// What it asks, and how the accounts stand to it.
    pub policy: PolicyView,
    /// What the person has to accept, each for itself.
    pub doubts: Vec<DoubtView>,
    /// Whether it is the one that is applied already.
    pub same: bool,
}

/// Names something about a policy that nobody may pass over for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DoubtView {
    /// Signed by another key than the one that is applied.
    KeyChanged,
    /// Not newer than the one that is applied.
    Older,
    /// Of another organisation.
    OtherOrganisation,
    /// Not signed, and the one that is applied is.
    SignatureGone,
}

impl PolicyView {
    /// Shows a policy beside live accounts.
    pub fn of(file: &PolicyFile, accounts: &[Account]) -> Self {
        let policy = file.policy();
        Self {
            organisation: shown(&policy.organisation),
            revision: policy.revision,
            issued: policy.issued.to_string(),
            signed_by: file.signer().map(|key| key.to_string()),
            rules: RulesView::of(&policy.rules),
            services: checklist(policy, accounts).iter().map(ServiceView::of).collect(),
        }
    }
}

impl RulesView {
    fn of(rules: &Rules) -> Self {
        let Rules { passphrase_bits, auto_lock_minutes, plaintext_export, .. } = *rules;
        Self { passphrase_bits, auto_lock_minutes, plaintext_export }
    }
}

impl ServiceView {
    fn of(item: &Item<'_>) -> Self {
        let Service { name, enrol_at, reset_by, recovery_codes, .. } = item.service;
        Self {
            name: shown(name),
            state: item.standing.into(),
            account: item.account.map(|id| id.to_string()),
            enrol_at: enrol_at.as_ref().map(|link| link.to_string()),
            reset_by: shown(reset_by),
            recovery_codes: *recovery_codes,
        }
    }
}

impl From<Standing> for StandingView {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Done => Self::Done,
            Standing::Missing => Self::Missing,
            Standing::RecoveryOpen => Self::RecoveryCodesOpen,
            Standing::Unverified => Self::Unverified,
        }
    }
}

impl From<Doubt> for DoubtView {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::KeyChanged => Self::KeyChanged,
            Doubt::Older => Self::Older,
            Doubt::OtherOrganisation => Self::OtherOrganisation,
            Doubt::SignatureGone => Self::SignatureGone,
        }
    }
}

impl From<DoubtView> for Doubt {
    fn from(doubt: DoubtView) -> Self {
        match doubt {
            DoubtView::KeyChanged => Self::KeyChanged,
            DoubtView::Older => Self::Older,
            DoubtView::OtherOrganisation => Self::OtherOrganisation,
            DoubtView::SignatureGone => Self::SignatureGone,
        }
    }
}
