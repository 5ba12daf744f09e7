//! What other programs of the same user can learn from the process of the command line: nothing.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A user without rights: the administrator may look anywhere.
const NOBODY: u32 = 65_534;

/// Starts the program as an ordinary user; it waits for its input.
fn waiting() -> Child {
    let program = env!("CARGO_BIN_EXE_sterk");
    let mut command = match fs::metadata("/proc/self").unwrap().uid() {
        0 => {
            let mut command = Command::new("setpriv");
            command.args([format!("--reuid={NOBODY}"), format!("--regid={NOBODY}"), "--clear-groups".to_owned()]);
            command.arg(program);
            command
        }
        _ => Command::new(program),
    };
    command.args(["scan", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the package util-linux has setpriv")
}

fn folder(child: &Child) -> PathBuf {
    PathBuf::from(format!("/proc/{}", child.id()))
}

#[test]
fn no_other_program_of_the_user_can_look_inside_and_no_core_file_is_left() {
    let mut child = waiting();
    let start = Instant::now();
    // What the system shows of a process belongs to its user, unless that user may not look.
    let is_shut = |child: &Child| {
        let runs = fs::read_to_string(folder(child).join("comm")).is_ok_and(|name| name.trim() == "sterk");
        runs && fs::metadata(folder(child).join("mem")).is_ok_and(|facts| facts.uid() == 0)
    };
    while !is_shut(&child) {
        assert!(start.elapsed() < Duration::from_secs(20), "the process stays open to others");
        assert!(child.try_wait().unwrap().is_none(), "the program waits for its input");
        std::thread::sleep(Duration::from_millis(10));
    }
    let status = fs::read_to_string(folder(&child).join("status")).unwrap();
    let user = status.lines().find_map(|line| line.strip_prefix("Uid:")).unwrap().split_whitespace().next().unwrap();
    assert_ne!(user, "0", "an ordinary user runs it, or this shows nothing");
    let limits = fs::read_to_string(folder(&child).join("limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    child.kill().unwrap();
    child.wait().unwrap();
}
