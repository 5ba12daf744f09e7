//! `tour` does its real work: its codes are those that anybody can compute for its sample picture.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;

use crate::sterk::Sterk;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/sterk/sample.png");

/// Computes a code by RFC 6238 from the bare primitives, without the core.
fn code_at(secret: &[u8], unix_seconds: u64) -> String {
    let mut mac = <Hmac<sha1::Sha1> as KeyInit>::new_from_slice(secret).unwrap();
    mac.update(&(unix_seconds / 30).to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let number = u32::from_be_bytes(digest[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    let digits = format!("{:06}", number % 1_000_000);
    format!("{} {}", &digits[..3], &digits[3..])
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Returns the secret in the sample picture, read by another decoder than the program's first choice.
fn sample_secret() -> Vec<u8> {
    let image = image::open(SAMPLE).unwrap().to_luma8();
    let (width, height) = image.dimensions();
    let text = rxing::helpers::detect_in_luma(image.into_raw(), width, height, None).unwrap().getText().to_owned();
    let secret = text.split_once("secret=").unwrap().1.split('&').next().unwrap().to_owned();
    data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap()
}

#[test]
fn shows_two_real_codes_and_leaves_nothing_behind() {
    let sterk = Sterk::bare();
    let rooms = sterk.path("rooms");
    fs::create_dir(&rooms).unwrap();
    let began = now();
    let mut command = sterk.command(&["--json", "tour"]);
    let run = crate::sterk::Run::from(command.env("TMPDIR", &rooms).output().unwrap());
    let ended = now();
    let document = run.json();
    let steps: Vec<&str> = document["steps"].as_array().unwrap().iter().map(|step| step.as_str().unwrap()).collect();

    let secret = sample_secret();
    let shown = |prefix: &str| {
        let step = steps.iter().find_map(|step| step.strip_prefix(prefix));
        step.unwrap_or_else(|| panic!("no step «{prefix}» in {steps:?}"))[..7].to_owned()
    };
    let (first, second) = (shown("The code is "), shown("Now it is "));
    let moments = (began / 30..=ended / 30).map(|step| code_at(&secret, step * 30)).collect::<Vec<_>>();
    let at = moments.iter().position(|code| *code == first).expect("the first code is the true one");
    assert_eq!(moments.get(at + 1), Some(&second), "the second follows the first");

    for word in ["QR code", "recovery codes were kept", "backup was written to", "opened again and compared"] {
        assert!(steps.iter().any(|step| step.contains(word)), "a step tells of «{word}»: {steps:?}");
    }
    assert_eq!(fs::read_dir(&rooms).unwrap().count(), 0, "what the tour made is removed");
    assert!(!Path::new(&sterk.vault()).exists(), "the tour has a vault of its own");
    assert_eq!(json!(document).get("recovery_key"), None);
}
