//! Files that still hold in the clear what was kept.

use std::fs;

use serde_json::Value;

use crate::sterk::Sterk;
use crate::{ADA, ADA_ANEW, BOB};

/// Returns the warnings of a run with `--json`.
fn warnings(stderr: &str) -> Vec<String> {
    let documents = stderr.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    documents.filter_map(|document| Some(document["warning"]["message"].as_str()?.to_owned())).collect()
}

#[test]
fn says_in_one_line_that_a_picture_still_holds_the_secret_and_leaves_it() {
    let sterk = Sterk::new();
    let picture = sterk.picture("code.png", ADA);
    let run = sterk.run(&["--yes", "add", "--image", &picture]).succeeds();
    let said: Vec<_> = run.stderr.lines().filter(|line| line.contains("still holds the secret")).collect();
    assert!(said.len() == 1 && said[0].contains("code.png") && said[0].contains("--delete-source"), "{run:?}");
    assert!(sterk.path("code.png").exists(), "--yes never deletes");
    let run = sterk.run(&["--json", "--yes", "import", &picture]).succeeds();
    assert_eq!(warnings(&run.stderr).len(), 1, "what is there already lies there too: {run:?}");
    assert!(sterk.path("code.png").exists());
}

#[test]
fn deletes_what_it_is_told_to() {
    let sterk = Sterk::new();
    let (picture, list) = (sterk.picture("code.png", ADA), sterk.file("links.txt", BOB));
    sterk.run(&["--yes", "add", "--image", &picture, "--delete-source"]).succeeds();
    let run = sterk.run(&["--yes", "import", &list, "--delete-source"]).succeeds();
    assert!(run.stderr.contains("links.txt is deleted."), "{run:?}");
    assert!(!sterk.path("code.png").exists() && !sterk.path("links.txt").exists());
    assert_eq!(sterk.names(), ["ada", "bob"]);
}

#[test]
fn deletes_nothing_that_the_vault_does_not_have() {
    let sterk = Sterk::holding(&[ADA]);
    for (name, text, duplicates) in [
        ("more.txt", format!("{BOB}\nhttps://example.org\n"), "keep"),
        ("remarks.txt", format!("# from the old phone\n{BOB}\n"), "skip"),
        ("namesake.txt", ADA_ANEW.to_owned(), "skip"),
    ] {
        let list = sterk.file(name, text);
        let run = sterk.run(&["import", &list, "--on-duplicate", duplicates, "--delete-source"]).succeeds();
        assert!(sterk.path(name).exists(), "{name}: {run:?}");
        assert!(!run.stderr.contains("still holds"), "{name}: {run:?}");
    }
}

#[test]
fn says_who_else_has_a_copy() {
    let sterk = Sterk::new();
    fs::create_dir_all(sterk.path("Nextcloud")).unwrap();
    let list = sterk.file("Nextcloud/links.txt", ADA);
    let run = sterk.run(&["--yes", "import", &list]).succeeds();
    assert!(run.stderr.contains("copied to Nextcloud"), "{run:?}");
}

#[test]
fn offers_no_pipe_and_refuses_to_delete_what_is_no_file() {
    let sterk = Sterk::new();
    let run = sterk.run_with(&["--yes", "add", "--uri-file", "-"], ADA).succeeds();
    assert!(!run.stderr.contains("still holds"), "{run:?}");
    assert_eq!(sterk.fault(2, &["add", BOB, "--delete-source"])["code"], "usage");
    let list = sterk.file("links.txt", BOB);
    assert_eq!(sterk.fault(2, &["import", &list, "--dry-run", "--delete-source"])["code"], "usage");
}
