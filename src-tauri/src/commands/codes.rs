//! The list: accounts, their codes, and copying one.

use std::collections::HashSet;

use sterk::{
    Account, OtpError, Passphrase,
    account::{AccountId, recovery::is_same, search::Index},
    otp::Otp,
    vault::{Vault, VaultError},
};
use tauri::State;
use zeroize::Zeroizing;

use super::apart;
use crate::{
    clipboard::Clipboard,
    error::ErrorView,
    state::{Open, Session, now_ms},
    view::{AccountView, CodeView, CodesView, CopiedView, ListView},
};

/// As many accounts get their codes with the list; a longer one asks for those it shows.
const FEW: usize = 60;

/// Lists the accounts, with what another program added in the meantime.
#[tauri::command]
pub async fn accounts(session: State<'_, Session>) -> Result<ListView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(list)).await
}

/// Finds the accounts that fit what was typed, the best fit first; answers their ids.
#[tauri::command]
pub async fn search(session: State<'_, Session>, query: String) -> Result<Vec<String>, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| Ok(look_up(open, &query)))).await
}

/// Makes the codes of the accounts that are asked for.
#[tauri::command]
pub async fn codes(session: State<'_, Session>, ids: Vec<String>) -> Result<CodesView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| Ok(make_codes(open, &ids, now_ms())))).await
}

/// Copies the code of one account; it leaves the clipboard by itself.
#[tauri::command]
pub async fn copy_code(
    session: State<'_, Session>,
    clipboard: State<'_, Clipboard>,
    id: String,
) -> Result<CopiedView, ErrorView> {
    let (session, clipboard) = (session.inner().clone(), clipboard.inner().clone());
    apart(move || {
        let code = session.with(|open| code_to_copy(open, &id, now_ms() / 1000))?;
        clipboard.lend(code, session.settings().clears_after.seconds())
    })
    .await
}

/// Uses up one counter value of a counter-based account.
#[tauri::command]
pub async fn next_code(session: State<'_, Session>, id: String) -> Result<CodeView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| advance(open, &id, now_ms()))).await
}

/// Takes in what another program wrote, its changes of the slots included.
pub(super) fn catch_up(open: &mut Open) -> Result<(), ErrorView> {
    // Only a new key is a reason to stop: what is in memory can be shown whatever else is wrong with the file.
    match open.vault.refresh(now_ms()) {
        Err(rekeyed @ VaultError::Rekeyed) => Err(rekeyed.into()),
        _ => Ok(()),
    }
}

pub(super) fn list(open: &mut Open) -> Result<ListView, ErrorView> {
    catch_up(open)?;
    open.index = None;
    let broken = lost(&open.vault).map(AccountView::broken);
    let accounts: Vec<_> = open.vault.accounts().iter().map(AccountView::of).chain(broken).collect();
    let few =
        if accounts.len() <= FEW { accounts.iter().map(|account| account.id.clone()).collect() } else { Vec::new() };
    let codes = make_codes(open, &few, now_ms());
    Ok(ListView { accounts, codes })
}

fn look_up(open: &mut Open, query: &str) -> Vec<String> {
    let (index, ids) = open.index.get_or_insert_with(|| {
        let accounts = open.vault.accounts();
        (Index::new(&accounts), accounts.iter().map(|account| account.id).collect())
    });
    let found: Vec<_> =
        index.search(query).iter().filter_map(|hit| ids.get(hit.place)).map(AccountId::to_string).collect();
    if found.is_empty() { owners(open, query) } else { found }
}

/// Names the accounts that a recovery code belongs to, where nothing else fits; the index holds no such code.
fn owners(open: &Open, query: &str) -> Vec<String> {
    let typed = Passphrase::new(query.to_owned());
    let has = |account: &Account| account.recovery.iter().any(|kept| is_same(&kept.code, &typed));
    open.vault.accounts().iter().filter(|account| has(account)).map(|account| account.id.to_string()).collect()
}

fn make_codes(open: &Open, ids: &[String], now_ms: u64) -> CodesView {
    let broken: HashSet<AccountId> = lost(&open.vault).collect();
    let codes = ids.iter().filter_map(|id| {
        let known: AccountId = id.parse().ok()?;
        match open.vault.account(known) {
            Ok(account) => Some(code_of(open, id, &account, now_ms / 1000)),
            Err(_) => broken.contains(&known).then(|| CodeView::Broken { id: id.clone(), code: "broken_record" }),
        }
    });
    CodesView { now_ms, codes: codes.collect() }
}

fn code_of(open: &Open, id: &str, account: &Account, now: u64) -> CodeView {
    let id = id.to_owned();
    if let Otp::Hotp { .. } = account.otp {
        let code = open.counters.get(&account.id).and_then(|counter| account.otp.code_at_counter(*counter).ok());
        return CodeView::Counter { id, code: code.map(|code| code.text.to_string()) };
    }
    code_of_time(id, &account.otp, now)
}

/// Makes this code and the next, of any kind but a counter-based one.
pub(super) fn code_of_time(id: String, otp: &Otp, now: u64) -> CodeView {
    let both = otp.code_at(now).and_then(|code| Ok((otp.code_at(code.valid_until)?, code)));
    match both {
        Ok((next, code)) => CodeView::Code {
            id,
            code: code.text.to_string(),
            next: next.text.to_string(),
            valid_from: code.valid_from,
            valid_until: code.valid_until,
        },
        Err(OtpError::NeedsPin) => CodeView::NeedsPin { id },
        Err(error) => CodeView::Broken { id, code: error.code() },
    }
}

fn code_to_copy(open: &Open, id: &str, now: u64) -> Result<Zeroizing<String>, ErrorView> {
    let account = find(open, id)?;
    let code = match open.counters.get(&account.id) {
        Some(counter) => account.otp.code_at_counter(*counter),
        None => account.otp.code_at(now),
    };
    Ok(code?.text)
}

pub(super) fn advance(open: &mut Open, id: &str, now_ms: u64) -> Result<CodeView, ErrorView> {
    let account = find(open, id)?;
    let used = open.vault.update::<_, VaultError>(now_ms, |edit| edit.advance(account.id))?;
    open.counters.insert(account.id, used);
    let code = account.otp.code_at_counter(used)?;
    Ok(CodeView::Counter { id: id.to_owned(), code: Some(code.text.to_string()) })
}

pub(super) fn find(open: &Open, id: &str) -> Result<Account, ErrorView> {
    let id: AccountId = id.parse().map_err(|_| VaultError::NoSuchAccount)?;
    Ok(open.vault.account(id)?)
}

/// Names the records that cannot be read and are nowhere else either.
fn lost(vault: &Vault) -> impl Iterator<Item = AccountId> {
    vault.quarantine().iter().map(|lost| AccountId(lost.id)).filter(|id| vault.account(*id).is_err())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::commands::desk::{GITHUB, HARBOUR, open};
    use sterk::account::uri;

    pub fn added(session: &Session, link: &str) -> String {
        let draft = uri::parse(link).unwrap();
        session.with(|open| Ok(open.vault.update::<_, VaultError>(1_000, |edit| edit.add(draft))?.to_string())).unwrap()
    }

    pub fn one(session: &Session, id: &str, now_ms: u64) -> CodeView {
        let ids = [id.to_owned()];
        session.with(|open| Ok(make_codes(open, &ids, now_ms).codes.remove(0))).unwrap()
    }

    #[test]
    fn shows_this_code_and_the_next_with_their_time() {
        let (_folder, session) = open();
        let id = added(&session, GITHUB);
        let CodeView::Code { code, next, valid_from, valid_until, .. } = one(&session, &id, 59_999) else {
            panic!("a time-based account has a code")
        };
        assert_eq!((valid_from, valid_until), (30, 60));
        let CodeView::Code { code: later, .. } = one(&session, &id, 60_000) else { panic!("and a next one") };
        assert_ne!(code, next);
        assert_eq!(next, later);
    }

    #[test]
    fn makes_no_counter_code_unasked_and_copies_the_one_it_showed() {
        let (_folder, session) = open();
        let id = added(&session, HARBOUR);
        assert!(matches!(one(&session, &id, 0), CodeView::Counter { code: None, .. }));
        assert_eq!(session.with(|open| code_to_copy(open, &id, 0)).unwrap_err().code, "counter_based");
        // RFC 4226, appendix D: the codes of counters 0 and 1 for this secret.
        for expected in ["755224", "287082"] {
            let CodeView::Counter { code, .. } = session.with(|open| advance(open, &id, 2_000)).unwrap() else {
                panic!("a counter-based account answers with its counter")
            };
            assert_eq!(code.as_deref(), Some(expected));
            assert_eq!(session.with(|open| code_to_copy(open, &id, 0)).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn says_that_a_pin_is_missing() {
        let (_folder, session) = open();
        let id = added(&session, "motp://Office:ada?secret=0123456789abcdef");
        assert!(matches!(one(&session, &id, 0), CodeView::NeedsPin { .. }));
    }

    #[test]
    fn leaves_out_accounts_that_are_gone() {
        let (_folder, session) = open();
        let ids = ["00000000000000000000000000000000".to_owned(), "nonsense".to_owned()];
        let codes = session.with(|open| Ok(make_codes(open, &ids, 0))).unwrap();
        assert!(codes.codes.is_empty());
        assert_eq!(session.with(|open| code_to_copy(open, &ids[1], 0)).unwrap_err().code, "no_such_account");
    }

    #[test]
    fn finds_by_names_tags_and_notes_and_forgives_one_letter() {
        let (_folder, session) = open();
        let github = added(&session, GITHUB);
        let harbour = added(&session, HARBOUR);
        let known: AccountId = harbour.parse().unwrap();
        let tag = |open: &mut Open| {
            Ok(open.vault.update::<_, VaultError>(2_000, |e| e.set_tags(known, vec!["Écluse".into()]))?)
        };
        session.with(tag).unwrap();
        let find = |query: &str| session.with(|open| Ok(look_up(open, query))).unwrap();
        for (query, found) in
            [("hub", vec![&github]), ("harbxxr", vec![]), ("harbpur", vec![&harbour]), ("ecluse", vec![&harbour])]
        {
            assert_eq!(find(query).iter().collect::<Vec<_>>(), found, "{query}");
        }
        assert_eq!(find("ada").len(), 2);
    }

    #[test]
    fn finds_whose_recovery_code_it_is_where_nothing_else_fits() {
        let (_folder, session) = open();
        let (github, _) = (added(&session, GITHUB), added(&session, HARBOUR));
        let known: AccountId = github.parse().unwrap();
        let add = |open: &mut Open| {
            let codes = vec![Passphrase::new("4fk2-9qtm".into())];
            Ok(open.vault.update::<_, VaultError>(2_000, |edit| edit.add_recovery(known, codes))?)
        };
        session.with(add).unwrap();
        let find = |query: &str| session.with(|open| Ok(look_up(open, query))).unwrap();
        assert_eq!(find("4FK2 9QTM"), [github], "however it is typed");
        assert!(find("4fk2").is_empty(), "a part of a code is none");
    }

    #[test]
    fn searches_in_what_the_list_shows() {
        let (_folder, session) = open();
        let find = || session.with(|open| Ok(look_up(open, "github"))).unwrap();
        assert!(find().is_empty());
        let id = added(&session, GITHUB);
        session.with(list).unwrap();
        assert_eq!(find(), [id]);
    }

    #[test]
    fn sends_the_codes_of_a_short_list_along_and_none_of_a_long_one() {
        let (_folder, session) = open();
        let add = |count: usize| {
            let drafts = (0..count).map(|_| uri::parse(GITHUB).unwrap());
            session
                .with(|open| {
                    Ok(open.vault.update::<_, VaultError>(1_000, |edit| {
                        drafts.map(|d| edit.add(d)).collect::<Result<Vec<_>, _>>()
                    })?)
                })
                .unwrap();
        };
        add(FEW);
        let short = session.with(list).unwrap();
        assert_eq!((short.accounts.len(), short.codes.codes.len()), (FEW, FEW));
        add(1);
        let long = session.with(list).unwrap();
        assert_eq!((long.accounts.len(), long.codes.codes.len()), (FEW + 1, 0));
    }

    #[test]
    fn shows_names_without_tricks() {
        let (_folder, session) = open();
        added(&session, "otpauth://totp/a%E2%80%AEb?secret=JBSWY3DPEHPK3PXP");
        assert_eq!(session.with(list).unwrap().accounts[0].name, "a\\u{202E}b");
    }
}
