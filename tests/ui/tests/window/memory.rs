//! After locking, nothing of the vault lies in the memory of the window's process.
//!
//! Read is the memory of the real process, every byte of it that can be written. What the page's own processes keep
//! of what was typed or shown there is another matter, see `docs/threat-model.md`.

use crate::person::{leave_assistant, lock, mark};
use data_encoding::{BASE32_NOPAD, BASE64};
use std::fs;
use std::os::unix::fs::MetadataExt;
use sterk_ui_tests::{Desk, Look, Outcome, Piece, Window, poll};

const ACCOUNTS: usize = 20;
/// The account that comes by the clipboard.
const PASTED: usize = 99;

/// Makes bytes that occur nowhere else; the same for each run.
fn secret(account: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(account as u64 + 1);
    let next = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..40).map(next).collect()
}

fn recovery_code(account: usize) -> String {
    BASE32_NOPAD.encode(&secret(account + 100)[..15]).to_lowercase()
}

/// Returns pieces of every form of every secret: the system's allocator overwrites the beginning of what is freed.
fn pieces() -> Vec<Piece> {
    let mut pieces = Vec::new();
    for account in (0..ACCOUNTS).chain([PASTED]) {
        let secret = secret(account);
        let texts = [
            ("bytes", secret.clone()),
            ("base32", BASE32_NOPAD.encode(&secret).into_bytes()),
            ("small base32", BASE32_NOPAD.encode(&secret).to_lowercase().into_bytes()),
            ("base64", BASE64.encode(&secret).into_bytes()),
            ("recovery code", recovery_code(account).into_bytes()),
        ];
        for (form, text) in texts {
            let middle = text.len() / 2;
            for (part, from) in [("beginning", 0), ("middle", middle - 6), ("end", text.len() - 12)] {
                pieces.push((format!("{part} of {form} {account}"), text[from..from + 12].to_vec()));
            }
        }
    }
    pieces
}

/// Makes the vault with the command line: the window's process sees the secrets in the vault alone.
fn fill(desk: &Desk) -> Outcome {
    let links: Vec<_> = (0..ACCOUNTS)
        .map(|account| {
            let secret = BASE32_NOPAD.encode(&secret(account));
            format!("otpauth://totp/Site%20{account:02}:ada?secret={secret}&issuer=Site%20{account:02}")
        })
        .collect();
    let file = desk.pictures().join("links.txt");
    fs::write(&file, links.join("\n"))?;
    desk.sterk(&["init", "--slot", "keyring"])?;
    desk.sterk(&["import", "--yes", &file.to_string_lossy()])?;
    let codes = desk.pictures().join("codes.txt");
    for account in 0..ACCOUNTS {
        fs::write(&codes, recovery_code(account))?;
        let name = format!("Site {account:02}");
        desk.sterk(&["recovery", "add", &name, "--file", &codes.to_string_lossy()])?;
    }
    fs::remove_file(&file)?;
    Ok(fs::remove_file(&codes)?)
}

/// Does what a person does with an open vault: looks, copies, searches, changes.
async fn use_vault(desk: &Desk, window: &Window) -> Outcome {
    window.find(&mark("code-row")).await?;
    window.click(&format!("({})[1]//button", mark("code-row"))).await?;
    poll("a code on the clipboard", 20, || desk.clipboard().ok())?;
    let accounts = window.invoke("accounts", serde_json::json!({})).await?;
    let id = accounts["ok"]["accounts"][0]["id"].clone();
    let change = serde_json::json!({ "id": id, "change": { "note": "changed" }, "pin": null });
    assert!(window.invoke("change_account", change).await?.get("ok").is_some());
    window.invoke("search", serde_json::json!({ "query": "site 07" })).await?;
    window.invoke("details", serde_json::json!({ "id": id })).await?;
    window.invoke("health", serde_json::json!({})).await.map(drop)
}

/// Enrols an account by the clipboard, as a person does.
async fn enrol(desk: &Desk, window: &Window) -> Outcome {
    let secret = BASE32_NOPAD.encode(&secret(PASTED));
    desk.set_clipboard(&format!("otpauth://totp/Pasted:ada?secret={secret}&issuer=Pasted"))?;
    window.click(&mark("add")).await?;
    window.click(&mark("paste")).await?;
    window.find(&mark("review")).await?;
    desk.set_clipboard("something else")?;
    window.click(&mark("accept")).await?;
    leave_assistant(window).await
}

#[tokio::test]
async fn a_locked_window_holds_nothing_of_the_vault_in_memory() -> Outcome {
    let desk = Desk::with_keyring("memory")?;
    desk.scenario(async |desk| {
        fill(desk)?;
        let pieces = pieces();
        let window = desk.open(Look::default()).await?;
        window.find(&mark("code-row")).await?;
        if fs::metadata("/proc/self")?.uid() != 0 {
            // What follows takes the administrator; that nobody else can is a fact of its own.
            assert!(desk.pieces_in_memory(&pieces).is_err(), "another program of the same user must not look inside");
            eprintln!("not looked for: only the administrator can read the memory of the window");
            return window.close().await;
        }
        for time in 0..2 {
            use_vault(desk, &window).await?;
            if time == 0 {
                enrol(desk, &window).await?;
            }
            let held = desk.pieces_in_memory(&pieces)?;
            for account in 0..ACCOUNTS {
                assert!(held.contains(&format!("middle of bytes {account}")), "an open vault is found: {held:?}");
            }
            lock(&window).await?;
            let left = desk.pieces_in_memory(&pieces)?;
            assert!(left.is_empty(), "{} pieces are left: {left:#?}", left.len());
            window.click(&mark("unlock-keyring")).await?;
        }
        window.close().await
    })
    .await
}
