//! Holding the clipboard after the program has answered: X11 and Wayland ask the owner for every paste.
//!
//! `sterk code --copy` starts the program again under a hidden verb, hands it the code through a pipe (never
//! as an argument, which other users could read), and ends. The holder clears the clipboard after its time.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use sterk::settings::ClearsAfter;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// The word under which the program starts itself; no verb, so that no shell offers it.
pub const NAME: &str = "hold-clipboard";

fn fail(fault: impl std::fmt::Display) -> Failure {
    Failure::new("clipboard_unavailable", format!("the clipboard cannot be reached: {fault}"))
}

/// Starts the holder and waits until it has the clipboard.
pub fn hand_over(code: &str, clears_after: ClearsAfter) -> Result<(), Failure> {
    let program = std::env::current_exe().map_err(fail)?;
    let mut holder = Command::new(program)
        .arg(NAME)
        .arg(clears_after.seconds().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(fail)?;
    if let Some(mut pipe) = holder.stdin.take() {
        pipe.write_all(code.as_bytes()).map_err(fail)?;
    }
    let mut answer = String::new();
    if let Some(pipe) = holder.stdout.take() {
        BufReader::new(pipe.take(1_000)).read_line(&mut answer).map_err(fail)?;
    }
    match answer.trim_end() {
        "held" => Ok(()),
        "" => Err(fail("there is no display")),
        reason => Err(fail(reason)),
    }
}

/// Runs as the holder: takes the code from standard input, says `held`, clears after its time.
pub fn run() -> Result<(), Failure> {
    let mut code = Zeroizing::new(String::new());
    std::io::stdin().take(100).read_to_string(&mut code).map_err(fail)?;
    let mut clipboard = match arboard::Clipboard::new() {
        Ok(clipboard) => clipboard,
        Err(fault) => return tell(&fault.to_string()),
    };
    hold(&mut clipboard, &code, time())
}

/// Reads from the arguments how long the code may stay.
fn time() -> Duration {
    let given = std::env::args().nth(2).and_then(|text| text.parse::<u32>().ok());
    let after = given.and_then(|seconds| ClearsAfter::try_from(seconds).ok()).unwrap_or_default();
    Duration::from_secs(after.seconds().into())
}

/// Says one line to the caller, who then goes on.
fn tell(line: &str) -> Result<(), Failure> {
    println!("{}", line.replace('\n', " "));
    std::io::stdout().flush().map_err(fail)
}

#[cfg(target_os = "linux")]
fn hold(clipboard: &mut arboard::Clipboard, code: &str, held: Duration) -> Result<(), Failure> {
    use arboard::SetExtLinux;
    clipboard.set().exclude_from_history().text(code).map_err(fail)?;
    tell("held")?;
    // Owning it again with a deadline blocks until then, or until something else is copied.
    clipboard.set().exclude_from_history().wait_until(std::time::Instant::now() + held).text(code).map_err(fail)?;
    if clipboard.get_text().is_ok_and(|now| now == code) {
        clipboard.clear().map_err(fail)?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn hold(clipboard: &mut arboard::Clipboard, code: &str, held: Duration) -> Result<(), Failure> {
    put(clipboard, code).map_err(fail)?;
    tell("held")?;
    std::thread::sleep(held);
    if clipboard.get_text().is_ok_and(|now| now == code) {
        clipboard.clear().map_err(fail)?;
    }
    Ok(())
}

/// Copies without leaving a trace in the clipboard's history or in the cloud.
#[cfg(target_os = "macos")]
fn put(clipboard: &mut arboard::Clipboard, code: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtApple;
    clipboard.set().exclude_from_history().text(code)
}

/// Copies without leaving a trace in the clipboard's history or in the cloud.
#[cfg(windows)]
fn put(clipboard: &mut arboard::Clipboard, code: &str) -> Result<(), arboard::Error> {
    use arboard::SetExtWindows;
    clipboard.set().exclude_from_cloud().exclude_from_history().exclude_from_monitoring().text(code)
}
