//! What holds for every verb: exit statuses, streams, documents, options, shells.

use serde_json::{Value, json};

use crate::sterk::{Run, Sterk, finish};
use crate::{ADA, BOB};

#[test]
fn ends_with_the_status_that_fits() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    for (status, arguments) in [
        (0, &["list"][..]),
        (1, &["import", "/no/such/file"]),
        (2, &["nonsense"]),
        (2, &["list", "--nonsense"]),
        (2, &["code", "--at", "soon"]),
        (2, &["--quiet", "--verbose", "list"]),
        (2, &["--quiet", "list", "--verbose"]),
        (2, &["list", "--quiet", "--verbose"]),
        (2, &["show", "ada", "--qr", "--json"]),
        (2, &["--json", "code", "--watch"]),
        (2, &[]),
        (3, &["show", "nobody"]),
        (3, &["show", "example"]),
        (4, &["--recovery-key-file", "/dev/null", "list"]),
    ] {
        let run = match arguments {
            ["--recovery-key-file", ..] => sterk.without_key(arguments),
            _ => sterk.run(arguments),
        };
        assert_eq!(run.status, status, "{arguments:?}: {run:?}");
        assert!(status == 0 || run.stdout.is_empty(), "an error is no data: {run:?}");
    }
}

impl Sterk {
    /// Runs without the recovery key that every run is given else.
    fn without_key(&self, arguments: &[&str]) -> Run {
        let mut command = self.command(&[]);
        let mut plain = std::process::Command::new(command.get_program());
        plain.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command = plain;
        command.args(arguments).stdin(std::process::Stdio::null()).output().unwrap().into()
    }
}

#[test]
fn answers_wrong_usage_with_a_document() {
    let sterk = Sterk::bare();
    for arguments in [&["nonsense"][..], &["list", "--nonsense"], &["--at", "soon", "code"], &["show"]] {
        assert_eq!(sterk.fault(2, arguments)["code"], "usage", "{arguments:?}");
    }
    let plain = sterk.run(&["lisst"]);
    assert!(plain.stderr.contains("list"), "a slip of the finger is mended: {plain:?}");
}

#[test]
fn says_that_there_is_no_vault() {
    let sterk = Sterk::bare();
    for verb in [&["list"][..], &["code"], &["show", "x"], &["edit", "x", "--note", "y"], &["remove", "x"]] {
        let fault = sterk.fault(1, verb);
        assert_eq!(fault["code"], "no_vault", "{verb:?}");
        assert!(fault["hint"].as_str().unwrap().contains("sterk init"));
    }
    assert!(!sterk.vault().exists(), "looking makes nothing");
}

#[test]
fn refuses_two_options_that_read_standard_input() {
    let sterk = Sterk::with_passphrase().without_credentials();
    for arguments in [
        &["--passphrase-file", "-", "--recovery-key-file", "-", "list"][..],
        &["--passphrase-file", "-", "add", "-"],
        &["--passphrase-file", "-", "add", "--uri-file", "-"],
        &["--passphrase-file", "-", "add", "--manual", "--secret-file", "-"],
        &["add", "--manual", "--secret-file", "-", "--pin-file", "-"],
        &["add", "-", "--uri-file", "-"],
        &["--passphrase-file", "-", "add", "--image", "-"],
        &["add", "-", "--image", "-"],
        &["--passphrase-file", "-", "import", "-"],
        &["--passphrase-file", "-", "import", "--source-passphrase-file", "-", "x"],
        &["--passphrase-file", "-", "recovery", "add", "ada"],
        &["--passphrase-file", "-", "recovery", "use", "ada", "--code-file", "-"],
        &["--passphrase-file", "-", "recovery", "find"],
        &["--passphrase-file", "-", "recovery", "export", "--to", "x", "--backup-passphrase-file", "-"],
        &["--passphrase-file", "-", "recovery", "open", "x", "--backup-passphrase-file", "-"],
        &["--passphrase-file", "-", "backup", "create", "--backup-passphrase-file", "-"],
        &["--passphrase-file", "-", "backup", "verify", "x", "--backup-passphrase-file", "-"],
        &["--passphrase-file", "-", "slot", "change", "--new-passphrase-file", "-"],
        &["--passphrase-file", "-", "enrol", "--image", "-"],
        &["enrol", "ada", "--recovery-file", "-", "--backup-passphrase-file", "-"],
        &["--passphrase-file", "-", "edit", "ada", "--pin-file", "-"],
        &["--passphrase-file", "-", "scan", "-"],
    ] {
        let fault = sterk.unchanged(|| sterk.fault(2, arguments));
        assert_eq!(fault["code"], "usage", "{arguments:?}");
        assert!(fault["message"].as_str().unwrap().contains("standard input"), "{arguments:?}: {fault}");
    }
}

#[test]
fn prints_one_document_and_nothing_beside_it() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    for arguments in [&["list"][..], &["code"], &["show", "ada"], &["slot", "list"], &["bin", "list"], &["doctor"]] {
        let run = sterk.run(&[&["--json"], arguments].concat()).succeeds();
        assert_eq!(run.stdout.lines().count(), 1, "{run:?}");
        assert_eq!(run.stderr, "", "{run:?}");
    }
}

#[test]
fn takes_global_options_before_and_behind_the_verb() {
    let sterk = Sterk::holding(&[ADA]);
    let elsewhere = Sterk::bare();
    let vault = sterk.vault();
    let vault = vault.to_str().unwrap();
    let key = sterk.path("recovery-key");
    let key = key.to_str().unwrap();
    for arguments in [
        &["--vault", vault, "--recovery-key-file", key, "--at", "59", "--json", "code"][..],
        &["code", "--json", "--at", "59", "--recovery-key-file", key, "--vault", vault],
    ] {
        assert_eq!(elsewhere.run(arguments).json()[0]["code"], "287082", "--vault goes before the environment");
    }
    for more in [&["--quiet"][..], &["--verbose"], &["--color", "never"], &["--no-keyring"], &["-q"], &["-v"], &["-y"]]
    {
        let run = sterk.run(&[more, &["--at", "59", "code"]].concat()).succeeds();
        assert_eq!(run.stdout, "287082\n", "{more:?}");
    }
}

#[test]
fn finds_the_vault_in_the_data_folder() {
    let sterk = Sterk::new();
    let mut command = sterk.command(&["--json", "init", "--slot", "recovery-key"]);
    let made: Run = command.env_remove("STERK_VAULT").output().unwrap().into();
    made.json();
    assert!(sterk.path("home/sterk/vault.sterk").exists(), "XDG_DATA_HOME/sterk");
    let mut command = sterk.command(&["--json", "list"]);
    let homeless: Run =
        command.env_remove("STERK_VAULT").env_remove("HOME").env_remove("XDG_DATA_HOME").output().unwrap().into();
    assert!(homeless.fault(2)["hint"].as_str().unwrap().contains("--vault"));
}

#[test]
fn says_less_when_asked_to_be_quiet() {
    let sterk = Sterk::holding(&[ADA]);
    let run = sterk.run(&["--quiet", "edit", "ada", "--note", "x"]).succeeds();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let run = sterk.run(&["--quiet", "show", "nobody"]);
    assert!(run.stderr.contains("no account matches"), "an error is said all the same: {run:?}");
}

#[test]
fn says_more_when_asked_to() {
    let sterk = Sterk::holding(&[ADA]);
    let usual = sterk.run(&["list"]).succeeds();
    let more = sterk.run(&["--verbose", "list"]).succeeds();
    assert_eq!(more.stdout, usual.stdout, "the data is the same");
    assert!(more.stderr.contains("vault"), "it says which vault and how it was unlocked: {more:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    let mut child = sterk.spawn(&["code"]);
    drop(child.stdout.take());
    assert_eq!(finish(child).status, 0);
}

#[test]
fn helps() {
    let sterk = Sterk::bare();
    let help = sterk.run(&["--help"]).succeeds();
    for verb in VERBS {
        assert!(help.stdout.contains(&format!("\n  {verb} ")), "--help names {verb}");
        let own = sterk.run(&[verb, "--help"]).succeeds();
        assert!(own.stdout.contains("--passphrase-file"), "{verb} --help lists the options of every verb");
    }
    assert!(!help.stdout.contains("hold-clipboard"), "what is not for people is not shown");
    assert!(sterk.run(&["--version"]).succeeds().stdout.starts_with("sterk "));
    assert_eq!(sterk.run(&["--json", "--help"]).succeeds().stderr, "");
}

const VERBS: [&str; 23] = [
    "add",
    "backup",
    "bin",
    "code",
    "completions",
    "confirm",
    "doctor",
    "edit",
    "emergency",
    "enrol",
    "export",
    "import",
    "init",
    "list",
    "man",
    "policy",
    "recovery",
    "remove",
    "scan",
    "show",
    "slot",
    "team",
    "tour",
];

#[test]
fn completes_in_every_shell() {
    let sterk = Sterk::bare();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = sterk.run(&["completions", shell]).succeeds();
        assert!(script.stdout.contains("on-duplicate") && script.stderr.is_empty(), "{shell}");
        assert!(!script.stdout.contains("hold-clipboard"), "{shell} offers what is not for people");
    }
    let bash = sterk.file("completion.bash", sterk.run(&["completions", "bash"]).stdout);
    let checked = std::process::Command::new("bash").args(["-n", &bash]).status().unwrap();
    assert!(checked.success(), "bash must accept its script");
    assert_eq!(sterk.fault(2, &["completions", "tcsh"])["code"], "usage");
}

#[test]
fn prints_the_manual() {
    let sterk = Sterk::bare();
    let page = sterk.run(&["man"]).succeeds().stdout;
    assert!(page.starts_with(".ie") || page.starts_with(".TH"), "{}", &page[..80]);
    for verb in VERBS {
        assert!(page.contains(verb), "the manual names {verb}");
    }
    let folder = sterk.path("pages");
    std::fs::create_dir(&folder).unwrap();
    sterk.run(&["man", "--dir", folder.to_str().unwrap()]).succeeds();
    assert!(folder.join("sterk-add.1").exists());
    assert!(!folder.join("sterk-hold-clipboard.1").exists(), "what is not for people has no page");
    let fault = sterk.fault(1, &["man", "--dir", "/no/such/folder"]);
    assert_eq!(fault["code"], "io_failed");
}

#[test]
fn takes_the_time_named_for_codes_alone() {
    let sterk = Sterk::holding(&[ADA]);
    sterk.run(&["--at", "59", "confirm", "ada"]).succeeds();
    let verified: Value = sterk.json(&["show", "ada"])["verified_at"].clone();
    assert!(verified.as_u64().unwrap() > 1_700_000_000, "a change is stamped with the real time");
    assert_eq!(sterk.json(&["--at", "0", "code"])[0]["valid_from"], json!(0));
    let far = sterk.run(&["--json", "--at", "18446744073709551615", "code"]);
    assert!([0, 1].contains(&far.status), "the end of time is no reason to fall over: {far:?}");
}
