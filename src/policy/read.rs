//! From JSON to a policy that is right, or to the field that is wrong.

use super::error::{PolicyError, Wrong};
use super::json::Node;
use super::members::Members;
use super::{Domain, Issuer, Link, Policy, Rules, Service};

type Result<T> = std::result::Result<T, PolicyError>;

/// The one version there is.
const VERSION: u64 = 1;
/// The most services of a policy.
const MOST_SERVICES: usize = 200;
/// The most ways to know a service.
const MOST_ISSUERS: usize = 20;
/// The most characters of the organisation's name, of a service's and of an issuer's.
pub(super) const MOST_NAME: usize = 100;
/// The most characters of who resets, as for an account.
const MOST_RESET: usize = 1_000;
/// The greatest number of a policy.
pub(super) const MOST_REVISION: u32 = 1_000_000;

/// Takes the version out of a document and compares it with the one that is known.
pub(super) fn version(members: &mut Members, name: &str, what: &'static str) -> Result<()> {
    match members.take(name) {
        None => Err(PolicyError::NotMine(what)),
        Some(Node::Number(Some(VERSION))) => Ok(()),
        Some(Node::Number(Some(found))) if found > VERSION => Err(PolicyError::TooNew { found, newest: VERSION }),
        Some(_) => Err(members.wrong(name, Wrong::NotANumber { least: VERSION, most: VERSION })),
    }
}

/// Reads the text of a policy.
pub(super) fn policy(text: &str) -> Result<Policy> {
    let mut members = Members::of(Node::read(text.as_bytes())?, "")?;
    version(&mut members, "sterk_policy", "policy")?;
    // For editors that complete by a schema; it means nothing to us.
    members.take("$schema");
    let organisation = members.text("organisation", MOST_NAME)?;
    let revision = members.number("revision", 1, MOST_REVISION)?;
    let issued = members.needed("issued", 10, |text| text.parse().ok(), Wrong::NotADay)?;
    let (rules, recovery_codes) = rules(&mut members, &organisation)?;
    let services = members.list("services", MOST_SERVICES, |members| service(members, recovery_codes))?;
    let services = services.unwrap_or_default();
    names_differ(&services)?;
    members.end()?;
    Ok(Policy { organisation, revision, issued, services, rules })
}

/// Reads the rules, and whether recovery codes are required where a service says nothing of them.
fn rules(members: &mut Members, organisation: &str) -> Result<(Rules, bool)> {
    let none = Rules { organisation: organisation.to_owned(), ..Rules::default() };
    let Some(node) = members.take("rules") else { return Ok((none, false)) };
    let mut members = Members::of(node, "rules")?;
    let ([fewest, most], [shortest, longest]) = (Rules::PASSPHRASE_BITS, Rules::AUTO_LOCK_MINUTES);
    let rules = Rules {
        passphrase_bits: members.number_if_any("passphrase_bits", fewest, most)?,
        auto_lock_minutes: members.number_if_any("auto_lock_minutes", shortest, longest)?,
        plaintext_export: members.flag_if_any("plaintext_export")?.unwrap_or(true),
        ..none
    };
    let recovery_codes = members.flag_if_any("recovery_codes")?.unwrap_or(false);
    members.end()?;
    Ok((rules, recovery_codes))
}

fn service(mut members: Members, recovery_codes: bool) -> Result<Service> {
    let name = members.text("name", MOST_NAME)?;
    let issuers = members.list("issuers", MOST_ISSUERS, issuer)?;
    if issuers.as_ref().is_some_and(Vec::is_empty) {
        return Err(members.wrong("issuers", Wrong::Empty));
    }
    let service = Service {
        issuers: issuers.unwrap_or_else(|| vec![Issuer::Name(name.clone())]),
        account_domain: members.parsed("account_domain", 253, Domain::new, Wrong::NotADomain)?,
        enrol_at: members.parsed("enrol_at", Link::MOST, Link::new, Wrong::NotALink)?,
        reset_by: members.text_if_any("reset_by", MOST_RESET)?.unwrap_or_default(),
        recovery_codes: members.flag_if_any("recovery_codes")?.unwrap_or(recovery_codes),
        name,
    };
    members.end()?;
    Ok(service)
}

fn issuer(mut members: Members) -> Result<Issuer> {
    let known = ["domain", "exact", "name"];
    if known.iter().filter(|name| members.has(name)).count() != 1 {
        return Err(members.itself(Wrong::NotOne("domain, exact and name")));
    }
    let issuer = if members.has("domain") {
        Issuer::Domain(members.needed("domain", 253, Domain::new, Wrong::NotADomain)?)
    } else if members.has("exact") {
        Issuer::Exact(members.text("exact", MOST_NAME)?)
    } else {
        Issuer::Name(members.text("name", MOST_NAME)?)
    };
    members.end()?;
    Ok(issuer)
}

/// A status file names services by their names, so no two may be the same.
fn names_differ(services: &[Service]) -> Result<()> {
    let mut known = std::collections::BTreeSet::new();
    match services.iter().position(|service| !known.insert(service.name.trim().to_lowercase())) {
        None => Ok(()),
        Some(at) => Err(PolicyError::at(format!("services[{at}].name"), Wrong::Twice)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"{
        "$schema": "https://example.org/policy.schema.json",
        "sterk_policy": 1,
        "organisation": "Example Harbour",
        "revision": 3,
        "issued": "2026-11-27",
        "rules": {"passphrase_bits": 45, "auto_lock_minutes": 15, "plaintext_export": false, "recovery_codes": true},
        "services": [
            {"name": "GitHub", "issuers": [{"name": "GitHub"}, {"domain": "github.com"}, {"exact": "GH Enterprise"}],
             "account_domain": "harbour.example", "enrol_at": "https://github.com/settings/security",
             "reset_by": "it@harbour.example"},
            {"name": "Mail", "recovery_codes": false}
        ]
    }"#;

    #[test]
    fn reads_all_there_is() {
        let policy = policy(FULL).unwrap();
        assert_eq!((policy.organisation.as_str(), policy.revision), ("Example Harbour", 3));
        assert_eq!(policy.issued.to_string(), "2026-11-27");
        let rules = Rules {
            organisation: "Example Harbour".into(),
            passphrase_bits: Some(45),
            auto_lock_minutes: Some(15),
            plaintext_export: false,
        };
        assert_eq!(policy.rules, rules);
        let [github, mail] = policy.services.as_slice() else { panic!("two services") };
        assert_eq!(github.issuers.len(), 3);
        assert_eq!(github.account_domain.as_ref().map(Domain::as_str), Some("harbour.example"));
        assert!(github.recovery_codes, "the default of the rules");
        assert_eq!(github.reset_by, "it@harbour.example");
        assert_eq!((mail.issuers.as_slice(), mail.recovery_codes), (&[Issuer::Name("Mail".into())][..], false));
        assert_eq!((&mail.enrol_at, mail.reset_by.as_str()), (&None, ""));
    }

    /// Puts `new` in place of `old` in the full policy and returns what is said of it.
    fn told(old: &str, new: &str) -> String {
        assert!(FULL.contains(old), "{old}");
        policy(&FULL.replace(old, new)).unwrap_err().to_string()
    }

    #[test]
    fn names_the_field_and_what_is_wrong() {
        for (old, new, expected) in [
            ("\"organisation\": \"Example Harbour\",", "", "organisation is missing"),
            ("\"Example Harbour\"", "7", "organisation is no text"),
            ("\"Example Harbour\"", "\" \"", "organisation is empty"),
            ("\"revision\": 3", "\"revision\": 0", "revision is no whole number from 1 to 1000000"),
            ("2026-11-27", "2026-02-30", "issued is no day as in 2026-11-27"),
            ("45", "61", "rules.passphrase_bits is no whole number from 20 to 60"),
            ("15,", "1.5,", "rules.auto_lock_minutes is no whole number from 1 to 1440"),
            (
                "\"plaintext_export\": false",
                "\"plaintext_export\": \"no\"",
                "rules.plaintext_export is neither true nor false",
            ),
            ("\"rules\": {", "\"rules\": {\"colour\": 1, ", "rules.colour is not known in this version"),
            ("\"revision\"", "\"Ünknown\": 1, \"revision\"", "(a member) is not known in this version"),
            ("github.com/settings", "github.com@evil.test/settings", "services[0].enrol_at is no link"),
            ("{\"domain\": \"github.com\"}", "{\"domain\": \"github\"}", "services[0].issuers[1].domain is no domain"),
            (
                "{\"name\": \"GitHub\"}, ",
                "{\"name\": \"a\", \"exact\": \"b\"}, ",
                "services[0].issuers[0] has not exactly one of",
            ),
            ("{\"name\": \"GitHub\"}, ", "7, ", "services[0].issuers[0] is no object"),
            ("\"name\": \"Mail\"", "\"name\": \"github \"", "services[1].name is there twice"),
            ("\"name\": \"Mail\",", "", "services[1].name is missing"),
            (
                "\"recovery_codes\": false",
                "\"recovery_codes\": 1",
                "services[1].recovery_codes is neither true nor false",
            ),
        ] {
            let told = told(old, new);
            assert!(told.starts_with(expected), "{told}\nexpected: {expected}");
        }
    }

    #[test]
    fn bounds_every_length_and_count() {
        let long = "x".repeat(MOST_NAME + 1);
        assert_eq!(told("Example Harbour", &long), "organisation is longer than 100 characters");
        assert_eq!(
            told("it@harbour.example", &"x".repeat(1_001)),
            "services[0].reset_by is longer than 1000 characters"
        );
        let many = r#"{"name": "a"},"#.repeat(MOST_ISSUERS);
        assert_eq!(
            told("{\"domain\": \"github.com\"}", &format!("{many} {{\"name\": \"b\"}}")),
            "services[0].issuers has more than 20 entries"
        );
        let services: Vec<String> = (0..=MOST_SERVICES).map(|at| format!(r#"{{"name":"s{at}"}}"#)).collect();
        let crowded = format!(
            r#"{{"sterk_policy":1,"organisation":"a","revision":1,"issued":"2026-11-27","services":[{}]}}"#,
            services.join(",")
        );
        assert_eq!(policy(&crowded).unwrap_err().to_string(), "services has more than 200 entries");
        assert_eq!(
            told("[{\"name\": \"GitHub\"}, {\"domain\": \"github.com\"}, {\"exact\": \"GH Enterprise\"}]", "[]"),
            "services[0].issuers is empty"
        );
    }

    #[test]
    fn tells_another_file_and_a_newer_version_apart() {
        assert_eq!(policy("{}").unwrap_err().code(), "not_a_policy");
        assert_eq!(policy("[]").unwrap_err().to_string(), "the file is no object");
        let newer = policy(r#"{"sterk_policy": 2, "anything": [1]}"#).unwrap_err();
        assert_eq!(
            newer,
            PolicyError::TooNew { found: 2, newest: 1 },
            "before anything that is not known is looked at"
        );
        assert_eq!(policy(r#"{"sterk_policy": "1"}"#).unwrap_err().code(), "bad_policy");
    }

    #[test]
    fn no_error_repeats_what_the_file_says() {
        const CANARY: &str = "zq7canary";
        let values = [
            format!("\"{CANARY}\""),
            format!("[\"{CANARY}\"]"),
            format!("{{\"{CANARY}\": 1}}"),
            format!("\"https://{CANARY}@x/\""),
        ];
        let fields = [
            "\"Example Harbour\"",
            "3,",
            "\"2026-11-27\"",
            "45",
            "15,",
            "\"github.com\"",
            "\"GH Enterprise\"",
            "\"https://github.com/settings/security\"",
            "\"harbour.example\"",
            "\"Mail\"",
        ];
        for field in fields {
            for value in &values {
                let comma = if field.ends_with(',') { "," } else { "" };
                if let Err(error) = policy(&FULL.replacen(field, &format!("{value}{comma}"), 1)) {
                    let told = format!("{error} {error:?}");
                    // Only the name of a member that is written as ours are may be told.
                    assert!(!told.contains(CANARY) || value.starts_with('{'), "{field}: {told}");
                }
            }
        }
    }
}
