//! From what was typed to the account that was meant.

use sterk::Account;
use sterk::account::shown;
use sterk::vault::Vault;

use crate::failure::Failure;

/// Returns the live accounts that fit `query`; all of them for none.
///
/// The best kind of fit counts alone: the id, then the whole of a name, then a part of one.
pub fn all(vault: &Vault, query: Option<&str>) -> Vec<Account> {
    best(vault.accounts(), query)
}

/// Returns the accounts of `accounts` that fit `query`.
pub fn best(accounts: Vec<Account>, query: Option<&str>) -> Vec<Account> {
    let Some(query) = query.map(|query| query.trim().to_lowercase()).filter(|query| !query.is_empty()) else {
        return accounts;
    };
    let rank = accounts.iter().filter_map(|account| fit(account, &query)).min();
    accounts.into_iter().filter(|account| rank.is_some() && fit(account, &query) == rank).collect()
}

/// Returns the one live account that is meant.
pub fn one(vault: &Vault, query: &str) -> Result<Account, Failure> {
    single(all(vault, Some(query)), query)
}

/// Returns the only account of `found`, or says that there is none, or which there are.
pub fn single(mut found: Vec<Account>, query: &str) -> Result<Account, Failure> {
    if found.len() > 1 {
        let names: Vec<String> = found.iter().take(5).map(label).collect();
        let more = if found.len() > 5 { ", …" } else { "" };
        return Err(Failure::new("several_match", format!("{} accounts match «{}»", found.len(), shown(query)))
            .hint(format!("say which: {}{more}", names.join(", "))));
    }
    found.pop().ok_or_else(|| none(query))
}

/// The answer where nothing fits.
pub fn none(query: &str) -> Failure {
    Failure::new("no_such_account", format!("no account matches «{}»", shown(query)))
        .hint("`sterk list` shows them all")
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

/// Tells how well `query` fits: 0 best.
fn fit(account: &Account, query: &str) -> Option<u8> {
    let (issuer, name) = (account.issuer.to_lowercase(), account.name.to_lowercase());
    let id = account.id.to_string();
    let whole = [&issuer, &name, &format!("{issuer}:{name}"), &format!("{issuer} {name}")];
    if id == query || (query.len() >= 6 && id.starts_with(query)) {
        Some(0)
    } else if whole.iter().any(|text| *text == query) {
        Some(1)
    } else if whole.iter().any(|text| text.contains(query)) {
        Some(2)
    } else if account.tags.iter().any(|tag| tag.to_lowercase().contains(query))
        || account.note.to_lowercase().contains(query)
    {
        Some(3)
    } else {
        None
    }
}
