//! The list: accounts, their codes, and copying one.

use std::collections::HashSet;

use sterk::{
    Account, OtpError,
    account::AccountId,
    otp::Otp,
    vault::{Vault, VaultError},
};
use tauri::State;
use zeroize::Zeroizing;

use super::apart;
use crate::{
    clipboard::{CLEARS_IN, Clipboard},
    error::ErrorView,
    state::{Open, Session, now_ms},
    view::{AccountView, CodeView, CodesView, CopiedView},
};

/// Lists the accounts, with what another program added in the meantime.
#[tauri::command]
pub async fn accounts(session: State<'_, Session>) -> Result<Vec<AccountView>, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(list)).await
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
        clipboard.lend(session.with(|open| code_to_copy(open, &id, now_ms() / 1000))?)?;
        Ok(CopiedView { clears_in: CLEARS_IN })
    })
    .await
}

/// Uses up one counter value of a counter-based account.
#[tauri::command]
pub async fn next_code(session: State<'_, Session>, id: String) -> Result<CodeView, ErrorView> {
    let session = session.inner().clone();
    apart(move || session.with(|open| advance(open, &id, now_ms()))).await
}

fn list(open: &mut Open) -> Result<Vec<AccountView>, ErrorView> {
    // Only a new key is a reason to stop: what is in memory can be shown whatever else is wrong with the file.
    if let Err(rekeyed @ VaultError::Rekeyed) = open.vault.refresh(now_ms()) {
        return Err(rekeyed.into());
    }
    let broken = lost(&open.vault).map(|id| AccountView::broken(id));
    Ok(open.vault.accounts().iter().map(AccountView::of).chain(broken).collect())
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
    let both = account.otp.code_at(now).and_then(|code| Ok((account.otp.code_at(code.valid_until)?, code)));
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

fn advance(open: &mut Open, id: &str, now_ms: u64) -> Result<CodeView, ErrorView> {
    let account = find(open, id)?;
    let used = open.vault.update::<_, VaultError>(now_ms, |edit| edit.advance(account.id))?;
    open.counters.insert(account.id, used);
    let code = account.otp.code_at_counter(used)?;
    Ok(CodeView::Counter { id: id.to_owned(), code: Some(code.text.to_string()) })
}

fn find(open: &Open, id: &str) -> Result<Account, ErrorView> {
    let id: AccountId = id.parse().map_err(|_| VaultError::NoSuchAccount)?;
    Ok(open.vault.account(id)?)
}

/// Names the records that cannot be read and are nowhere else either.
fn lost(vault: &Vault) -> impl Iterator<Item = AccountId> {
    vault.quarantine().iter().map(|lost| AccountId(lost.id)).filter(|id| vault.account(*id).is_err())
}
