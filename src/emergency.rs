//! The emergency sheet: which accounts there are, whether recovery codes exist, and who resets. No secret is in it.
//!
//! It is meant to be printed and kept where somebody finds it when the computer is gone. It names accounts, so it is
//! private all the same.

use crate::account::{Account, RecoveryState, shown};

/// Writes the sheet as plain text; `day` is what stands at its top.
pub fn text(accounts: &[Account], day: &str) -> String {
    let mut sheet = format!("Accounts with a second factor, {day}\n\n{ADVICE}\n");
    for account in accounts {
        let [name, codes, reset] = row(account);
        sheet.push_str(&format!("\n{name}\n  recovery codes: {codes}\n  reset by: {reset}\n"));
    }
    sheet
}

/// Writes the sheet as a page to print, complete in itself.
pub fn html(accounts: &[Account], day: &str) -> String {
    let rows = accounts.iter().map(|account| {
        let cells = row(account).map(|cell| format!("<td>{}</td>", escaped(&cell)));
        format!("<tr>{}</tr>\n", cells.concat())
    });
    let (day, rows) = (escaped(day), rows.collect::<String>());
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>Accounts with a second factor</title>\n\
         <style>body{{font:12pt serif;margin:2cm}}table{{border-collapse:collapse;width:100%}}\
         th,td{{border:1px solid;padding:4px;text-align:left;overflow-wrap:anywhere}}</style>\n\
         <h1>Accounts with a second factor</h1>\n<p>{day}</p>\n<p>{}</p>\n<table>\n\
         <tr><th>Account</th><th>Recovery codes</th><th>Reset by</th></tr>\n{rows}</table>\n</html>\n",
        escaped(ADVICE)
    )
}

const ADVICE: &str = "An account that no longer opens: use a recovery code first; then check the clock of the computer; \
                      then ask who resets it. No password, secret or code stands on this sheet.";

fn row(account: &Account) -> [String; 3] {
    let names = [shown(&account.issuer), shown(&account.name)];
    let named: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
    let name = if named.is_empty() { "unnamed".to_owned() } else { named.join(", ") };
    let unused = account.recovery.iter().filter(|code| code.used_at.is_none()).count();
    let codes = match account.recovery_state() {
        RecoveryState::Kept => format!("{unused} unused are kept"),
        RecoveryState::NoneGiven => "this site gives none".to_owned(),
        RecoveryState::Open => "none are kept".to_owned(),
    };
    let reset = if account.reset_by.is_empty() { "not known".to_owned() } else { shown(&account.reset_by) };
    [name, codes, reset]
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{AccountId, Draft, RecoveryCode};
    use crate::otp::{Otp, Pin};
    use crate::secret::{Passphrase, Secret};

    fn account() -> Account {
        let pin = Pin::new(Passphrase::new("7381".into())).unwrap();
        let otp = Otp::Motp { secret: Secret::new(b"0123456789abcdef".to_vec()), pin: Some(pin) };
        let mut account = Draft::new("<b>Bank</b>", "ada", otp).into_account(AccountId([7; 16]));
        account.note = "a private note".into();
        let code = |text: &str, used_at| RecoveryCode { code: Passphrase::new(text.into()), used_at };
        account.recovery = vec![code("k7wd-93tp", None), code("m2xv-60qs", Some(1))];
        account.former_recovery = vec![code("t5hn-18yc", None)];
        account.reset_by = "mailto:owner@example.org".into();
        account
    }

    #[test]
    fn names_accounts_codes_and_who_resets() {
        let sheet = text(&[account()], "2026-11-22");
        for part in ["2026-11-22", "<b>Bank</b>, ada", "1 unused are kept", "mailto:owner@example.org"] {
            assert!(sheet.contains(part), "{part}: {sheet}");
        }
    }

    #[test]
    fn holds_no_secret() {
        for sheet in [text(&[account()], ""), html(&[account()], "")] {
            for secret in ["0123456789abcdef", "7381", "k7wd-93tp", "m2xv-60qs", "t5hn-18yc", "a private note"] {
                assert!(!sheet.contains(secret), "{secret} is in {sheet}");
            }
        }
    }

    #[test]
    fn a_name_cannot_become_markup() {
        let page = html(&[account()], "");
        assert!(page.contains("&lt;b&gt;Bank&lt;/b&gt;") && !page.contains("<b>"), "{page}");
    }
}
