//! Every test that `docs/threat-model.md` and `docs/reliability.md` name is there.

use std::fs;
use std::path::{Path, PathBuf};

const PAGES: [(&str, &str); 2] = [
    ("threat-model.md", include_str!("../docs/threat-model.md")),
    ("reliability.md", include_str!("../docs/reliability.md")),
];

/// Returns the references (file and function) of a page: what stands between back quotes in lower case.
fn references(page: &str) -> Vec<(&str, &str)> {
    let quoted = page.split('`').skip(1).step_by(2).filter_map(|text| text.split_once("::"));
    let plain = |text: &str| text.chars().all(|letter| letter.is_ascii_lowercase() || "_-/0123456789".contains(letter));
    quoted.filter(|(file, function)| plain(file) && plain(function)).collect()
}

fn path_of(file: &str) -> PathBuf {
    let folder = if file.contains('/') { "" } else { "tests" };
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(format!("{file}.rs"))
}

/// Tells whether the function is there as a test: its attribute stands in the lines before it.
fn is_test(source: &str, function: &str) -> bool {
    let starts = [format!("fn {function}("), format!("async fn {function}(")];
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    let found = lines.iter().position(|line| starts.iter().any(|start| line.starts_with(start)));
    found.is_some_and(|at| {
        lines[..at].iter().rev().take_while(|line| line.starts_with("#[")).any(|line| line.contains("test]"))
    })
}

#[test]
fn every_test_that_a_page_names_is_there() {
    for (name, page) in PAGES {
        let named = references(page);
        assert!(named.len() > 15, "{name}: the references are not read any more");
        for (file, function) in named {
            let source = fs::read_to_string(path_of(file)).unwrap_or_default();
            assert!(is_test(&source, function), "{name} names {file}::{function}, which is no test");
        }
    }
}

#[test]
fn tells_a_test_from_a_function() {
    let source = "#[test]\nfn a() {}\n\nfn b() {}\n";
    assert!(is_test(source, "a") && !is_test(source, "b") && !is_test(source, "c"));
    assert_eq!(references("`seal::opens` and `Vault::create`, `src/a/b::c`"), [("seal", "opens"), ("src/a/b", "c")]);
    fs::metadata(path_of("proofs_exist")).unwrap();
}
