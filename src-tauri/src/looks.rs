//! What the page cannot see to itself: the colours of the window around it, and how large the system's letters are.

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

/// Lets the page's letters be as large as the system's; WebKitGTK leaves that to the program.
///
/// # Errors
/// The window is gone.
#[cfg(target_os = "linux")]
pub fn follow_letters(window: &WebviewWindow) -> tauri::Result<()> {
    use gtk::prelude::GtkSettingsExt;
    use webkit2gtk::{SettingsExt, WebViewExt};

    window.with_webview(|view| {
        let (Some(system), Some(page)) = (gtk::Settings::default(), WebViewExt::settings(&view.inner())) else {
            return;
        };
        page.set_default_font_size(letters(system.gtk_xft_dpi()));
        system.connect_gtk_xft_dpi_notify(move |system| page.set_default_font_size(letters(system.gtk_xft_dpi())));
    })
}

/// Returns the height of the page's letters in pixels, where GTK draws with these dots per inch, in 1024ths.
///
/// An ordinary screen has 96, twice as many mean letters twice as high; where nothing is known GTK says -1.
#[cfg(target_os = "linux")]
fn letters(dots: i32) -> u32 {
    const ORDINARY: u32 = 96 * 1024;
    let dots = u32::try_from(dots).ok().filter(|dots| *dots > 0).unwrap_or(ORDINARY);
    // Beyond three times no word fits into the window.
    (dots.min(3 * ORDINARY) * 16 / ORDINARY).max(8)
}

/// Paints the window in the page's ground colour, so that it does not flash before the page is there.
fn match_ground(window: &WebviewWindow) -> tauri::Result<()> {
    let ground = match window.theme()? {
        Theme::Dark => Color(0x14, 0x16, 0x18, 0xff),
        _ => Color(0xf6, 0xf6, 0xf3, 0xff),
    };
    window.set_background_color(Some(ground))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn letters_grow_with_the_system_within_bounds() {
        let heights = [-1, 0, 1024, 96 * 1024, 120 * 1024, 192 * 1024, i32::MAX].map(letters);
        assert_eq!(heights, [16, 16, 8, 16, 20, 32, 48]);
    }
}
