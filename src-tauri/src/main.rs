//! Starts the window.

// A console beside the window would be noise; debug builds keep it for their messages.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

use std::process::ExitCode;

/// Wipes whatever is freed, also what a growing buffer or a foreign decoder leaves behind.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> Result<ExitCode, sterk_window::StartError> {
    if let Some(ended) = sterk_window::serve(std::env::args_os().skip(1)) {
        return Ok(ended);
    }
    sterk_window::harden();
    settle_environment();
    sterk_window::run(std::env::args_os().skip(1))?;
    Ok(ExitCode::SUCCESS)
}

/// Sets what WebKitGTK reads from the environment, and drops what would let others drive the window.
///
/// The DMABUF renderer costs 70 ms and 40 MiB here and leaves windows blank on some drivers. The page has little
/// to compute: without a compiler its process takes 8 MiB less, and has no memory that is written and then run.
/// Automation is for tests: in a release it would hand the open vault to any program of the same user.
#[expect(unsafe_code, reason = "no other thread runs yet, which is all that changing the environment asks")]
fn settle_environment() {
    for (name, value) in [("WEBKIT_DISABLE_DMABUF_RENDERER", "1"), ("JSC_useJIT", "0")] {
        if cfg!(target_os = "linux") && std::env::var_os(name).is_none() {
            // SAFETY: main has started no thread.
            unsafe { std::env::set_var(name, value) };
        }
    }
    if !cfg!(any(debug_assertions, feature = "e2e")) {
        // SAFETY: as above.
        unsafe { std::env::remove_var("TAURI_WEBVIEW_AUTOMATION") };
    }
}
