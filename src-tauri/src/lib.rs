//! The window of Sterk: a thin shell between the core and the page.
//!
//! It opens one window, answers the commands named in `build.rs` and `capabilities/main.json`, and keeps
//! everything secret on its own side. Not here: what an account, a vault or a QR code is (`sterk`), and
//! what a person reads (`ui`).

mod aside;
#[cfg(test)]
mod boundary;
mod clipboard;
mod commands;
#[cfg_attr(windows, expect(dead_code, reason = "WebView2 is not asked yet"))]
mod crash;
mod early;
mod error;
mod found;
mod grant;
mod idle;
mod leave;
mod lens;
mod links;
mod looks;
mod own;
mod patience;
mod save;
mod state;
mod traces;
mod view;

use std::{ffi::OsString, path::PathBuf};

use tauri::{DragDropEvent, Manager, RunEvent, Url, WebviewWindowBuilder, WindowEvent, webview::NewWindowResponse};

pub use sterk::{capture::serve, harden::process as harden};

use crate::{state::Session, view::NoticeView};

/// Asks how things stand before the page's script is read; `ui/src/ipc/index.ts` takes the answer.
const ASK: &str = "window.sterkBegun = window.__TAURI_INTERNALS__.invoke('start');";

/// Says why the window did not open.
#[derive(Debug, thiserror::Error)]
#[error("the window could not be opened")]
pub struct StartError(#[from] tauri::Error);

/// Opens the window and stays until it is closed; `files` are pictures or lists to review first.
///
/// # Errors
/// [`StartError`] when the system gives no window.
pub fn run(files: impl Iterator<Item = OsString>) -> Result<(), StartError> {
    let session = Session::new(state::Place::from_environment());
    session.arrive(files.map(PathBuf::from).collect());
    commands::session::unlock_early(&session);
    leave::watch(&session);
    let builder = tauri::Builder::default();
    #[cfg(target_os = "macos")]
    let builder = builder.on_web_content_process_terminate(|page| crash::bring_back(page.app_handle(), page.label()));
    let app = builder
        .manage(session.clipboard().clone())
        .manage(session)
        .invoke_handler(tauri::generate_handler![
            commands::settings::about,
            commands::enrol::accept,
            commands::codes::accounts,
            commands::slots::add_keyring_slot,
            commands::slots::add_passphrase_slot,
            commands::recovery::add_recovery_codes,
            commands::slots::add_recovery_key,
            commands::policy::apply_policy,
            commands::audit::audit,
            commands::proof::authenticate,
            commands::backup::back_up,
            commands::slots::begin_rekey,
            commands::details::bin,
            commands::camera::camera_picture,
            commands::camera::cameras,
            commands::details::change_account,
            commands::settings::change_settings,
            commands::slots::change_slot,
            commands::camera::close_camera,
            commands::codes::codes,
            commands::proof::conceal,
            commands::codes::copy_code,
            commands::settings::copy_folder,
            commands::recovery::copy_recovery_code,
            commands::session::copy_recovery_key,
            commands::session::create_vault,
            commands::leftover::delete_leftovers,
            commands::details::details,
            commands::enrol::discard,
            commands::policy::discard_policy,
            commands::slots::discard_slots,
            commands::access::emergency_sheet,
            commands::slots::finish_rekey,
            commands::details::forget_aside,
            commands::frozen::freeze_screen,
            commands::frozen::frozen_picture,
            commands::health::health,
            commands::details::icons,
            commands::leftover::keep_leftovers,
            commands::looking::keep_looking,
            commands::slots::keep_recovery_key,
            commands::leftover::leftovers,
            commands::session::lock,
            commands::frozen::look_at_part,
            commands::camera::look_through,
            commands::recovery::mark_recovery_code,
            commands::codes::next_code,
            commands::session::note_use,
            commands::session::notices,
            commands::policy::open_enrolment,
            commands::access::open_reset,
            commands::sources::open_source,
            commands::enrol::paste,
            commands::enrol::pick_files,
            commands::policy::pick_policy,
            commands::recovery::pick_recovery_file,
            commands::details::place_account,
            commands::policy::policy,
            commands::enrol::preview,
            commands::session::print,
            commands::proof::proofs,
            commands::enrol::read_form,
            commands::recovery::read_recovery_codes,
            commands::enrol::read_text,
            commands::recovery::recovery_codes,
            commands::details::remove_account,
            commands::policy::remove_policy,
            commands::slots::remove_slot,
            commands::slots::rename_slot,
            commands::details::restore_account,
            commands::details::restore_secret,
            commands::access::save_emergency_sheet,
            commands::backup::save_recovery_codes,
            commands::enrol::scan_screen,
            commands::codes::search,
            commands::session::session,
            commands::settings::settings,
            commands::sources::skip_source,
            commands::slots::slots,
            commands::session::start,
            commands::looking::stop_looking,
            commands::sources::stop_source,
            commands::enrol::take_arrived,
            commands::policy::take_policy,
            commands::recovery::take_recovery_file,
            commands::frozen::thaw_screen,
            commands::transfer::transfer,
            commands::session::unlock_with_keyring,
            commands::session::unlock_with_passphrase,
            commands::session::unlock_with_recovery_key,
            commands::slots::weigh_passphrase,
            commands::policy::write_status,
        ])
        .setup(|app| Ok(open_window(app)?))
        .build(tauri::generate_context!())?;
    app.run(|app, event| match event {
        RunEvent::Exit => app.state::<Session>().lock(),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => arrive(app, urls.iter().filter_map(|url| url.to_file_path().ok()).collect()),
        _ => {}
    });
    Ok(())
}

fn open_window(app: &tauri::App) -> tauri::Result<()> {
    let theme = app.state::<Session>().settings().theme;
    for config in &app.config().app.windows {
        let window = WebviewWindowBuilder::from_config(app.handle(), config)?
            .theme(looks::wanted(theme))
            .initialization_script(ASK)
            .on_navigation(is_ours)
            .on_new_window(|_, _| NewWindowResponse::Deny)
            .build()?;
        #[cfg(target_os = "linux")]
        crash::watch(&window)?;
        looks::begin(&window, theme)?;
        let (handle, label) = (app.handle().clone(), window.label().to_owned());
        window.on_window_event(move |event| match event {
            WindowEvent::Focused(false) => leave::aside(&handle, &label),
            WindowEvent::DragDrop(DragDropEvent::Enter { .. }) => handle.state::<Session>().tell(NoticeView::DragOver),
            WindowEvent::DragDrop(DragDropEvent::Leave) => handle.state::<Session>().tell(NoticeView::DragLeft),
            WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) => arrive(&handle, paths.clone()),
            _ => {}
        });
    }
    Ok(())
}

fn arrive(app: &tauri::AppHandle, files: Vec<PathBuf>) {
    let session = app.state::<Session>();
    session.arrive(files);
    session.tell(NoticeView::Arrived);
}

/// Tells whether an address is the embedded page; the window shows nothing else.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_nothing_but_the_embedded_page() {
        for (address, ours) in [
            ("tauri://localhost/", true),
            ("http://tauri.localhost/index.html", true),
            ("https://example.org/", false),
            ("http://localhost:1420/", false),
            ("tauri://elsewhere/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,x", false),
            ("javascript:alert(1)", false),
            ("about:blank", false),
        ] {
            assert_eq!(is_ours(&Url::parse(address).unwrap()), ours, "{address}");
        }
    }
}
