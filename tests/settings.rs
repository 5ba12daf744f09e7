//! The settings: where they lie, what a bad file does, and that nothing of a newer version is lost.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sterk::settings::{
    ClearsAfter, Found, Language, LocksAfter, Moment, Moments, Settings, Theme, change, default_file, read,
};
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sterk/settings.json");
    (folder, file)
}

fn holding(text: &[u8]) -> (TempDir, PathBuf) {
    let (folder, file) = place();
    fs::create_dir(file.parent().unwrap()).unwrap();
    fs::write(&file, text).unwrap();
    (folder, file)
}

fn written(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).unwrap()
}

fn names(file: &Path) -> Vec<OsString> {
    let mut names: Vec<_> =
        fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    names
}

#[test]
fn are_ordinary_without_a_file() {
    let (_folder, file) = place();
    let ordinary = Settings {
        backup_folder: None,
        clears_after: 30.try_into().unwrap(),
        drill_after: 90.try_into().unwrap(),
        hide_codes: false,
        hidden_tips: Vec::new(),
        language: Language::System,
        locks_after: LocksAfter::default(),
        locks_at: Moments::default(),
        theme: Theme::System,
    };
    assert_eq!(read(&file), (ordinary, Found::Nothing));
    assert!(!file.exists(), "reading makes nothing");
}

#[test]
fn remember_where_a_backup_went_but_for_the_folder_beside_the_vault() {
    let mut settings = Settings::default();
    settings.wrote_backup(Path::new("/vault/backups/one.sterk"), Path::new("/vault"));
    assert_eq!(settings.backup_folder, None);
    settings.wrote_backup(Path::new("/stick/two.sterk"), Path::new("/vault"));
    settings.wrote_backup(Path::new("/vault/backups/three.sterk"), Path::new("/vault"));
    assert_eq!(settings.backup_folder.as_deref(), Some(Path::new("/stick")));
}

#[test]
fn come_back_as_they_were_chosen() {
    let (_folder, file) = place();
    let chosen = change(&file, |settings| {
        settings.clears_after = ClearsAfter::ALL[0];
        settings.hide_codes = true;
        settings.language = Language::Nl;
        settings.locks_after = LocksAfter::ALL[6];
        settings.locks_at = [Moment::Minimised].into_iter().collect();
        settings.theme = Theme::Dark;
    });
    assert_eq!(read(&file), (chosen.unwrap(), Found::Settings));
    let expected = json!({
        "clears_after": 10, "hide_codes": true, "language": "nl", "locks_after": 0, "locks_at": ["minimised"],
        "theme": "dark",
    });
    assert_eq!(written(&file), expected);
    assert_eq!(names(&file), ["settings.json"], "nothing unfinished is left");
}

#[test]
fn keep_what_a_newer_version_wrote() {
    let newer = json!({"clears_after": 5, "language": "de", "theme": "dark", "tray": {"icon": true}});
    let (_folder, file) = holding(newer.to_string().as_bytes());
    let (settings, found) = read(&file);
    assert_eq!((settings.language, settings.theme, found), (Language::System, Theme::Dark, Found::Settings));
    assert_eq!(settings.clears_after, ClearsAfter::default(), "a time that is not offered is none");
    change(&file, |settings| settings.theme = Theme::Light).unwrap();
    let after = json!({"clears_after": 5, "language": "de", "theme": "light", "tray": {"icon": true}});
    assert_eq!(written(&file), after);
}

#[test]
fn lock_at_the_ordinary_moments_where_a_newer_version_named_another() {
    let (_folder, file) = holding(br#"{"locks_after": 7, "locks_at": ["lid_closed"]}"#);
    let settings = read(&file).0;
    assert_eq!((settings.locks_after, settings.locks_at), (LocksAfter::default(), Moments::default()));
}

#[test]
fn keep_a_foreign_file_aside() {
    let large = format!("{{\"hide_codes\": true, \"filling\": \"{}\"}}", "x".repeat(64 * 1024));
    for foreign in [&b"a letter to the bank"[..], b"[1, 2]", b"", b"\xff\xfe{", large.as_bytes()] {
        let (_folder, file) = holding(foreign);
        assert_eq!(read(&file), (Settings::default(), Found::Foreign));
        assert_eq!(fs::read(&file).unwrap(), foreign, "reading moves nothing");
        change(&file, |settings| settings.hide_codes = true).unwrap();
        assert_eq!(written(&file), json!({"hide_codes": true}));
        assert_eq!(fs::read(file.with_file_name("settings.json.unread")).unwrap(), foreign);
    }
}

#[test]
fn read_nothing_from_a_folder_of_that_name() {
    let (_folder, file) = place();
    fs::create_dir_all(&file).unwrap();
    assert_eq!(read(&file), (Settings::default(), Found::Foreign));
    change(&file, |settings| settings.hide_codes = true).unwrap();
    assert!(read(&file).0.hide_codes);
}

#[test]
fn say_that_they_could_not_be_kept() {
    let folder = tempfile::tempdir().unwrap();
    let in_the_way = folder.path().join("sterk");
    fs::write(&in_the_way, "a file where the folder would be").unwrap();
    let error = change(&in_the_way.join("settings.json"), |settings| settings.hide_codes = true).unwrap_err();
    assert_eq!(error.code(), "settings_not_kept");
    assert_eq!(fs::read(&in_the_way).unwrap(), b"a file where the folder would be");
}

#[cfg(unix)]
#[test]
fn stay_behind_the_link_that_leads_to_them() {
    let (folder, file) = holding(b"{}");
    let elsewhere = folder.path().join("elsewhere.json");
    fs::rename(&file, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
    change(&file, |settings| settings.hide_codes = true).unwrap();
    assert!(file.is_symlink());
    assert_eq!(written(&elsewhere), json!({"hide_codes": true}));
}

#[cfg(unix)]
#[test]
fn are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, file) = place();
    change(&file, |settings| settings.hide_codes = true).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
}

#[test]
fn lie_inside_the_folder_that_is_named() {
    let file = default_file(Some(Path::new("vault")), |_| Some("/home/ada".into()));
    assert_eq!(file, Some(Path::new("vault").join("settings.json")));
}

#[cfg(target_os = "linux")]
#[test]
fn lie_where_linux_keeps_configuration() {
    let file = |named: &[(&str, &str)]| {
        default_file(None, |name| named.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
    };
    let home = ("HOME", "/home/ada");
    assert_eq!(file(&[home]), Some("/home/ada/.config/sterk/settings.json".into()));
    assert_eq!(file(&[home, ("XDG_CONFIG_HOME", "/c")]), Some("/c/sterk/settings.json".into()));
    assert_eq!(file(&[home, ("XDG_CONFIG_HOME", "c")]), Some("/home/ada/.config/sterk/settings.json".into()));
    assert_eq!(file(&[]), None);
}
