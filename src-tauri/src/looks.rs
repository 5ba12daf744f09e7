//! Light and dark of what is not the page: the window's own parts, and its ground before the page is there.

use sterk::settings;
use tauri::{Theme, WebviewWindow, webview::Color};

/// Returns what the system is asked for; nothing lets it decide.
pub fn wanted(theme: settings::Theme) -> Option<Theme> {
    match theme {
        settings::Theme::Dark => Some(Theme::Dark),
        settings::Theme::Light => Some(Theme::Light),
        settings::Theme::System => None,
    }
}

/// Gives a new window its colours, before the page is there.
///
/// # Errors
/// As [`dress`].
pub fn begin(window: &WebviewWindow, theme: settings::Theme) -> tauri::Result<()> {
    // A window of GTK is not made with a theme (tao): it has to be told once it is there.
    if cfg!(target_os = "linux") && theme != settings::Theme::System {
        window.set_theme(wanted(theme))?;
    }
    match_ground(window)
}

/// Gives the open window these colours.
///
/// # Errors
/// The window is gone, or its system refuses.
pub fn dress(window: &WebviewWindow, theme: settings::Theme) -> tauri::Result<()> {
    window.set_theme(wanted(theme))?;
    // Without a wish GTK is set to light; a dark desktop has to be named again.
    if cfg!(target_os = "linux") && theme == settings::Theme::System && window.theme()? == Theme::Dark {
        window.set_theme(Some(Theme::Dark))?;
    }
    match_ground(window)
}

/// Paints the window in the page's ground colour, so that it does not flash before the page is there.
fn match_ground(window: &WebviewWindow) -> tauri::Result<()> {
    let ground = match window.theme()? {
        Theme::Dark => Color(0x14, 0x16, 0x18, 0xff),
        _ => Color(0xf6, 0xf6, 0xf3, 0xff),
    };
    window.set_background_color(Some(ground))
}
