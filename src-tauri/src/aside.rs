//! The window out of the way while Sterk looks: hidden for one look; small, in a corner, above the others for several.
//!
//! Hiding it for ten seconds would hide the countdown and the way to stop. What the small window shows is no code, and
//! the symbols that Sterk shows itself have marks.

use std::{
    thread,
    time::{Duration, Instant},
};

use tauri::{LogicalSize, Manager, PhysicalPosition, PhysicalSize, WebviewWindow};

/// Size of the window meanwhile.
const SMALL: LogicalSize<f64> = LogicalSize { width: 340.0, height: 180.0 };

/// How long a desktop may take to give a window another size.
const OBEYS: Duration = Duration::from_millis(500);

/// How long what lay beneath the window may take to draw itself; no system says when it has.
const UNCOVERED: Duration = Duration::from_millis(250);

/// Looks while the window is hidden.
pub fn hidden<T>(window: &WebviewWindow, look: impl FnOnce() -> T) -> T {
    let hidden = window.hide().is_ok();
    thread::sleep(UNCOVERED);
    let seen = look();
    if hidden {
        // A window that cannot be shown again is no reason to drop what was found.
        let _ = window.show().and_then(|()| window.set_focus());
    }
    seen
}

/// Asks again until a desktop did what it was asked for, or is given up.
fn until(mut is_done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_done() && begun.elapsed() < OBEYS {
        thread::sleep(Duration::from_millis(20));
    }
}

/// Is a window that stands aside; dropping this puts it back.
pub struct Aside<'a> {
    window: &'a WebviewWindow,
    maximized: bool,
    size: PhysicalSize<u32>,
    position: Option<PhysicalPosition<i32>>,
}

impl<'a> Aside<'a> {
    /// Makes the window small; a desktop that arranges windows by itself may leave it where it is.
    ///
    /// # Errors
    /// The system does not say how large the window is; it stays as it is.
    pub fn step(window: &'a WebviewWindow) -> tauri::Result<Self> {
        let maximized = window.is_maximized()?;
        if maximized {
            window.unmaximize()?;
            until(|| window.is_maximized().is_ok_and(|still| !still));
        }
        // Wayland tells no program where its windows are.
        let aside = Self { window, maximized, size: window.inner_size()?, position: window.outer_position().ok() };
        aside.shrink()?;
        Ok(aside)
    }

    fn shrink(&self) -> tauri::Result<()> {
        self.window.set_min_size(Some(SMALL))?;
        self.window.set_size(SMALL)?;
        self.window.set_always_on_top(true)?;
        let Some(monitor) = self.window.current_monitor()? else { return Ok(()) };
        let (area, small) = (monitor.work_area(), SMALL.to_physical::<i32>(monitor.scale_factor()));
        let x = area.position.x + i32::try_from(area.size.width).unwrap_or(i32::MAX) - small.width;
        self.window.set_position(PhysicalPosition { x: x.max(area.position.x), y: area.position.y })
    }

    fn put_back(&self) -> tauri::Result<()> {
        self.window.set_always_on_top(false)?;
        let least = self.window.app_handle().config().app.windows.first();
        let least = least.and_then(|window| Some((window.min_width?, window.min_height?)));
        self.window.set_min_size(least.map(|(width, height)| LogicalSize { width, height }))?;
        // A request that comes while an earlier one is still on its way is lost on some desktops.
        until(|| {
            self.window.set_size(self.size).is_err() || self.window.inner_size().is_ok_and(|size| size == self.size)
        });
        if let Some(position) = self.position {
            self.window.set_position(position)?;
        }
        if self.maximized { self.window.maximize() } else { Ok(()) }
    }
}

impl Drop for Aside<'_> {
    fn drop(&mut self) {
        // A window of another size is no reason to drop what was found.
        let _ = self.put_back();
    }
}
