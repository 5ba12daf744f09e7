//! The list a reviewer reads, held true: which commands there are and what they may answer.

use std::{collections::BTreeSet, fs, path::Path};

use ts_rs::{Config, TS};

use crate::{error::ErrorView, view::*};

const COMMANDS: [&str; 18] = [
    include_str!("commands/access.rs"),
    include_str!("commands/audit.rs"),
    include_str!("commands/backup.rs"),
    include_str!("commands/camera.rs"),
    include_str!("commands/codes.rs"),
    include_str!("commands/details.rs"),
    include_str!("commands/enrol.rs"),
    include_str!("commands/frozen.rs"),
    include_str!("commands/health.rs"),
    include_str!("commands/leftover.rs"),
    include_str!("commands/looking.rs"),
    include_str!("commands/policy.rs"),
    include_str!("commands/proof.rs"),
    include_str!("commands/recovery.rs"),
    include_str!("commands/session.rs"),
    include_str!("commands/settings.rs"),
    include_str!("commands/slots.rs"),
    include_str!("commands/sources.rs"),
    include_str!("commands/transfer.rs"),
];

/// What a command may answer. `RecoveryKeyView` is the one key that crosses, when it is made.
///
/// `RecoveryCodesView` and `TransferView` are the two reveals: each only after `authenticate`, once, for one
/// account and for a minute (`grant.rs`). `frozen_picture` is pixels of the screen, small, each once (`still.rs`).
/// `TypedCodesView` gives back what was typed, picked or dropped a moment before, and of a file only what reads as
/// recovery codes. The `Response` of `camera_picture` is a `PictureView`, which is pixels.
const ANSWERS: &[(&str, &str)] = &[
    ("about", "AboutView"),
    ("accept", "AcceptedView"),
    ("accounts", "ListView"),
    ("add_keyring_slot", "SlotsView"),
    ("add_passphrase_slot", "SlotsView"),
    ("add_recovery_codes", "RecoveryView"),
    ("add_recovery_key", "RecoveryKeyView"),
    ("apply_policy", "PolicyView"),
    ("audit", "Vec<HappenedView>"),
    ("authenticate", "()"),
    ("back_up", "Option<BackupView>"),
    ("begin_rekey", "RekeyView"),
    ("bin", "Vec<BinnedView>"),
    ("camera_picture", "Response"),
    ("cameras", "Vec<CameraView>"),
    ("change_account", "DetailsView"),
    ("change_settings", "SettingsView"),
    ("change_slot", "SlotsView"),
    ("close_camera", "Option<ReviewView>"),
    ("codes", "CodesView"),
    ("conceal", "()"),
    ("copy_code", "CopiedView"),
    ("copy_folder", "()"),
    ("copy_recovery_code", "MarkedView"),
    ("copy_recovery_key", "CopiedView"),
    ("create_vault", "RecoveryKeyView"),
    ("delete_leftovers", "DeletedView"),
    ("details", "DetailsView"),
    ("discard", "()"),
    ("discard_policy", "()"),
    ("discard_slots", "()"),
    ("emergency_sheet", "EmergencyView"),
    ("finish_rekey", "RekeyedView"),
    ("forget_aside", "DetailsView"),
    ("freeze_screen", "Option<FrozenView>"),
    ("frozen_picture", "Response"),
    ("health", "HealthView"),
    ("icons", "Vec<IconView>"),
    ("keep_leftovers", "()"),
    ("keep_looking", "Option<ReviewView>"),
    ("keep_recovery_key", "SlotsView"),
    ("leftovers", "Vec<LeftoverView>"),
    ("lock", "SessionView"),
    ("look_at_part", "Option<ReviewView>"),
    ("look_through", "Option<ReviewView>"),
    ("mark_recovery_code", "MarkedView"),
    ("next_code", "CodeView"),
    ("note_use", "()"),
    ("notices", "()"),
    ("open_enrolment", "()"),
    ("open_reset", "()"),
    ("open_source", "ReviewView"),
    ("paste", "ReviewView"),
    ("pick_files", "Option<ReviewView>"),
    ("pick_policy", "Option<PolicyReviewView>"),
    ("pick_recovery_file", "Option<TypedCodesView>"),
    ("place_account", "()"),
    ("policy", "Option<PolicyView>"),
    ("preview", "PreviewView"),
    ("print", "()"),
    ("proofs", "ProofsView"),
    ("read_form", "ReviewView"),
    ("read_recovery_codes", "TypedCodesView"),
    ("read_text", "ReviewView"),
    ("recovery_codes", "RecoveryCodesView"),
    ("remove_account", "()"),
    ("remove_policy", "()"),
    ("remove_slot", "SlotsView"),
    ("rename_slot", "SlotsView"),
    ("restore_account", "()"),
    ("restore_secret", "DetailsView"),
    ("save_emergency_sheet", "Option<SavedView>"),
    ("save_recovery_codes", "Option<BackupView>"),
    ("scan_screen", "ReviewView"),
    ("search", "Vec<String>"),
    ("session", "SessionView"),
    ("settings", "SettingsView"),
    ("skip_source", "ReviewView"),
    ("slots", "SlotsView"),
    ("start", "StartView"),
    ("stop_looking", "()"),
    ("stop_source", "()"),
    ("take_arrived", "Option<ReviewView>"),
    ("take_policy", "Option<PolicyReviewView>"),
    ("take_recovery_file", "Option<TypedCodesView>"),
    ("thaw_screen", "()"),
    ("transfer", "TransferView"),
    ("unlock_with_keyring", "SessionView"),
    ("unlock_with_passphrase", "SessionView"),
    ("unlock_with_recovery_key", "SessionView"),
    ("weigh_passphrase", "StrengthView"),
    ("write_status", "Option<SavedView>"),
];

fn listed() -> BTreeSet<String> {
    ANSWERS.iter().map(|(command, _)| (*command).to_owned()).collect()
}

/// Finds what stands between each `before` and the next `after`.
fn between(text: &str, before: &str, after: &str) -> BTreeSet<String> {
    text.split(before).skip(1).filter_map(|rest| rest.split_once(after)).map(|(found, _)| found.to_owned()).collect()
}

#[test]
fn every_command_answers_a_view() {
    let mut answers = BTreeSet::new();
    for source in COMMANDS {
        for function in source.split("#[tauri::command]").skip(1) {
            let (name, rest) = function.split_once("async fn ").unwrap().1.split_once('(').unwrap();
            let answer = rest.split_once("-> Result<").unwrap().1.split_once(", ErrorView>").unwrap().0;
            answers.insert((name.to_owned(), answer.to_owned()));
        }
    }
    let expected = ANSWERS.iter().map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned())).collect();
    assert_eq!(answers, expected, "a new answer is a decision: name it here");
}

#[test]
fn build_capability_shell_and_page_name_the_same_commands() {
    let build = include_str!("../build.rs").split_once("COMMANDS: &[&str] = &[").unwrap().1.split_once("];").unwrap().0;
    assert_eq!(between(build, "    \"", "\","), listed(), "build.rs");

    let capability: serde_json::Value = serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
    let allowed = capability["permissions"].as_array().unwrap().iter();
    let allowed =
        allowed.map(|permission| permission.as_str().unwrap().strip_prefix("allow-").unwrap().replace('-', "_"));
    assert_eq!(allowed.collect::<BTreeSet<_>>(), listed(), "capabilities/main.json");

    let handled = include_str!("lib.rs").split_once("generate_handler![").unwrap().1.split_once(']').unwrap().0;
    let handled = handled.lines().filter_map(|line| line.trim().trim_end_matches(',').rsplit_once("::"));
    assert_eq!(handled.map(|(_, name)| name.to_owned()).collect::<BTreeSet<_>>(), listed(), "lib.rs");

    let page = include_str!("../../ui/src/ipc/index.ts");
    let called = page.split("call<").skip(2).map(|call| call.split_once("(\"").unwrap().1.split_once('"').unwrap().0);
    assert_eq!(called.map(str::to_owned).collect::<BTreeSet<_>>(), listed(), "ipc/index.ts");
}

#[test]
fn the_page_trusts_nothing_but_itself() {
    let conf: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    let policy = conf["app"]["security"]["csp"].as_object().unwrap();
    assert_eq!(policy["default-src"], "'none'");
    for (directive, sources) in policy {
        for source in sources.as_str().unwrap().split(' ') {
            assert!(["'none'", "'self'", "ipc:", "http://ipc.localhost"].contains(&source), "{directive} {source}");
        }
    }
    assert_eq!(conf["app"]["withGlobalTauri"], false);
}

/// Puts each field on a line of its own, under its doc.
fn tidy(declared: &str) -> String {
    let lines = declared.replace("\n/**\n * ", "\n  /** ").replace("\n */\n", " */\n  ").replace(", };", ",\n};");
    let lines = lines.lines().map(str::trim_end);
    lines.collect::<Vec<_>>().join("\n")
}

/// Compares the page's types with the views; `STERK_WRITE_TYPES=1` writes them instead.
#[test]
fn types_of_the_page_are_those_of_the_shell() {
    let config = Config::new();
    let mut types = vec![
        AboutView::decl(&config),
        AcceptedView::decl(&config),
        AccountView::decl(&config),
        BackupView::decl(&config),
        BatchView::decl(&config),
        BinnedView::decl(&config),
        CameraView::decl(&config),
        Change::decl(&config),
        Choice::decl(&config),
        CodeView::decl(&config),
        CodesView::decl(&config),
        ConcernView::decl(&config),
        CopiedView::decl(&config),
        DeletedView::decl(&config),
        DetailsView::decl(&config),
        DoubtView::decl(&config),
        DraftView::decl(&config),
        DuplicateView::decl(&config),
        EmergencyRowView::decl(&config),
        EmergencyView::decl(&config),
        EnrolmentView::decl(&config),
        ErrorView::decl(&config),
        FindingView::decl(&config),
        FormWords::decl(&config),
        FrozenView::decl(&config),
        GradeView::decl(&config),
        HappenedView::decl(&config),
        HealthView::decl(&config),
        IconView::decl(&config),
        KindView::decl(&config),
        LeftoverView::decl(&config),
        ListView::decl(&config),
        MarkedView::decl(&config),
        MonitorView::decl(&config),
        NamedView::decl(&config),
        NoticeView::decl(&config),
        OnDuplicate::decl(&config),
        OpenEndView::decl(&config),
        OpeningView::decl(&config),
        PlaceView::decl(&config),
        PolicyReviewView::decl(&config),
        PolicyView::decl(&config),
        PreviewView::decl(&config),
        Proof::decl(&config),
        ProofsView::decl(&config),
        RecoveryCodeView::decl(&config),
        RecoveryCodesView::decl(&config),
        RecoveryKeyView::decl(&config),
        RecoveryView::decl(&config),
        RekeyView::decl(&config),
        RekeyedView::decl(&config),
        Reveal::decl(&config),
        ReviewView::decl(&config),
        RulesView::decl(&config),
        SaidView::decl(&config),
        SameView::decl(&config),
        SavedView::decl(&config),
        SealedView::decl(&config),
        SeenView::decl(&config),
        ServiceView::decl(&config),
        SessionView::decl(&config),
        SettingsChange::decl(&config),
        SettingsView::decl(&config),
        SkippedView::decl(&config),
        SlotKindView::decl(&config),
        SlotView::decl(&config),
        SlotsView::decl(&config),
        SpotView::decl(&config),
        StandingView::decl(&config),
        StartView::decl(&config),
        StrengthView::decl(&config),
        TransferView::decl(&config),
        TypedCodesView::decl(&config),
        UnusualView::decl(&config),
        WayView::decl(&config),
    ];
    types.sort();
    let mut text =
        "// Made from src-tauri/src/view.rs by `STERK_WRITE_TYPES=1 cargo test -p sterk-window types`.\n".to_owned();
    for declared in types {
        text.push_str(&format!("\nexport {}\n", tidy(&declared)));
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/types.ts");
    if std::env::var_os("STERK_WRITE_TYPES").is_some() {
        fs::write(&file, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap(), text, "write them anew, then look at what changed for the page");
}
