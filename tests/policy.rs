//! Policies and status files against their documentation: the schemas, the examples, and what may never leave a vault.

#![expect(clippy::unwrap_used, reason = "a test stops where its setting fails")]

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use sterk::policy::{Day, PolicyFile, Status, checklist};
use sterk::vault::{NewSlots, Vault, VaultError};
use sterk::{Algorithm, Digits, Draft, Otp, Passphrase, Period, Pin, Secret};

const PAGE: &str = include_str!("../docs/policy.md");
const POLICY_SCHEMA: &str = include_str!("../docs/policy.schema.json");
const STATUS_SCHEMA: &str = include_str!("../docs/status.schema.json");
const EXAMPLE: &str = include_str!("data/example.sterk-policy.json");

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Returns the blocks of JSON of the page.
fn examples() -> Vec<&'static str> {
    let blocks = PAGE.split("```json\n").skip(1);
    blocks.map(|rest| rest.split_once("```").unwrap().0).collect()
}

/// Tells whether a document fits a schema, by those keywords of JSON Schema 2020-12 that ours use; others fail the test.
fn fits(schema: &Value, value: &Value) -> bool {
    let rules = schema.as_object().unwrap();
    rules.iter().all(|(keyword, rule)| fits_keyword(rules, keyword, rule, value))
}

fn fits_keyword(rules: &Map<String, Value>, keyword: &str, rule: &Value, value: &Value) -> bool {
    let number = || rule.as_u64().unwrap();
    let length = || value.as_str().map(|text| text.chars().count() as u64);
    let entries = || value.as_array().map(|list| list.len() as u64);
    let members = || value.as_object().map(|object| object.len() as u64);
    match keyword {
        "$schema" | "title" | "default" | "format" => true,
        "additionalProperties" => {
            value.as_object().is_none_or(|object| object.keys().all(|name| rules["properties"].get(name).is_some()))
        }
        "const" => rule == value,
        "enum" => rule.as_array().unwrap().contains(value),
        "items" => value.as_array().is_none_or(|list| list.iter().all(|entry| fits(rule, entry))),
        "maxItems" => entries().is_none_or(|count| count <= number()),
        "minItems" => entries().is_none_or(|count| count >= number()),
        "maxLength" => length().is_none_or(|count| count <= number()),
        "minLength" => length().is_none_or(|count| count >= number()),
        "maxProperties" => members().is_none_or(|count| count <= number()),
        "minProperties" => members().is_none_or(|count| count >= number()),
        "maximum" => value.as_u64().is_none_or(|found| found <= number()),
        "minimum" => value.as_i64().is_none_or(|found| found >= rule.as_i64().unwrap()),
        "pattern" => value.as_str().is_none_or(|text| text.starts_with(rule.as_str().unwrap().trim_start_matches('^'))),
        "properties" => {
            rule.as_object().unwrap().iter().all(|(name, rule)| value.get(name).is_none_or(|member| fits(rule, member)))
        }
        "required" => rule.as_array().unwrap().iter().all(|name| value.get(name.as_str().unwrap()).is_some()),
        "type" => match rule {
            Value::Array(kinds) => kinds.iter().any(|kind| is_of(kind, value)),
            kind => is_of(kind, value),
        },
        other => panic!("the schema uses {other}, which this test does not know"),
    }
}

fn is_of(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "array" => value.is_array(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "null" => value.is_null(),
        "object" => value.is_object(),
        "string" => value.is_string(),
        other => panic!("{other}"),
    }
}

/// Returns the path of every member in a document, entries of lists as one.
fn paths(value: &Value, place: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|entry| paths(entry, &format!("{place}[]"), found)),
        Value::Object(object) => object.iter().for_each(|(name, member)| {
            let path = format!("{place}.{name}");
            found.insert(path.clone());
            paths(member, &path, found);
        }),
        _ => {}
    }
}

fn changed(pointer: &str, to: Value) -> Value {
    let mut document: Value = serde_json::from_str(EXAMPLE).unwrap();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    document.pointer_mut(parent).unwrap()[name] = to;
    document
}

#[test]
fn the_examples_of_the_page_are_what_the_program_reads() {
    let [policy, status] = examples().try_into().unwrap();
    assert_eq!(policy, EXAMPLE, "the page shows the file that the tests and the signed sample use");
    assert_eq!(PolicyFile::read(policy.as_bytes()).unwrap().policy().services.len(), 2);
    assert_eq!(Status::read(status.as_bytes()).unwrap().person, "Ada Lovelace");
    assert!(fits(&schema(POLICY_SCHEMA), &serde_json::from_str(policy).unwrap()));
    assert!(fits(&schema(STATUS_SCHEMA), &serde_json::from_str(status).unwrap()));
}

#[test]
fn the_schema_of_a_policy_and_the_program_agree() {
    let long = |count: usize| json!("x".repeat(count));
    let services = |count: usize| Value::Array((0..count).map(|at| json!({"name": format!("s{at}")})).collect());
    let issuers = |count: usize| Value::Array((0..count).map(|_| json!({"name": "a"})).collect());
    let cases = [
        ("/sterk_policy", json!("1"), false),
        ("/organisation", long(100), true),
        ("/organisation", long(101), false),
        ("/organisation", json!(7), false),
        ("/revision", json!(0), false),
        ("/revision", json!(1_000_000), true),
        ("/revision", json!(1_000_001), false),
        ("/revision", json!(1.5), false),
        ("/issued", json!("2026-1-1"), false),
        ("/unknown", json!(1), false),
        ("/rules", json!([]), false),
        ("/rules/unknown", json!(1), false),
        ("/rules/passphrase_bits", json!(19), false),
        ("/rules/passphrase_bits", json!(60), true),
        ("/rules/passphrase_bits", json!(61), false),
        ("/rules/auto_lock_minutes", json!(1_440), true),
        ("/rules/auto_lock_minutes", json!(1_441), false),
        ("/rules/plaintext_export", json!("no"), false),
        ("/rules/recovery_codes", json!(0), false),
        ("/services", services(200), true),
        ("/services", services(201), false),
        ("/services/0/name", json!(""), false),
        ("/services/0/name", long(101), false),
        ("/services/0/unknown", json!(1), false),
        ("/services/0/issuers", json!([]), false),
        ("/services/0/issuers", issuers(20), true),
        ("/services/0/issuers", issuers(21), false),
        ("/services/0/issuers", json!([{"name": "a", "exact": "b"}]), false),
        ("/services/0/issuers", json!([{}]), false),
        ("/services/0/issuers", json!([{"regex": "a"}]), false),
        ("/services/0/account_domain", json!(1), false),
        ("/services/0/enrol_at", json!("http://example.org"), false),
        ("/services/0/enrol_at", json!("https://"), false),
        ("/services/0/reset_by", long(1_000), true),
        ("/services/0/reset_by", long(1_001), false),
        ("/services/0/recovery_codes", json!("yes"), false),
    ];
    for (pointer, to, right) in cases {
        let document = changed(pointer, to);
        let read = PolicyFile::read(document.to_string().as_bytes());
        assert_eq!(read.is_ok(), right, "the program, {pointer}: {read:?}");
        assert_eq!(fits(&schema(POLICY_SCHEMA), &document), right, "the schema, {pointer}");
    }
    for missing in ["sterk_policy", "organisation", "revision", "issued"] {
        let mut document: Value = serde_json::from_str(EXAMPLE).unwrap();
        document.as_object_mut().unwrap().remove(missing);
        assert!(PolicyFile::read(document.to_string().as_bytes()).is_err(), "{missing}");
        assert!(!fits(&schema(POLICY_SCHEMA), &document), "{missing}");
    }
}

#[test]
fn every_member_is_documented() {
    for text in [POLICY_SCHEMA, STATUS_SCHEMA] {
        let mut found = BTreeSet::new();
        names(&schema(text), &mut found);
        for name in found {
            assert!(PAGE.contains(&format!("{name}`")) || PAGE.contains(&format!("\"{name}\"")), "{name}");
        }
    }
}

/// Collects the names of all properties of a schema.
fn names(schema: &Value, found: &mut BTreeSet<String>) {
    if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, rule) in properties {
            found.insert(name.clone());
            names(rule, found);
        }
    }
    if let Some(items) = schema.get("items") {
        names(items, found);
    }
}

/// A status file has these members and no others: a new one is a decision, to be made here.
const CLOSED: [&str; 16] = [
    ".backup_on",
    ".person",
    ".policy",
    ".policy.key",
    ".policy.organisation",
    ".policy.revision",
    ".policy.sha256",
    ".services",
    ".services[].enrolled",
    ".services[].name",
    ".services[].recovery_codes",
    ".services[].recovery_codes_required",
    ".services[].verified",
    ".sterk_status",
    ".written_on",
    "",
];

/// What no status file may hold, each in a vault of its own kind of place.
const CANARIES: [&str; 12] = [
    "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "canary-recovery-unused",
    "canary-recovery-used",
    "canary-recovery-former",
    "canary-note",
    "canary-tag",
    "canary-name",
    "canary-issuer",
    "canary-reset",
    "73810",
    "canary-binned",
    "canary-passphrase",
];

/// Makes a vault in which every place that can hold something holds a canary.
fn full_vault(folder: &std::path::Path) -> Vault {
    let words = Passphrase::new("canary-passphrase".into());
    let policy = PolicyFile::read(EXAMPLE.as_bytes()).unwrap();
    let slots = NewSlots { passphrase: Some((&words, sterk::seal::Kdf::FLOOR)), ..NewSlots::default() };
    let mut vault = Vault::create(folder, slots, 1_000).unwrap().vault;
    vault.apply_policy(&policy, &[], 2_000).unwrap();
    let secret = || Secret::from_base32(CANARIES[0]).unwrap();
    let totp = |secret| Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
    let pin = Pin::new(Passphrase::new("73810".into())).unwrap();
    vault
        .update::<_, VaultError>(3_000, |edit| {
            let mut draft = Draft::new("GitHub", "canary-name", totp(secret()));
            draft.note = "canary-note".into();
            draft.tags = vec!["canary-tag".into()];
            let id = edit.add(draft)?;
            let code = |text: &str| Passphrase::new(text.into());
            edit.add_recovery(id, vec![code("canary-recovery-former")])?;
            edit.replace_recovery(id, vec![code("canary-recovery-unused"), code("canary-recovery-used")])?;
            edit.use_recovery(id, &code("canary-recovery-used"), Some(3))?;
            edit.set_reset_by(id, "canary-reset".into())?;
            edit.set_verified(id, Some(3))?;
            edit.re_enrol(id, totp(Secret::new(vec![7; 20])))?;
            edit.restore_secret(id)?;
            edit.add(Draft::new(
                "canary-issuer",
                "x",
                Otp::Motp { secret: Secret::new(b"0123456789abcdef".to_vec()), pin: Some(pin) },
            ))?;
            let gone = edit.add(Draft::new("GitHub", "canary-binned", totp(Secret::new(vec![9; 20]))))?;
            edit.remove(gone)
        })
        .unwrap();
    vault
}

#[test]
fn no_secret_bearing_field_can_appear_in_a_status_file() {
    let folder = tempfile::tempdir().unwrap();
    let vault = full_vault(folder.path());
    let policy = vault.policy().unwrap();
    let items = checklist(policy.policy(), &vault.accounts());
    let today = Day::of(1_795_372_985);
    let status = Status::of(policy, &items, "Ada".into(), today, Some(today));
    let text = status.to_string();

    let document: Value = serde_json::from_str(&text).unwrap();
    let mut found = BTreeSet::from([String::new()]);
    paths(&document, "", &mut found);
    assert_eq!(found, CLOSED.map(str::to_owned).into(), "the list of members is closed");
    assert!(fits(&schema(STATUS_SCHEMA), &document));
    assert!(document["services"][0]["verified"].as_bool().unwrap(), "the canaries belong to an account that counts");
    assert_eq!(document["services"][0]["recovery_codes"], "kept");

    let bytes = Secret::from_base32(CANARIES[0]).unwrap();
    let hidden = [
        data_encoding::HEXLOWER.encode(bytes.expose()),
        data_encoding::BASE64.encode(bytes.expose()),
        "0123456789abcdef".into(),
        vault.accounts()[0].id.to_string(),
        vault.id().to_string(),
    ];
    for canary in CANARIES.into_iter().chain(hidden.iter().map(String::as_str)) {
        assert!(!text.to_lowercase().contains(&canary.to_lowercase()), "{canary} is in {text}");
    }
}

#[test]
fn the_schema_of_a_status_and_the_program_agree_that_nothing_else_has_a_place() {
    let [_, status] = examples().try_into().unwrap();
    let right: Value = serde_json::from_str(status).unwrap();
    for (pointer, name) in
        [("", "secret"), ("", "accounts"), ("/policy", "codes"), ("/services/0", "note"), ("/services/0", "unused")]
    {
        let mut document = right.clone();
        document.pointer_mut(pointer).unwrap()[name] = json!("x");
        assert!(Status::read(document.to_string().as_bytes()).is_err(), "{pointer}/{name}");
        assert!(!fits(&schema(STATUS_SCHEMA), &document), "{pointer}/{name}");
    }
    for path in CLOSED.iter().filter(|path| !path.is_empty()) {
        let (parent, name) = path
            .replace('.', "/")
            .replace("[]", "/0")
            .rsplit_once('/')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let mut document = right.clone();
        document.pointer_mut(&parent).unwrap()[&name] = json!({"secret": "x"});
        assert!(Status::read(document.to_string().as_bytes()).is_err(), "{path} takes no object");
        assert!(!fits(&schema(STATUS_SCHEMA), &document), "{path} takes no object");
    }
}

#[test]
fn a_policy_comes_along_in_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let vault = full_vault(folder.path());
    let (to, words) = (folder.path().join("backup.sterk"), Passphrase::new("of the backup".into()));
    sterk::backup::write(&vault, &to, &words, sterk::seal::Kdf::FLOOR, 4).unwrap();
    let backup = sterk::backup::Backup::open(&to, &words).unwrap();
    assert_eq!(backup.drill(None, 5).accounts, 2, "a policy is no account");
    let other = tempfile::tempdir().unwrap();
    let slots = NewSlots { passphrase: Some((&words, sterk::seal::Kdf::FLOOR)), ..NewSlots::default() };
    let mut restored = Vault::create(other.path(), slots, 6_000).unwrap().vault;
    restored
        .update::<_, VaultError>(7_000, |edit| {
            edit.merge(backup.records().iter().cloned());
            Ok(())
        })
        .unwrap();
    assert_eq!(restored.policy(), vault.policy());
    assert!(restored.rules().check_plaintext_export().is_err());
}
