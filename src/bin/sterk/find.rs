//! From what was typed to the account that was meant.

use sterk::Account;
use sterk::account::search::{Fit, search};
use sterk::account::shown;
use sterk::vault::Vault;

use crate::failure::Failure;

/// Returns the live accounts that fit `query`; all of them for none.
///
/// The best kind of fit counts alone. A query that fits only when a wrong letter is forgiven fits none here:
/// it is never acted on, see [`none`].
pub fn all(vault: &Vault, query: Option<&str>) -> Vec<Account> {
    best(vault.accounts(), query)
}

/// Returns the accounts of `accounts` that fit `query`.
pub fn best(accounts: Vec<Account>, query: Option<&str>) -> Vec<Account> {
    let Some(query) = query.filter(|query| !query.trim().is_empty()) else { return accounts };
    let hits = search(&accounts, query);
    let best = hits.first().map(|hit| hit.fit).filter(|fit| *fit != Fit::Near);
    let fits = hits.iter().filter(|hit| Some(hit.fit) == best);
    fits.map(|hit| accounts[hit.place].clone()).collect()
}

/// Returns the one live account that is meant.
pub fn one(vault: &Vault, query: &str) -> Result<Account, Failure> {
    single(vault.accounts(), query)
}

/// Returns the only one of `accounts` that is meant, or says that there is none, or which there are.
pub fn single(accounts: Vec<Account>, query: &str) -> Result<Account, Failure> {
    let mut found = best(accounts.clone(), Some(query));
    if found.len() > 1 {
        let names: Vec<String> = found.iter().take(5).map(label).collect();
        let more = if found.len() > 5 { ", …" } else { "" };
        return Err(Failure::new("several_match", format!("{} accounts match «{}»", found.len(), cut(query)))
            .hint(format!("say which: {}{more}", names.join(", "))));
    }
    found.pop().ok_or_else(|| none(&accounts, query))
}

/// The answer where nothing fits, with what may have been meant.
pub fn none(accounts: &[Account], query: &str) -> Failure {
    let near = search(accounts, query).into_iter().find(|hit| hit.fit == Fit::Near);
    let hint = near.map(|hit| format!("did you mean {}?", label(&accounts[hit.place])));
    Failure::new("no_such_account", format!("no account matches «{}»", cut(query)))
        .hint(hint.unwrap_or_else(|| "`sterk list` shows them all".to_owned()))
}

/// Shows what was typed, safe to print, and no more of it than a line takes.
pub fn cut(query: &str) -> String {
    match query.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", shown(&query[..at])),
        None => shown(query),
    }
}

/// Names an account for people: `Issuer:name`, safe to print.
pub fn label(account: &Account) -> String {
    match (account.issuer.as_str(), account.name.as_str()) {
        ("", "") => format!("unnamed ({})", &account.id.to_string()[..8]),
        ("", name) => shown(name),
        (issuer, "") => shown(issuer),
        (issuer, name) => format!("{}:{}", shown(issuer), shown(name)),
    }
}
