//! Names every command of the page, so that each needs a permission of its own.

use std::{error::Error, fs, path::Path};

const COMMANDS: &[&str] = &[
    "about",
    "accept",
    "accounts",
    "add_keyring_slot",
    "add_passphrase_slot",
    "add_recovery_codes",
    "add_recovery_key",
    "apply_policy",
    "audit",
    "authenticate",
    "back_up",
    "begin_rekey",
    "bin",
    "camera_picture",
    "cameras",
    "change_account",
    "change_settings",
    "change_slot",
    "close_camera",
    "codes",
    "conceal",
    "copy_code",
    "copy_folder",
    "copy_recovery_code",
    "copy_recovery_key",
    "create_vault",
    "delete_leftovers",
    "details",
    "discard",
    "discard_policy",
    "discard_slots",
    "emergency_sheet",
    "finish_rekey",
    "forget_aside",
    "freeze_screen",
    "frozen_picture",
    "health",
    "icons",
    "keep_leftovers",
    "keep_looking",
    "keep_recovery_key",
    "leftovers",
    "lock",
    "look_at_part",
    "look_through",
    "mark_recovery_code",
    "next_code",
    "note_use",
    "notices",
    "open_enrolment",
    "open_reset",
    "open_source",
    "paste",
    "pick_files",
    "pick_policy",
    "pick_recovery_file",
    "place_account",
    "policy",
    "preview",
    "print",
    "proofs",
    "read_form",
    "read_recovery_codes",
    "read_text",
    "recovery_codes",
    "remove_account",
    "remove_policy",
    "remove_slot",
    "rename_slot",
    "restore_account",
    "restore_secret",
    "save_emergency_sheet",
    "save_recovery_codes",
    "scan_screen",
    "search",
    "session",
    "settings",
    "skip_source",
    "slots",
    "start",
    "stop_looking",
    "stop_source",
    "take_arrived",
    "take_policy",
    "take_recovery_file",
    "thaw_screen",
    "transfer",
    "unlock_with_keyring",
    "unlock_with_passphrase",
    "unlock_with_recovery_key",
    "weigh_passphrase",
    "write_status",
];

fn main() -> Result<(), Box<dyn Error>> {
    stand_in_for_the_page()?;
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    Ok(tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?)
}

/// Makes a page that says what is missing, so that a fresh clone can be checked without Node.js.
fn stand_in_for_the_page() -> std::io::Result<()> {
    let page = Path::new("../ui/dist/index.html");
    if page.exists() {
        return Ok(());
    }
    fs::create_dir_all("../ui/dist")?;
    fs::write(page, "<!doctype html><title>Sterk</title><p>The front end is not built: run npm run build in ui.</p>\n")
}
