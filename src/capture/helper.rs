//! The program's side: starts the helper, and bounds what it may take and say.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::screen::Way;
use super::serve::NAME;
use super::sight::{self, MOST_ANSWER, Order};
use super::{CaptureError, Sight, Target};
use crate::scan::{MAX_FILE, PictureError};
use crate::transfer::Mark;

/// How long a look may take where the desktop asks the person first, and where it does not.
const LIMITS: [Duration; 2] = [Duration::from_secs(90), Duration::from_secs(25)];

/// How long a picture file may take, many times what the largest that is decoded needs.
const PICTURE_LIMIT: Duration = Duration::from_secs(25);

/// Is a process without keys that looks at the screen or the clipboard and reads what is there.
#[derive(Debug, Clone)]
pub struct Helper {
    program: PathBuf,
    /// Words before those of the order; tests only.
    words: Vec<String>,
    limit: Duration,
}

impl Helper {
    /// Takes a program whose `main` calls [`super::serve`] first.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let asks = Way::find(|name| std::env::var_os(name)).is_some_and(Way::asks);
        Self { program: program.into(), words: Vec::new(), limit: LIMITS[usize::from(!asks)] }
    }

    /// Takes the program that runs.
    ///
    /// # Errors
    /// [`CaptureError::HelperFailed`] when the system does not say where it lies.
    pub fn this_program() -> Result<Self, CaptureError> {
        std::env::current_exe().map(Self::new).map_err(failed)
    }

    /// Gives a look no more time than this.
    pub fn within(self, limit: Duration) -> Self {
        Self { limit: limit.min(self.limit), ..self }
    }

    /// Looks once; symbols with a mark of `own` are not seen. Blocks until the answer, for the limit at most.
    ///
    /// # Errors
    /// [`CaptureError`]; a helper that hangs, ends or babbles is an error like the others.
    pub fn look(&self, target: Target, own: &[Mark]) -> Result<Sight, CaptureError> {
        self.run(target, own, Zeroizing::default())
    }

    /// Decodes a picture file and reads its QR codes, each helper one picture. Blocks as [`Self::look`] does.
    ///
    /// The bytes go through a pipe: no path could be led elsewhere between the program's look and the helper's.
    ///
    /// # Errors
    /// [`CaptureError::Picture`] for a picture that gives no frame, [`CaptureError::PictureTooLong`] for one that
    /// gave nothing in time, and [`CaptureError::PictureFailed`] where the helper failed.
    pub fn read_picture(&self, bytes: Zeroizing<Vec<u8>>) -> Result<Sight, CaptureError> {
        if bytes.len() > MAX_FILE {
            return Err(CaptureError::Picture(PictureError::FileTooLarge));
        }
        match self.clone().within(PICTURE_LIMIT).run(Target::Picture, &[], bytes) {
            Err(CaptureError::HelperFailed(why)) => Err(CaptureError::PictureFailed(why)),
            Err(CaptureError::TimedOut) => Err(CaptureError::PictureTooLong),
            Ok(sight) if sight.seen.is_empty() && !sight.complete => Err(CaptureError::PictureTooLong),
            answer => answer,
        }
    }

    fn run(&self, target: Target, own: &[Mark], picture: Zeroizing<Vec<u8>>) -> Result<Sight, CaptureError> {
        let mut child = self.start(target).map_err(failed)?;
        let answer = self.ask(&mut child, own, picture);
        // It may have ended by itself; waiting for it leaves no dead process behind.
        let _ = child.kill();
        let _ = child.wait();
        answer
    }

    fn start(&self, target: Target) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.words).arg(NAME).arg(target.word());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // What says where the vault and its passphrase lie is none of its business.
        let ours = |name: &OsStr| name.as_encoded_bytes().starts_with(b"STERK_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| ours(name)) {
            command.env_remove(name);
        }
        command.spawn()
    }

    fn ask(&self, child: &mut Child, own: &[Mark], picture: Zeroizing<Vec<u8>>) -> Result<Sight, CaptureError> {
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("it has no pipes"));
        };
        let limit_ms = u64::try_from(self.limit.as_millis()).unwrap_or(u64::MAX);
        let order = Order { own: own.to_vec(), limit_ms, picture_bytes: picture.len() as u64 };
        let order = serde_json::to_string(&order).map_err(failed)?;
        // Held open until the answer is there: its end tells the helper that nobody waits any more.
        let (_asking, asked) = channel();
        thread::spawn(move || tell(input, &order, picture, &asked));
        let (sender, answer) = channel();
        thread::spawn(move || sender.send(listen(output)));
        match answer.recv_timeout(self.limit) {
            Ok(bytes) => read(&bytes),
            Err(RecvTimeoutError::Timeout) => Err(CaptureError::TimedOut),
            Err(RecvTimeoutError::Disconnected) => Err(failed("the helper cannot be heard")),
        }
    }
}

fn failed(why: impl std::fmt::Display) -> CaptureError {
    CaptureError::HelperFailed(CaptureError::detail(why))
}

/// Writes the order and the picture, and keeps the pipe open as long as `asked` is.
fn tell(mut input: ChildStdin, order: &str, picture: Zeroizing<Vec<u8>>, asked: &Receiver<()>) {
    // A helper that ended shows in its answer.
    let _ = writeln!(input, "{order}").and_then(|()| input.write_all(&picture)).and_then(|()| input.flush());
    drop(picture);
    let _ = asked.recv();
}

/// Returns what the helper said, up to one byte more than is taken.
fn listen(output: ChildStdout) -> Zeroizing<Vec<u8>> {
    // Room for all of it, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_ANSWER + 64));
    // What came before an error does not make sense by itself, and is refused.
    let _ = output.take(MOST_ANSWER as u64 + 1).read_to_end(&mut bytes);
    bytes
}

fn read(bytes: &[u8]) -> Result<Sight, CaptureError> {
    match bytes.len() {
        0 => Err(failed("the helper ended without an answer")),
        more if more > MOST_ANSWER => Err(failed("the helper said too much")),
        _ => sight::read(bytes),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::time::Instant;

    /// Looks with a helper of a few lines of shell.
    fn look_with(script: &str, limit: Duration) -> Result<Sight, CaptureError> {
        let words = ["-c", script, "helper"].map(str::to_owned).to_vec();
        Helper { words, ..Helper::new("/bin/sh") }.within(limit).look(Target::Screen, &[Mark::of("own")])
    }

    const LONG: Duration = Duration::from_secs(20);

    fn code_of(script: &str) -> &'static str {
        look_with(script, LONG).map_or_else(|error| error.code(), |_| "no error")
    }

    #[test]
    fn takes_the_answer_of_a_helper_that_was_asked_properly() {
        let script = r#"read -r order
            case "$1 $2 $order" in "see screen {"*'"own":[['*) ;; *) exit 1;; esac
            printf '{"Ok":{"places":[],"seen":[{"text":"found","spot":null}],"complete":true}}'"#;
        assert_eq!(&*look_with(script, LONG).unwrap().seen[0].text, "found");
    }

    #[test]
    fn names_the_error_that_the_helper_names() {
        assert_eq!(code_of(r#"read -r order; printf '{"Err":"no_portal"}'"#), "no_portal");
    }

    #[test]
    fn gives_up_on_a_helper_that_hangs() {
        let began = Instant::now();
        let error = look_with("exec sleep 60", Duration::from_millis(100)).unwrap_err();
        assert_eq!(error, CaptureError::TimedOut);
        assert!(began.elapsed() < LONG, "nobody waits for the end of it");
    }

    #[test]
    fn gives_up_on_a_helper_that_left_somebody_holding_the_pipe() {
        assert_eq!(look_with("sleep 5 & exit 0", Duration::from_millis(100)).unwrap_err(), CaptureError::TimedOut);
    }

    #[test]
    fn a_helper_that_dies_is_one_error() {
        assert_eq!(code_of("kill -KILL $$"), "capture_failed");
        assert_eq!(code_of("exit 0"), "capture_failed");
        assert_eq!(code_of("printf '{\"Ok\":{\"pla'; kill -KILL $$"), "capture_failed");
    }

    #[test]
    fn a_helper_that_talks_nonsense_or_too_much_is_one_error() {
        assert_eq!(code_of("echo hello"), "capture_failed");
        let error = look_with("exec cat /dev/zero", LONG).unwrap_err();
        assert_eq!(error, failed("the helper said too much"));
    }

    fn picture_with(script: &str, limit: Duration) -> Result<Sight, CaptureError> {
        let words = ["-c", script, "helper"].map(str::to_owned).to_vec();
        let picture = Zeroizing::new(vec![b'p'; 3 << 20]);
        Helper { words, ..Helper::new("/bin/sh") }.within(limit).read_picture(picture)
    }

    #[test]
    fn hands_over_all_bytes_of_a_picture_and_says_how_many() {
        let script = r#"read -r order
            case "$1 $2 $order" in "see picture {"*'"picture_bytes":3145728}') ;; *) exit 1;; esac
            test "$(head -c 3145728 | tr -d p | wc -c)" -eq 0 || exit 1
            printf '{"Ok":{"places":[],"seen":[{"text":"found","spot":null}],"complete":true}}'"#;
        assert_eq!(&*picture_with(script, LONG).unwrap().seen[0].text, "found");
    }

    #[test]
    fn a_decoder_that_hangs_dies_or_babbles_is_one_error() {
        let short = Duration::from_millis(100);
        // None of them takes the bytes: writing must not wait for that.
        assert_eq!(picture_with("exec sleep 60", short).unwrap_err(), CaptureError::PictureTooLong);
        assert_eq!(picture_with("sleep 5 & exit 0", short).unwrap_err(), CaptureError::PictureTooLong);
        for script in ["kill -SEGV $$", "exit 0", "echo hello", "exec cat /dev/zero"] {
            assert_eq!(picture_with(script, LONG).unwrap_err().code(), "scan_failed", "{script}");
        }
    }

    #[test]
    fn names_what_is_wrong_with_a_picture() {
        let script = r#"read -r order; printf '{"Err":{"picture":"damaged"}}'"#;
        assert_eq!(picture_with(script, LONG).unwrap_err(), CaptureError::Picture(PictureError::Damaged));
    }

    #[test]
    fn says_of_a_picture_that_was_not_looked_through_that_it_took_too_long() {
        let script = r#"read -r order; printf '{"Ok":{"places":[],"seen":[],"complete":false}}'"#;
        assert_eq!(picture_with(script, LONG).unwrap_err(), CaptureError::PictureTooLong);
    }

    #[test]
    fn starts_nobody_for_a_picture_that_is_too_large() {
        let error = Helper::new("/nonexistent/sterk").read_picture(Zeroizing::new(vec![0; MAX_FILE + 1])).unwrap_err();
        assert_eq!(error.code(), "picture_too_large");
    }

    #[test]
    fn a_program_that_is_not_there_is_one_error() {
        let error = Helper::new("/nonexistent/sterk").look(Target::Clipboard, &[]).unwrap_err();
        assert_eq!(error.code(), "capture_failed");
    }
}
