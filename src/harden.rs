//! Keeping the memory of a process to itself: the window and the command line ask for it first of all.
//!
//! The helper that looks at the screen does not: a desktop's portals answer no process that they cannot look at.

/// Asks the system to write no core file, and on Linux to let no other process of this user look inside.
///
/// Both are asked for in good faith: where the system refuses, the program works as before.
#[cfg(unix)]
pub fn process() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Windows has no core files, and its crash reports are the system's to switch off.
#[cfg(not(unix))]
pub fn process() {}
