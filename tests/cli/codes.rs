//! `code`: RFC 4226 appendix D and RFC 6238 appendix B say what the program must answer.

use serde_json::{Value, json};

use crate::sterk::Sterk;
use crate::{ADA, BOB, COUNTED, MOTP};

#[test]
fn computes_for_the_time_named() {
    let sterk = Sterk::holding(&[ADA]);
    let row = sterk.json(&["--at", "59", "code", "ada"])[0].clone();
    assert_eq!(row["code"], "287082");
    assert_eq!((&row["valid_from"], &row["valid_until"]), (&json!(30), &json!(60)));
    assert_eq!(row["next"], "359152");
    let fields = ["issuer", "account", "kind"].map(|field| row[field].clone());
    assert_eq!(json!(fields), json!(["Example", "ada", "totp"]));
    assert_eq!(sterk.json(&["--at", "60", "code", "ada"])[0]["code"], "359152");
}

#[test]
fn prints_the_bare_code_into_a_pipe() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    let one = sterk.run(&["--at", "59", "code", "ada"]).succeeds();
    assert_eq!((one.stdout.as_str(), one.stderr.as_str()), ("287082\n", ""));
    assert_eq!(sterk.run(&["--at", "59", "code", "ada", "--next"]).succeeds().stdout, "287082\n359152\n");
    let all = sterk.run(&["--at", "59", "code"]).succeeds();
    assert_eq!(all.stdout.lines().count(), 2, "{all:?}");
    assert!(all.stdout.contains("287 082  1 s"), "{all:?}");
    let watched = sterk.run(&["--at", "59", "code", "--watch"]).succeeds();
    assert!(watched.stdout.contains("next 359 152"), "{watched:?}");
}

#[test]
fn counts_on_exactly_once_for_one_match() {
    let sterk = Sterk::holding(&[COUNTED]);
    let peeked = sterk.unchanged(|| sterk.json(&["code", "carol", "--peek"]));
    assert_eq!((&peeked[0]["code"], &peeked[0]["counter"]), (&json!("755224"), &json!(0)));
    for (counter, code) in [(0, "755224"), (1, "287082"), (2, "359152")] {
        let row = sterk.json(&["code", "carol"])[0].clone();
        assert_eq!((&row["code"], &row["counter"]), (&json!(code), &json!(counter)));
        assert_eq!((row.get("next"), row.get("valid_until")), (None, None), "a counter has no time");
    }
    assert_eq!(sterk.json(&["list"])[0]["counter"], 3);
}

#[test]
fn leaves_counters_alone_where_several_match() {
    let sterk = Sterk::holding(&[ADA, COUNTED]);
    let rows = sterk.unchanged(|| sterk.json(&["code"]));
    let carol = rows.as_array().unwrap().iter().find(|row| row["kind"] == "hotp").unwrap();
    assert_eq!((&carol["code"], &carol["counter"]), (&Value::Null, &json!(0)));
    let peeked = sterk.unchanged(|| sterk.json(&["code", "--peek"]));
    assert!(peeked.as_array().unwrap().iter().all(|row| row["code"].is_string()), "{peeked}");
}

#[test]
fn asks_for_the_pin_of_an_account_that_needs_one() {
    let sterk = Sterk::holding(&[MOTP]);
    let row = sterk.json(&["code", "dora"])[0].clone();
    assert_eq!((&row["code"], &row["needs"], &row["kind"]), (&Value::Null, &json!("pin"), &json!("motp")));
    let told = sterk.run(&["code", "dora"]).succeeds();
    assert!(told.stderr.contains("--pin-file"), "{told:?}");
    assert_eq!(sterk.fault(1, &["code", "dora", "--copy"])["code"], "needs_pin");
    let pin = sterk.file("pin", "1234\n");
    sterk.run(&["edit", "dora", "--pin-file", &pin]).succeeds();
    let row = sterk.json(&["code", "dora"])[0].clone();
    assert_eq!((row["code"].as_str().unwrap().len(), row.get("needs")), (6, None));
}

#[test]
fn tells_no_match_by_its_exit_status() {
    let sterk = Sterk::holding(&[ADA, BOB]);
    assert_eq!(sterk.fault(3, &["code", "nobody"])["code"], "no_such_account");
    assert_eq!(sterk.fault(3, &["code", "example", "--copy"])["code"], "several_match");
    assert_eq!(sterk.json(&["code", "example"]).as_array().unwrap().len(), 2, "looking at several is allowed");
    assert_eq!(sterk.fault(2, &["code", "--watch"])["code"], "usage", "a live view is no document");
}

#[test]
fn says_that_there_is_no_clipboard() {
    let sterk = Sterk::holding(&[ADA, COUNTED]);
    let fault = sterk.fault(1, &["code", "ada", "--copy"]);
    assert_eq!(fault["code"], "clipboard_unavailable");
}
