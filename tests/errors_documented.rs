//! Every stable code that a program may meet stands in `docs/errors.md`.

#![expect(clippy::unwrap_used, reason = "a test stops where the sources cannot be read")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What stands right before a code where an error is made on the spot.
const MAKERS: [&str; 4] = ["Failure::new(", "Self::new(", "failed(", "code: "];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => found.extend(sources(&path)),
            false if path.extension().is_some_and(|name| name == "rs") => found.push(path),
            false => {}
        }
    }
    found
}

/// Returns the word between quotes that `text` begins with, if it is written as a code is.
fn code_at(text: &str) -> Option<&str> {
    let (word, _) = text.trim_start().strip_prefix('"')?.split_once('"')?;
    let is_code = !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    is_code.then_some(word)
}

/// Returns the body of the method that begins with `head`, as rustfmt sets it.
fn body<'a>(text: &'a str, head: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(head)?;
    Some(rest.split_once("\n    }\n").map_or(rest, |(body, _)| body))
}

/// Returns the codes of the error type in a file: the arms of its `code`, or of the table that it asks.
fn codes_of_a_type(text: &str) -> Vec<&str> {
    let heads = ["fn code(&self) -> &'static str {", "fn code(self) -> &'static str {"];
    let Some(code) = heads.iter().find_map(|head| body(text, head)) else { return Vec::new() };
    let table = ["parts", "words"].into_iter().find(|table| code.contains(&format!("self.{table}().0")));
    let arms = table.and_then(|table| body(text, &format!("fn {table}("))).unwrap_or(code);
    arms.split("=> ").skip(1).filter_map(|arm| code_at(arm.strip_prefix('(').unwrap_or(arm))).collect()
}

fn codes_made_on_the_spot(text: &str) -> Vec<&str> {
    MAKERS.iter().flat_map(|maker| text.split(maker).skip(1)).filter_map(code_at).collect()
}

fn collected() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut codes = BTreeSet::new();
    for path in ["src", "src-tauri/src"].iter().flat_map(|folder| sources(&root.join(folder))) {
        let text = fs::read_to_string(path).unwrap();
        let product = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        codes.extend(codes_of_a_type(product).into_iter().map(str::to_owned));
        codes.extend(codes_made_on_the_spot(product).into_iter().map(str::to_owned));
    }
    codes
}

#[test]
fn every_code_is_documented() {
    let page = include_str!("../docs/errors.md");
    let missing: Vec<_> = collected().into_iter().filter(|code| !page.contains(&format!("| `{code}` |"))).collect();
    assert!(missing.is_empty(), "docs/errors.md has no row for {missing:?}");
}

#[test]
fn the_collection_finds_each_way_a_code_is_written() {
    let codes = collected();
    for (code, way) in [
        ("vault_damaged", "an arm of `code`"),
        ("bad_algorithm", "a row of a table that `code` asks"),
        ("no_vault", "made on the spot"),
        ("usage", "made by a constructor"),
        ("one_way_only", "a check of the doctor"),
    ] {
        assert!(codes.contains(code), "{code}: {way}");
    }
    assert!(!codes.contains("totp"), "names of kinds are no codes");
}
