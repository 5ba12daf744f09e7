//! The checklist: how the accounts of a vault stand to the services that a policy requires.

use super::{Policy, Service};
use crate::account::{Account, AccountId, RecoveryState};

/// Says how far a person has come with a required service, from nothing to done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// No account is enrolled.
    Missing,
    /// An account is enrolled, and the site has not accepted a code as far as is known.
    Unverified,
    /// The site accepted a code; recovery codes are required, and it is open whether there are any.
    RecoveryOpen,
    /// Nothing is left to do.
    Done,
}

impl Standing {
    /// Every one there is.
    pub const ALL: [Self; 4] = [Self::Missing, Self::Unverified, Self::RecoveryOpen, Self::Done];

    /// Returns its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unverified => "unverified",
            Self::RecoveryOpen => "recovery_codes_open",
            Self::Done => "done",
        }
    }
}

/// Is one required service and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// The service.
    pub service: &'a Service,
    /// How far the account has come that has come furthest.
    pub standing: Standing,
    /// That account; none while none is enrolled.
    pub account: Option<AccountId>,
    /// How it stands with its recovery codes.
    pub recovery: RecoveryState,
}

/// Compares a policy with live accounts, service by service.
pub fn checklist<'a>(policy: &'a Policy, accounts: &[Account]) -> Vec<Item<'a>> {
    policy.services.iter().map(|service| item(service, accounts)).collect()
}

/// Returns the names of the required services that no account is enrolled at.
pub fn missing(policy: &Policy, accounts: &[Account]) -> Vec<String> {
    let items = checklist(policy, accounts).into_iter();
    items.filter(|item| item.standing == Standing::Missing).map(|item| item.service.name.clone()).collect()
}

fn item<'a>(service: &'a Service, accounts: &[Account]) -> Item<'a> {
    let fitting = accounts.iter().filter(|account| service.fits(account));
    let furthest = fitting.max_by_key(|account| (service.standing(account), std::cmp::Reverse(account.id)));
    match furthest {
        None => Item { service, standing: Standing::Missing, account: None, recovery: RecoveryState::Open },
        Some(account) => Item {
            service,
            standing: service.standing(account),
            account: Some(account.id),
            recovery: account.recovery_state(),
        },
    }
}

impl Service {
    /// Tells whether an account is one of this service.
    pub fn fits(&self, account: &Account) -> bool {
        self.issuers.iter().any(|issuer| issuer.fits(&account.issuer))
            && self.account_domain.as_ref().is_none_or(|domain| domain.has_address(account))
    }

    fn standing(&self, account: &Account) -> Standing {
        match account.verified_at {
            None => Standing::Unverified,
            Some(_) if self.recovery_codes && account.recovery_state() == RecoveryState::Open => Standing::RecoveryOpen,
            Some(_) => Standing::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PolicyFile;
    use super::*;
    use crate::account::{Draft, RecoveryChoice, RecoveryCode};
    use crate::otp::{Algorithm, Digits, Otp, Period};
    use crate::secret::{Passphrase, Secret};

    fn account(number: u8, issuer: &str, name: &str) -> Account {
        let secret = Secret::new(vec![number; 20]);
        let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
        Draft::new(issuer, name, otp).into_account(AccountId([number; 16]))
    }

    fn policy(service: &str) -> Policy {
        let text = format!(
            r#"{{"sterk_policy":1,"organisation":"Harbour","revision":1,"issued":"2026-11-27","services":[{service}]}}"#
        );
        PolicyFile::read(text.as_bytes()).unwrap().policy().clone()
    }

    fn standing(service: &str, accounts: &[Account]) -> Standing {
        checklist(&policy(service), accounts)[0].standing
    }

    const GITHUB: &str = r#"{"name":"GitHub","recovery_codes":true}"#;

    #[test]
    fn follows_an_enrolment_from_missing_to_done() {
        let mut ada = account(1, "github", "ada");
        assert_eq!(standing(GITHUB, &[account(2, "Other", "ada")]), Standing::Missing);
        assert_eq!(standing(GITHUB, &[ada.clone()]), Standing::Unverified);
        ada.verified_at = Some(1);
        assert_eq!(standing(GITHUB, &[ada.clone()]), Standing::RecoveryOpen);
        ada.recovery_choice = Some(RecoveryChoice::Later);
        assert_eq!(standing(GITHUB, &[ada.clone()]), Standing::RecoveryOpen, "later is not yet");
        ada.recovery = vec![RecoveryCode { code: Passphrase::new("aaaa".into()), used_at: None }];
        assert_eq!(standing(GITHUB, &[ada.clone()]), Standing::Done);
    }

    #[test]
    fn asks_for_no_codes_where_none_are_required_or_given() {
        let mut ada = account(1, "GitHub", "ada");
        ada.verified_at = Some(1);
        assert_eq!(standing(r#"{"name":"GitHub"}"#, &[ada.clone()]), Standing::Done);
        ada.recovery_choice = Some(RecoveryChoice::NoneGiven);
        assert_eq!(standing(GITHUB, &[ada]), Standing::Done);
    }

    #[test]
    fn the_account_that_has_come_furthest_counts() {
        let (mut private, work) = (account(1, "GitHub", "ada"), account(2, "GitHub", "ada@harbour.example"));
        private.verified_at = Some(1);
        let both = [work.clone(), private.clone()];
        let open = policy(r#"{"name":"GitHub"}"#);
        assert_eq!(checklist(&open, &both)[0].account, Some(private.id));
        let own = r#"{"name":"GitHub","account_domain":"harbour.example"}"#;
        let policy = policy(own);
        let item = &checklist(&policy, &both)[0];
        assert_eq!(
            (item.standing, item.account),
            (Standing::Unverified, Some(work.id)),
            "a private account is no answer"
        );
        assert_eq!(standing(own, &[account(3, "GitHub", "ada@sub.harbour.example")]), Standing::Missing);
    }
}
