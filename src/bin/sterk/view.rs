//! The JSON shapes of the command line; fields may be added, never renamed.

use serde::Serialize;
use serde_json::{Value, json};
use sterk::account::icon::icon_for;
use sterk::account::{Draft, RecoveryCode};
use sterk::vault::{Duplicate, SameBy};
use sterk::{Account, Otp};

/// What `list` says of an account.
pub fn account(account: &Account) -> Value {
    let mut row = described(&account.issuer, &account.name, &account.otp, &account.tags, account.pinned);
    row["id"] = json!(account.id.to_string());
    row["icon"] = json!(icon_for(account));
    row["note"] = json!(account.note);
    row["verified"] = json!(account.verified_at.is_some());
    row["verified_at"] = json!(account.verified_at);
    row["recovery"] = recovery_count(&account.recovery);
    row["recovery_state"] = json!(account.recovery_state().name());
    row["enrolment"] = json!(account.enrolment().name());
    row["reset_by"] = json!(account.reset_by);
    row["former_secret_until"] = json!(account.former_secret_until);
    row["former_recovery"] = json!(account.former_recovery.len());
    row
}

/// What `add`, `scan` and `import` say of an account that was found.
pub fn draft(draft: &Draft, duplicate: Option<Duplicate>) -> Value {
    let mut row = described(&draft.issuer, &draft.name, &draft.otp, &draft.tags, draft.pinned);
    row["id"] = Value::Null;
    row["note"] = json!(draft.note);
    row["verified"] = json!(false);
    row["recovery"] = recovery_count(&[]);
    row["duplicate_of"] = duplicate.map_or(Value::Null, duplicate_of);
    row
}

fn duplicate_of(duplicate: Duplicate) -> Value {
    let by = match duplicate.by {
        SameBy::Name => "name",
        SameBy::Secret => "secret",
    };
    json!({"id": duplicate.id.to_string(), "by": by})
}

fn described(issuer: &str, name: &str, otp: &Otp, tags: &[String], pinned: bool) -> Value {
    let mut row = json!({
        "issuer": issuer, "account": name, "kind": otp.kind().name(),
        "algorithm": otp.algorithm().name(), "digits": otp.digits().count(),
        "tags": tags, "pinned": pinned,
    });
    match otp {
        Otp::Hotp { counter, .. } => row["counter"] = json!(counter),
        other => row["period"] = json!(other.period().map(sterk::Period::seconds)),
    }
    row
}

fn recovery_count(codes: &[RecoveryCode]) -> Value {
    let used = codes.iter().filter(|code| code.used_at.is_some()).count();
    json!({"unused": codes.len() - used, "used": used})
}

/// One row of `code`.
#[derive(Debug, Serialize)]
pub struct CodeRow {
    pub id: String,
    pub issuer: String,
    pub account: String,
    pub kind: &'static str,
    pub code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<&'static str>,
    #[serde(flatten)]
    pub when: When,
}

/// For how long a code is good.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum When {
    Counter { counter: u64 },
    Time { next: Option<String>, valid_from: u64, valid_until: u64 },
    Unknown {},
}
