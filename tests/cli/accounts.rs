//! `list`, `show`, `edit`, `confirm`, `remove`, `bin` and `recovery`.

use serde_json::{Value, json};

use crate::sterk::Sterk;
use crate::{ADA, BOB, COUNTED, MOTP};

#[test]
fn lists_what_is_kept_without_codes_and_secrets() {
    let sterk = Sterk::holding(&[ADA, COUNTED]);
    let rows = sterk.json(&["list"]);
    let ada = &rows[0];
    assert_eq!(ada["id"].as_str().unwrap().len(), 32);
    let expected = json!({
        "id": ada["id"], "issuer": "Example", "account": "ada", "kind": "totp", "algorithm": "SHA1", "digits": 6,
        "period": 30, "tags": [], "pinned": false, "verified": false, "recovery": {"unused": 0, "used": 0},
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&ada[field], value, "{field}");
    }
    assert_eq!((&rows[1]["kind"], &rows[1]["counter"], rows[1].get("period")), (&json!("hotp"), &json!(0), None));
    let plain = sterk.run(&["list", "token"]).succeeds();
    assert!(plain.stdout.contains("carol") && !plain.stdout.contains("ada"), "{plain:?}");
}

#[test]
fn answers_an_empty_list_and_says_what_to_do() {
    let sterk = Sterk::new();
    let run = sterk.run(&["list"]).succeeds();
    assert_eq!(run.stdout, "", "the advice is no data");
    assert!(run.stderr.contains("sterk add"), "{run:?}");
    assert_eq!(sterk.json(&["list"]), json!([]));
    let quiet = sterk.run(&["--quiet", "list"]).succeeds();
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn tells_no_match_from_several() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    for verb in [&["show"][..], &["edit", "--note", "x"], &["remove"], &["confirm"], &["recovery", "list"]] {
        let with = |query| [verb, &[query]].concat();
        sterk.unchanged(|| {
            assert_eq!(sterk.fault(3, &with("nobody"))["code"], "no_such_account", "{verb:?}");
            let several = sterk.fault(3, &with("example"));
            assert_eq!(several["code"], "several_match", "{verb:?}");
            assert!(several["hint"].as_str().unwrap().contains("Example:bob"), "it says which there are: {several}");
        });
    }
    assert_eq!(sterk.fault(3, &["bin", "restore", "nobody"])["code"], "no_such_account");
    assert_eq!(sterk.run(&["list", "nobody"]).status, 3);
    sterk.fault(3, &["list", "nobody"]);
}

#[test]
fn finds_by_id_whole_name_and_part_in_this_order() {
    let sterk = Sterk::holding(&[ADA, "otpauth://totp/Example:adam?secret=MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"]);
    assert_eq!(sterk.json(&["show", "ADA"])["account"], "ada", "the whole name goes before a part");
    assert_eq!(sterk.json(&["show", "example:adam"])["account"], "adam");
    let id = sterk.json(&["show", "ada"])["id"].as_str().unwrap().to_owned();
    assert_eq!(sterk.json(&["show", &id[..8]])["id"], json!(id));
}

#[test]
fn reveals_a_secret_only_after_authentication() {
    let sterk = Sterk::holding(&[ADA]);
    let plain = sterk.run(&["show", "ada"]).succeeds();
    assert!(!plain.stdout.contains("GEZDGNBV"), "{plain:?}");
    assert_eq!(sterk.json(&["show", "ada"]).get("secret"), None);
    let revealed = sterk.json(&["show", "ada", "--reveal"]);
    assert_eq!(revealed["secret"], "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert!(revealed["uri"].as_str().unwrap().starts_with("otpauth://totp/Example:ada?secret="));
    let drawn = sterk.run(&["show", "ada", "--qr"]).succeeds();
    assert_eq!(::sterk::account::uri::parse(&scanned(&drawn.stdout)).unwrap().name, "ada");
}

/// Reads the QR code that a terminal shows: half blocks, dark on light.
fn scanned(terminal: &str) -> String {
    let drawn = terminal.lines().filter_map(|line| line.strip_prefix("\u{1b}[30;107m")?.strip_suffix("\u{1b}[0m"));
    let rows = drawn.flat_map(|line| {
        let is_dark = |halves: [char; 2]| line.chars().map(|letter| halves.contains(&letter)).collect::<Vec<_>>();
        [is_dark(['█', '▀']), is_dark(['█', '▄'])]
    });
    let rows: Vec<_> = rows.collect();
    let (width, height) = (rows[0].len() * 4, rows.len() * 4);
    let pixels = (0..width * height).map(|at| if rows[at / width / 4][at % width / 4] { 0 } else { 255 });
    let frame = ::sterk::scan::Frame::new(width as u32, height as u32, pixels.collect()).unwrap();
    ::sterk::scan::read(&frame)[0].text.to_string()
}

#[test]
fn chooses_an_icon_and_follows_the_issuer_again() {
    let sterk = Sterk::holding(&[ADA]);
    let edited = |change: &[&str]| sterk.json(&[&["edit", "ada"], change].concat())["icon"].clone();
    assert_eq!(edited(&["--issuer", "github.com"]), "github");
    assert_eq!(edited(&["--icon", "gitlab"]), "gitlab");
    assert_eq!(edited(&["--icon", "none"]), Value::Null);
    assert_eq!(edited(&["--icon", "auto"]), "github");
    assert_eq!(sterk.unchanged(|| sterk.fault(2, &["edit", "ada", "--icon", "githubb"]))["code"], "usage");
}

#[test]
fn keeps_the_order_that_it_is_told() {
    let sterk = Sterk::holding(&[ADA, BOB, COUNTED]);
    let names = || {
        let rows = sterk.json(&["list"]);
        rows.as_array().unwrap().iter().map(|row| row["account"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(), ["ada", "bob", "carol"]);
    sterk.run(&["edit", "carol", "--first"]).succeeds();
    sterk.run(&["edit", "ada", "--last"]).succeeds();
    assert_eq!(names(), ["carol", "bob", "ada"]);
    sterk.run(&["edit", "ada", "--before", "bob"]).succeeds();
    assert_eq!(names(), ["carol", "ada", "bob"]);
    sterk.run(&["edit", "bob", "--pin"]).succeeds();
    assert_eq!(names(), ["bob", "carol", "ada"]);
    for wrong in [&["--before", "bob"][..], &["--before", "ada"], &["--first", "--last"]] {
        let fault = sterk.unchanged(|| sterk.fault(2, &[&["edit", "ada"], wrong].concat()));
        assert_eq!(fault["code"], "usage", "{wrong:?}");
    }
    assert_eq!(sterk.unchanged(|| sterk.fault(3, &["edit", "ada", "--before", "nobody"]))["code"], "no_such_account");
}

#[test]
fn edits_what_is_named_and_nothing_else() {
    let sterk = Sterk::holding(&[ADA, COUNTED]);
    assert_eq!(sterk.unchanged(|| sterk.fault(2, &["edit", "ada"]))["code"], "usage");
    let edit = ["edit", "ada", "--issuer", "Sample", "--tags", "work, home", "--note", "blue key", "--pin"];
    let after = sterk.json(&edit);
    let fields = ["issuer", "account", "tags", "note", "pinned"].map(|field| after[field].clone());
    assert_eq!(json!(fields), json!(["Sample", "ada", ["work", "home"], "blue key", true]));
    let after = sterk.json(&["edit", "ada", "--account", "lovelace", "--unpin", "--tags", "", "--note", ""]);
    let fields = ["issuer", "account", "tags", "note", "pinned"].map(|field| after[field].clone());
    assert_eq!(json!(fields), json!(["Sample", "lovelace", [], "", false]));
    assert_eq!(sterk.json(&["edit", "carol", "--counter", "9"])["counter"], 9);
    let fault = sterk.unchanged(|| sterk.fault(1, &["edit", "lovelace", "--counter", "9"]));
    assert_eq!(fault["code"], "time_based");
    assert_eq!(sterk.fault(2, &["edit", "lovelace", "--pin", "--unpin"])["code"], "usage");
}

#[test]
fn confirms_that_the_site_accepted_a_code() {
    let sterk = Sterk::holding(&[ADA]);
    assert_eq!(sterk.json(&["list"])[0]["verified"], false);
    assert_eq!(sterk.json(&["confirm", "ada"])["verified"], true);
    assert!(sterk.json(&["list"])[0]["verified_at"].as_u64().unwrap() > 1_700_000_000, "the real time, not --at");
}

#[test]
fn removes_to_a_bin_and_brings_back() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    assert_eq!(sterk.json(&["remove", "ada"])["removed"], true);
    assert_eq!(sterk.names(), ["bob"]);
    let gone = sterk.json(&["bin", "list"]);
    assert_eq!(gone[0]["account"], "ada");
    assert!(gone[0]["removed_at"].as_u64().unwrap() > 1_700_000_000);
    assert_eq!(sterk.json(&["bin", "restore", "ada"])["account"], "ada");
    assert_eq!(sterk.names(), ["ada", "bob"]);
}

#[test]
fn empties_the_bin_only_when_told_to() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    sterk.run(&["remove", "ada"]).succeeds();
    let fault = sterk.unchanged(|| sterk.fault(2, &["bin", "empty"]));
    assert_eq!(fault["code"], "needs_decision");
    assert!(fault["hint"].as_str().unwrap().contains("--yes"));
    assert_eq!(sterk.json(&["--yes", "bin", "empty"]), json!({"purged": 1}));
    assert_eq!(sterk.json(&["bin", "list"]), json!([]));
    assert_eq!(sterk.json(&["bin", "empty"]), json!({"purged": 0}), "an empty bin asks nothing");
}

fn texts(rows: &Value) -> Vec<&str> {
    rows.as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect()
}

#[test]
fn keeps_recovery_codes_and_marks_the_used() {
    let sterk = Sterk::holding(&[ADA]);
    let list = "Recovery codes:\n 1. k7wd-93tp\n 2. m2xv-60qs\n\n 3. t5hn-18yc\n";
    let added = sterk.run_with(&["--json", "recovery", "add", "ada"], list).json();
    assert_eq!(added, json!({"read": 3, "added": 3}));
    let again = sterk.file("codes", list);
    assert_eq!(sterk.json(&["recovery", "add", "ada", "--file", &again]), json!({"read": 3, "added": 0}));
    let rows = sterk.json(&["recovery", "list", "ada"]);
    assert_eq!(texts(&rows), ["k7wd-93tp", "m2xv-60qs", "t5hn-18yc"]);
    assert_eq!(rows[0]["used_at"], Value::Null);

    assert_eq!(sterk.json(&["recovery", "use", "ada", "1"])["unused"], 2);
    let by_file = sterk.run_with(&["--json", "recovery", "use", "ada", "--code-file", "-"], "m2xv-60qs\n").json();
    assert_eq!((&by_file["code"], &by_file["unused"]), (&json!("m2xv-60qs"), &json!(1)));
    assert_eq!(sterk.json(&["list"])[0]["recovery"], json!({"unused": 1, "used": 2}));
    assert!(sterk.json(&["recovery", "list", "ada"])[0]["used_at"].is_u64());
    sterk.run(&["recovery", "forget", "ada", "3"]).succeeds();
    assert_eq!(texts(&sterk.json(&["recovery", "list", "ada"])), ["k7wd-93tp", "m2xv-60qs"]);
}

#[test]
fn refuses_recovery_codes_that_are_none() {
    let sterk = Sterk::holding(&[ADA]);
    let empty = sterk.file("empty", "\n \n");
    sterk.unchanged(|| {
        assert_eq!(sterk.fault(1, &["recovery", "add", "ada", "--file", &empty])["code"], "no_recovery_codes");
        for number in ["0", "1", "99"] {
            assert_eq!(sterk.fault(1, &["recovery", "use", "ada", number])["code"], "no_such_recovery_code");
        }
        assert_eq!(sterk.fault(1, &["recovery", "use", "ada"])["code"], "no_such_recovery_code");
    });
}

#[test]
fn takes_the_next_unused_recovery_code_and_shows_it() {
    let sterk = Sterk::holding(&[ADA]);
    sterk.run_with(&["recovery", "add", "ada"], "k7wd-93tp\nm2xv-60qs\n11112222\n").succeeds();
    let used = sterk.json(&["recovery", "use", "ada"]);
    assert_eq!((&used["code"], &used["unused"]), (&json!("k7wd-93tp"), &json!(2)));
    assert_eq!(sterk.run(&["recovery", "use", "ada"]).succeeds().stdout, "m2xv-60qs\n");
    sterk.run(&["recovery", "use", "ada", "11112222"]).succeeds();
    assert_eq!(sterk.fault(1, &["recovery", "use", "ada"])["code"], "no_such_recovery_code");
}

#[test]
fn forgets_all_recovery_codes_when_it_is_said() {
    let sterk = Sterk::holding(&[ADA]);
    sterk.run_with(&["recovery", "add", "ada"], "k7wd-93tp\nm2xv-60qs\n").succeeds();
    sterk.unchanged(|| assert_eq!(sterk.fault(2, &["recovery", "forget", "ada"])["code"], "needs_decision"));
    assert_eq!(sterk.json(&["--yes", "recovery", "forget", "ada"]), json!({"forgotten": 2, "unused": 0}));
    assert_eq!(sterk.json(&["recovery", "list", "ada"]), json!([]));
}

#[test]
fn replaces_recovery_codes_that_the_site_renewed() {
    let sterk = Sterk::holding(&[ADA, MOTP]);
    sterk.run_with(&["recovery", "add", "ada"], "aaaa-1111\n").succeeds();
    sterk.run_with(&["recovery", "add", "ada", "--replace"], "bbbb-2222\ncccc-3333\n").succeeds();
    assert_eq!(texts(&sterk.json(&["recovery", "list", "ada"])), ["bbbb-2222", "cccc-3333"]);
    assert_eq!(sterk.json(&["recovery", "list", "dora"]), json!([]), "another account's are its own");
}
