//! Permission to see one thing of one account, or to take something of the whole vault out, once and for a short time.
//!
//! Given after a person has proved who they are, and part of what an open vault holds: locking drops it.

use std::time::{Duration, Instant};

use sterk::{Passphrase, account::AccountId};

use crate::{
    error::{ErrorView, failed},
    view::Reveal,
};

/// How long a permission lasts, and with it what it has put on show.
pub const LASTS: Duration = Duration::from_secs(60);

/// Holds the one permission there can be.
#[derive(Debug, Default)]
pub struct Grants(Option<Grant>);

#[derive(Debug)]
struct Grant {
    /// None for what is of the whole vault.
    account: Option<AccountId>,
    reveal: Reveal,
    until: Instant,
    /// The codes on show, by place; none until they are.
    shown: Option<Vec<Passphrase>>,
}

impl Grants {
    /// Permits one showing; what was permitted before is over.
    pub fn give(&mut self, account: impl Into<Option<AccountId>>, reveal: Reveal, now: Instant) {
        self.0 = now.checked_add(LASTS).map(|until| Grant { account: account.into(), reveal, until, shown: None });
    }

    /// Ends what is permitted, and forgets the codes on show.
    pub fn end(&mut self) {
        self.0 = None;
    }

    /// Uses the permission for its one showing, and returns the whole seconds that are left for it.
    ///
    /// `codes` are what is shown, so that each can be named by its place while the permission lasts.
    ///
    /// # Errors
    /// `needs_authentication` when this was not permitted, or was shown already, or the time is over.
    pub fn show(
        &mut self,
        account: AccountId,
        reveal: Reveal,
        codes: Vec<Passphrase>,
        now: Instant,
    ) -> Result<u32, ErrorView> {
        let grant = self.find(account, reveal, now)?;
        if grant.shown.is_some() {
            return Err(refused());
        }
        grant.shown = Some(codes);
        let left = grant.until.saturating_duration_since(now);
        Ok(u32::try_from(left.as_secs()).unwrap_or(u32::MAX))
    }

    /// Uses the permission up for something of the whole vault.
    ///
    /// # Errors
    /// `needs_authentication` when this was not permitted, or the time is over.
    pub fn spend(&mut self, reveal: Reveal, now: Instant) -> Result<(), ErrorView> {
        self.find(None, reveal, now)?;
        self.end();
        Ok(())
    }

    /// Returns the recovery code at a place of those on show, from 0.
    ///
    /// # Errors
    /// `needs_authentication` when none are, or the time is over; `no_such_recovery_code` for another place.
    pub fn code(&mut self, account: AccountId, place: u32, now: Instant) -> Result<Passphrase, ErrorView> {
        let shown = self.find(account, Reveal::RecoveryCodes, now)?.shown.as_ref().ok_or_else(refused)?;
        let code = usize::try_from(place).ok().and_then(|place| shown.get(place));
        code.cloned().ok_or_else(|| failed("no_such_recovery_code", "there is no recovery code at this place"))
    }

    fn find(
        &mut self,
        account: impl Into<Option<AccountId>>,
        reveal: Reveal,
        now: Instant,
    ) -> Result<&mut Grant, ErrorView> {
        let account = account.into();
        self.0.take_if(|grant| grant.until <= now);
        let fits = |grant: &&mut Grant| grant.account == account && grant.reveal == reveal;
        self.0.as_mut().filter(fits).ok_or_else(refused)
    }
}

fn refused() -> ErrorView {
    failed("needs_authentication", "this shows a secret and asks for authentication first")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: AccountId = AccountId([1; 16]);
    const BOB: AccountId = AccountId([2; 16]);

    fn given(now: Instant) -> Grants {
        let mut grants = Grants::default();
        grants.give(ADA, Reveal::RecoveryCodes, now);
        grants
    }

    fn code(grants: &mut Grants, now: Instant) -> Result<String, &'static str> {
        grants.code(ADA, 0, now).map(|code| code.expose().to_owned()).map_err(|error| error.code)
    }

    fn show(grants: &mut Grants, account: AccountId, reveal: Reveal, now: Instant) -> Result<u32, &'static str> {
        grants.show(account, reveal, vec![Passphrase::new("one".into())], now).map_err(|error| error.code)
    }

    #[test]
    fn shows_nothing_that_was_not_permitted() {
        let now = Instant::now();
        let refused = Err("needs_authentication");
        assert_eq!(show(&mut Grants::default(), ADA, Reveal::RecoveryCodes, now), refused);
        assert_eq!(show(&mut given(now), BOB, Reveal::RecoveryCodes, now), refused);
        assert_eq!(show(&mut given(now), ADA, Reveal::Transfer, now), refused);
        assert_eq!(show(&mut given(now), ADA, Reveal::RecoveryCodes, now), Ok(60));
    }

    #[test]
    fn shows_once() {
        let now = Instant::now();
        let mut grants = given(now);
        assert_eq!(show(&mut grants, ADA, Reveal::RecoveryCodes, now), Ok(60));
        assert_eq!(show(&mut grants, ADA, Reveal::RecoveryCodes, now), Err("needs_authentication"));
        assert_eq!(code(&mut grants, now).as_deref(), Ok("one"), "what is on show can still be named");
    }

    #[test]
    fn ends_with_its_time_whatever_is_on_show() {
        let now = Instant::now();
        let mut grants = given(now);
        assert_eq!(show(&mut grants, ADA, Reveal::RecoveryCodes, now + Duration::from_millis(10_500)), Ok(49));
        assert_eq!(code(&mut grants, now + LASTS - Duration::from_millis(1)).as_deref(), Ok("one"));
        assert_eq!(code(&mut grants, now + LASTS), Err("needs_authentication"));
        assert_eq!(code(&mut grants, now), Err("needs_authentication"), "what is over is forgotten");
        assert_eq!(show(&mut given(now), ADA, Reveal::RecoveryCodes, now + LASTS), Err("needs_authentication"));
    }

    #[test]
    fn names_no_code_before_the_codes_are_on_show() {
        let now = Instant::now();
        let mut grants = given(now);
        assert_eq!(code(&mut grants, now), Err("needs_authentication"));
        show(&mut grants, ADA, Reveal::RecoveryCodes, now).unwrap();
        assert_eq!(grants.code(ADA, 1, now).unwrap_err().code, "no_such_recovery_code");
        assert_eq!(grants.code(BOB, 0, now).unwrap_err().code, "needs_authentication");
    }

    #[test]
    fn spends_a_permission_for_the_whole_vault_once() {
        let now = Instant::now();
        let spend = |grants: &mut Grants, reveal, now| grants.spend(reveal, now).map_err(|error| error.code);
        let refused = Err("needs_authentication");
        assert_eq!(spend(&mut given(now), Reveal::RecoveryCodes, now), refused, "it was for one account");
        let mut grants = Grants::default();
        grants.give(None, Reveal::Backup, now);
        assert_eq!(spend(&mut grants, Reveal::RecoveryFile, now), refused);
        assert_eq!(spend(&mut grants, Reveal::Backup, now + LASTS), refused);
        grants.give(None, Reveal::Backup, now);
        assert_eq!(spend(&mut grants, Reveal::Backup, now), Ok(()));
        assert_eq!(spend(&mut grants, Reveal::Backup, now), refused);
    }

    #[test]
    fn forgets_one_permission_for_the_next() {
        let now = Instant::now();
        let mut grants = given(now);
        grants.give(BOB, Reveal::Transfer, now);
        assert_eq!(show(&mut grants, ADA, Reveal::RecoveryCodes, now), Err("needs_authentication"));
        assert_eq!(show(&mut grants, BOB, Reveal::Transfer, now), Ok(60));
        grants.end();
        grants.give(ADA, Reveal::RecoveryCodes, now);
        grants.end();
        assert_eq!(show(&mut grants, ADA, Reveal::RecoveryCodes, now), Err("needs_authentication"));
    }
}
