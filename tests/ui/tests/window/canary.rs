//! A secret that came in through the window is afterwards nowhere but in the sealed vault.
//!
//! Looked through for every form it could have: what the shell answered, the page, what the webview
//! stores, every file below the home folder, all that the programs said.

use crate::person::{assert_code, keep, lock, make_vault, mark, pick_sample, save_sample};
use crate::site::SAMPLE;
use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use sterk_ui_tests::{Desk, Look, Outcome, Window};

/// A recovery code of the account, as invented as its secret.
const RECOVERY_CODE: &str = "c4n4-ry5x-q7";

/// Every answer of the shell is kept from here on, as it comes over the wire.
const LISTEN: &str = "
    window.heard = [];
    const ask = window.fetch;
    window.fetch = async (...words) => {
        const answer = await ask(...words);
        window.heard.push([String(words[0]), await answer.clone().text()]);
        return answer;
    };";

/// Everything that the webview keeps for the page.
const STORED: &str = "
    const done = arguments[arguments.length - 1];
    const all = async () => {
        const kept = { cookie: document.cookie, local: { ...localStorage }, session: { ...sessionStorage } };
        kept.caches = [];
        for (const name of (await self.caches?.keys()) ?? []) {
            for (const request of await (await caches.open(name)).keys()) {
                kept.caches.push([request.url, await (await caches.match(request)).text()]);
            }
        }
        kept.databases = [];
        for (const { name } of (await indexedDB.databases?.()) ?? []) {
            const base = await new Promise((ok, no) => {
                const asked = indexedDB.open(name);
                asked.onsuccess = () => ok(asked.result);
                asked.onerror = () => no(asked.error);
            });
            for (const store of base.objectStoreNames) {
                const rows = await new Promise(ok => {
                    const asked = base.transaction(store).objectStore(store).getAll();
                    asked.onsuccess = () => ok(asked.result);
                });
                kept.databases.push([name, store, rows]);
            }
        }
        return JSON.stringify(kept);
    };
    all().then(done, failure => done('failed: ' + failure));";

/// What the test leaves in each place, to show that looking there finds something.
const PLANTED: &str = "a planted word";

/// What an organisation asks.
const POLICY: &str = include_str!("../../../data/signed.sterk-policy.json");

#[tokio::test]
async fn an_enrolled_secret_is_nowhere_but_in_the_sealed_vault() -> Outcome {
    let desk = Desk::with_keyring("canary")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        window.find(&mark("first-run")).await?;
        window.execute(LISTEN).await?;
        make_vault(&window).await?;
        pick_sample(desk, &window).await?;
        window.find(&mark("review")).await?;
        let mut seen = vec![("the review", window.source().await?)];
        keep(&window, &SAMPLE).await?;
        assert_code(&window, &SAMPLE).await?;
        seen.push(("the list", window.source().await?));
        desk.focus("Sterk")?;
        desk.press("F2")?;
        window.find(&mark("details-sheet")).await?;
        seen.push(("the details", window.source().await?));
        desk.press("Escape")?;
        window.gone(&mark("details-sheet")).await?;

        seen.push(("answers to every command", ask_everything(desk, &window).await?));
        lock(&window).await?;
        window.click(&mark("unlock-keyring")).await?;
        assert_code(&window, &SAMPLE).await?;
        seen.push(("answers to the page", window.execute("return JSON.stringify(window.heard)").await?.to_string()));
        seen.push(("the storage of the page", stored(&window).await?));
        for (place, text) in &seen {
            assert_clean(place, text.as_bytes());
        }
        for (place, text) in &seen[..5] {
            assert!(text.contains(SAMPLE.issuer), "what is there is found in {place}");
        }
        window.close().await?;

        fs::write(desk.pictures().join("planted.txt"), PLANTED)?;
        assert_files_are_clean(desk)
    })
    .await
}

#[test]
fn the_search_finds_each_form_of_a_secret() {
    for form in forms() {
        let text = [b"something before ", &form[..], b" and after"].concat();
        assert!(found_in(&text).is_some(), "{}", String::from_utf8_lossy(&form));
    }
    assert_eq!(found_in(b"nothing of the kind"), None);
}

/// Calls every command that the page may call, with words that fit, and returns all answers.
async fn ask_everything(desk: &Desk, window: &Window) -> Outcome<String> {
    let accounts = window.invoke("accounts", json!({})).await?;
    let id = &accounts["ok"]["accounts"][0]["id"];
    assert!(id.is_string(), "the account has an id: {accounts}");
    let mut answers = Vec::new();
    for command in commands()? {
        answers.push(json!([command, ask(desk, window, &command, &words(&command, id)).await?]));
    }
    let kept = answers.iter().any(|answer| answer[0] == "add_recovery_codes" && answer[1].get("ok").is_some());
    assert!(kept, "the recovery code is in the vault: {answers:?}");
    let right = answers.iter().filter(|answer| answer[1].get("ok").is_some()).count();
    assert!(right >= 15, "most commands must answer, or this shows nothing: {answers:?}");
    Ok(Value::from(answers).to_string())
}

async fn ask(desk: &Desk, window: &Window, command: &str, words: &Value) -> Outcome<Value> {
    let answer: fn(&Desk) -> Outcome = match command {
        "pick_files" | "pick_policy" | "pick_recovery_file" => Desk::answer_file_dialog,
        "save_emergency_sheet" => Desk::answer_save_dialog,
        "add_backup_folder" | "pick_restore" => |desk| desk.close_dialog("^(Open File|Select Folder)$"),
        _ => return window.invoke(command, words.clone()).await,
    };
    let file = lay_out(desk, command)?;
    // These wait for a person.
    let asked = format!(
        "window.picked = null;
        window.__TAURI_INTERNALS__.invoke('{command}', {words}).then(ok => window.picked = {{ ok }}, error => window.picked = {{ error }});"
    );
    window.execute(&asked).await?;
    answer(desk)?;
    let picked = window.until("return window.picked").await?;
    if command == "pick_policy" {
        assert_eq!(picked["ok"]["same"], false, "the policy was read: {picked}");
        fs::remove_file(file)?;
    }
    Ok(picked)
}

/// Puts the one file in place that a dialog is to find; the picture may be deleted by now, as a page may ask for.
fn lay_out(desk: &Desk, command: &str) -> Outcome<PathBuf> {
    let picture = save_sample(desk)?;
    if command != "pick_policy" {
        return Ok(picture);
    }
    fs::remove_file(picture)?;
    let policy = desk.pictures().join("harbour.sterk-policy.json");
    fs::write(&policy, POLICY)?;
    Ok(policy)
}

/// Names the arguments of all commands at once; each takes its own. None proves who asks.
fn words(command: &str, id: &Value) -> Value {
    let text = match command {
        "add_recovery_codes" => RECOVERY_CODE.to_owned(),
        // It answers what it is given.
        "read_recovery_codes" => "1111-2222".to_owned(),
        _ => SAMPLE.uri(),
    };
    let form = json!({ "kind": "totp", "issuer": "Example", "name": "ada", "algorithm": "SHA1", "digits": "6",
        "period": "30", "counter": "0" });
    json!({ "id": id, "ids": [id], "query": "exa", "text": text, "form": form, "secret": SAMPLE.base32(),
        "choices": [], "change": {}, "pin": null, "keyring": true, "passphrase": "words", "recoveryKey": "words",
        "part": [0, 0, 10, 10], "place": 0, "seconds": 1, "used": true, "replace": false, "reveal": "recovery_codes", "proof": "word", "typed": "words",
        "channel": "__CHANNEL__:0" })
}

/// Reads the names of the commands the page may call; those that lock or unlock come last.
fn commands() -> Outcome<Vec<String>> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../src-tauri/capabilities/main.json");
    let capability: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    let listed = capability["permissions"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let names = listed.filter_map(|name| name.strip_prefix("allow-")).map(|name| name.replace('-', "_"));
    // A print dialog that nobody answers keeps every other dialog away.
    let ends = |name: &String| ["lock", "print", "unlock_"].iter().any(|end| name.starts_with(end));
    let (last, mut all): (Vec<_>, Vec<_>) = names.partition(ends);
    all.extend(last);
    Ok(all)
}

async fn stored(window: &Window) -> Outcome<String> {
    window.execute(&format!("localStorage.setItem('planted', '{PLANTED}')")).await?;
    let stored = window.execute_async(STORED, Vec::new()).await?.to_string();
    assert!(stored.contains(PLANTED), "what is there is found in the storage: {stored}");
    Ok(stored)
}

fn assert_files_are_clean(desk: &Desk) -> Outcome {
    let (mut vault, mut planted, mut said) = (false, false, false);
    for path in desk.files("") {
        // Sockets are no files.
        let Ok(bytes) = fs::read(&path) else { continue };
        assert_clean(&path.display().to_string(), &bytes);
        vault |= path.ends_with("vault.sterk");
        planted |= holds(&bytes, PLANTED);
        said |= path.ends_with("program.log") && holds(&bytes, "sterk-window");
    }
    assert!(vault && planted, "the vault and what was planted were looked through");
    assert!(said, "what the program says was looked through");
    Ok(())
}

fn assert_clean(place: &str, bytes: &[u8]) {
    assert_eq!(found_in(bytes), None, "the secret is in {place}");
}

/// Returns the form of the secret that is in these bytes.
fn found_in(bytes: &[u8]) -> Option<String> {
    let lower = bytes.to_ascii_lowercase();
    let form = forms().into_iter().find(|form| lower.windows(form.len()).any(|part| part == &form[..]))?;
    Some(String::from_utf8_lossy(&form).into_owned())
}

/// Returns the forms that the secret may have, all in small letters.
fn forms() -> Vec<Vec<u8>> {
    let (raw, base32) = (SAMPLE.secret(), SAMPLE.base32());
    let numbers: Vec<String> = raw.iter().map(u8::to_string).collect();
    let grouped = |by: usize, with: &str| {
        let letters = base32.as_bytes().chunks(by).map(String::from_utf8_lossy);
        letters.collect::<Vec<_>>().join(with)
    };
    let texts = [
        String::from_utf8_lossy(raw).into_owned(),
        base32.clone(),
        grouped(4, " "),
        grouped(4, "-"),
        HEXLOWER.encode(raw),
        BASE64.encode(raw).trim_end_matches('=').to_owned(),
        numbers.join(","),
        "otpauth:".to_owned(),
        RECOVERY_CODE.to_owned(),
    ];
    let plain = texts.iter().map(|text| text.to_lowercase());
    plain.flat_map(|text| [text.bytes().collect(), text.bytes().flat_map(|letter| [letter, 0]).collect()]).collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}
