//! The program's side: starts the helper, and bounds what it may take and say.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::frozen::LIFE;
use super::screen::Way;
use super::serve::{CAMERA, CAMERAS, FREEZE, NAME};
use super::sight::{self, MOST_ANSWER, Order};
use super::stream::failed;
use super::{Area, Camera, CaptureError, Frozen, Sight, Target, Watch};
use crate::scan::{MAX_FILE, PictureError, Stop};
use crate::transfer::Mark;

/// How long a look may take where the desktop asks the person first, and where it does not.
const LIMITS: [Duration; 2] = [Duration::from_secs(90), Duration::from_secs(25)];

/// How long a picture file may take, many times what the largest that is decoded needs.
const PICTURE_LIMIT: Duration = Duration::from_secs(25);

/// How long the system may take to name its cameras.
const LIST_LIMIT: Duration = Duration::from_secs(10);

/// How long a camera is looked through at most: a window that was forgotten does not look for ever.
const WATCH_LIMIT: Duration = Duration::from_secs(600);

/// How often waiting looks at whether it was told to stop.
const GLANCE: Duration = Duration::from_millis(20);

/// Is a process without keys that looks at the screen, the clipboard, a picture or through a camera and reads what
/// is there.
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
        sight::read(&self.ask(target.word(), &order(None, own, self.limit), Zeroizing::default())?)
    }

    /// Looks once as [`Self::look`] does, and ends at once with nothing when it is told to stop.
    ///
    /// # Errors
    /// [`CaptureError`], as for [`Self::look`].
    pub fn look_until(&self, target: Target, own: &[Mark], stop: &Stop) -> Result<Option<Sight>, CaptureError> {
        let order = order(None, own, self.limit);
        let (child, output, _asking) = self.start(target.word(), &order, Zeroizing::default())?;
        let _ended = Ended(child);
        let answer = wait(&listen_apart(output), self.limit, stop)?;
        answer.map(|bytes| sight::read(&within_bounds(bytes)?)).transpose()
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
        let order = Order { picture_bytes: bytes.len() as u64, ..order(None, &[], self.limit.min(PICTURE_LIMIT)) };
        match self.ask(Target::Picture.word(), &order, bytes).and_then(|answer| sight::read(&answer)) {
            Err(CaptureError::HelperFailed(why)) => Err(CaptureError::PictureFailed(why)),
            Err(CaptureError::TimedOut) => Err(CaptureError::PictureTooLong),
            Ok(sight) if sight.seen.is_empty() && !sight.complete => Err(CaptureError::PictureTooLong),
            answer => answer,
        }
    }

    /// Returns the cameras of this machine; none is no error. Blocks for some seconds at most.
    ///
    /// # Errors
    /// [`CaptureError`], as for [`Self::look`].
    pub fn cameras(&self) -> Result<Vec<Camera>, CaptureError> {
        let order = order(None, &[], self.limit.min(LIST_LIMIT));
        sight::read_cameras(&self.ask(CAMERAS, &order, Zeroizing::default())?)
    }

    /// Starts to look through a camera, the first one where none is named, until the [`Watch`] is dropped or ten
    /// minutes are over; symbols with a mark of `own` are not seen. Returns at once.
    ///
    /// # Errors
    /// [`CaptureError::HelperFailed`] when the helper cannot be started; what the camera says comes from the watch.
    pub fn watch(&self, camera: Option<u32>, own: &[Mark]) -> Result<Watch, CaptureError> {
        let (child, output, asking) = self.start(CAMERA, &order(camera, own, WATCH_LIMIT), Zeroizing::default())?;
        Ok(Watch::new(child, output, asking, self.limit))
    }

    /// Looks at an area of the screen; nothing else counts, and where the first look sees nothing there, a closer one
    /// is taken. A code counts by its middle. Blocks as [`Self::look`] does.
    ///
    /// # Errors
    /// [`CaptureError`], as for [`Self::look`].
    pub fn look_in(&self, area: Area, own: &[Mark]) -> Result<Sight, CaptureError> {
        let order = Order { area: Some(area), ..order(None, own, self.limit) };
        sight::read(&self.ask(Target::Screen.word(), &order, Zeroizing::default())?)
    }

    /// Takes a picture of every monitor for a person to choose a part of; nothing when it is told to stop.
    ///
    /// # Errors
    /// [`CaptureError`], as for [`Self::look`].
    pub fn freeze(&self, own: &[Mark], stop: &Stop) -> Result<Option<Frozen>, CaptureError> {
        let order = order(None, own, self.limit + LIFE);
        let (child, output, parts) = self.start(FREEZE, &order, Zeroizing::default())?;
        Frozen::new(child, output, parts, self.limit, stop)
    }

    /// Starts the helper for one answer, and ends it.
    fn ask(&self, word: &str, order: &Order, picture: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, CaptureError> {
        let (child, output, _asking) = self.start(word, order, picture)?;
        let _ended = Ended(child);
        heard(&listen_apart(output), Duration::from_millis(order.limit_ms))
    }

    /// Starts the helper and gives it its order; it hears each line that the sender sends, and its standard input ends
    /// with the sender.
    fn start(
        &self,
        word: &str,
        order: &Order,
        picture: Zeroizing<Vec<u8>>,
    ) -> Result<(Child, ChildStdout, Sender<String>), CaptureError> {
        let order = serde_json::to_string(order).map_err(failed)?;
        let mut child = self.spawn(word).map_err(failed)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed("it has no pipes"));
        };
        // Held open as long as somebody waits: its end tells the helper that nobody does any more.
        let (asking, asked) = channel();
        thread::spawn(move || tell(input, &order, picture, &asked));
        Ok((child, output, asking))
    }

    fn spawn(&self, word: &str) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(&self.words).arg(NAME).arg(word);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // What says where the vault and its passphrase lie is none of its business.
        let ours = |name: &OsStr| name.as_encoded_bytes().starts_with(b"STERK_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| ours(name)) {
            command.env_remove(name);
        }
        command.spawn()
    }
}

fn order(camera: Option<u32>, own: &[Mark], limit: Duration) -> Order {
    let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
    Order { area: None, camera, own: own.to_vec(), limit_ms, picture_bytes: 0 }
}

/// Ends a helper when it is dropped.
#[derive(Debug)]
pub(super) struct Ended(pub(super) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself; waiting for it leaves no dead process behind.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Hears all that a helper says on a thread of its own.
fn listen_apart(output: ChildStdout) -> Receiver<Zeroizing<Vec<u8>>> {
    let (sender, answer) = channel();
    thread::spawn(move || sender.send(listen(output)));
    answer
}

/// Waits for all that a helper says, for so long at most.
fn heard(answer: &Receiver<Zeroizing<Vec<u8>>>, limit: Duration) -> Result<Zeroizing<Vec<u8>>, CaptureError> {
    within_bounds(answer.recv_timeout(limit).map_err(unheard)?)
}

/// Waits for the next thing a helper says, for so long at most; nothing when it is told to stop.
pub(super) fn wait<T>(answers: &Receiver<T>, limit: Duration, stop: &Stop) -> Result<Option<T>, CaptureError> {
    let mut rest = limit;
    while !stop.is_stopped() {
        match answers.recv_timeout(rest.min(GLANCE)) {
            Err(RecvTimeoutError::Timeout) if rest > GLANCE => rest -= GLANCE,
            answer => return answer.map(Some).map_err(unheard),
        }
    }
    Ok(None)
}

fn unheard(why: RecvTimeoutError) -> CaptureError {
    match why {
        RecvTimeoutError::Timeout => CaptureError::TimedOut,
        RecvTimeoutError::Disconnected => failed("the helper ended"),
    }
}

/// Writes the order, the picture and each line that is asked, and keeps the pipe open as long as `asked` is.
fn tell(mut input: ChildStdin, order: &str, picture: Zeroizing<Vec<u8>>, asked: &Receiver<String>) {
    // A helper that ended shows in its answer.
    let _ = writeln!(input, "{order}").and_then(|()| input.write_all(&picture)).and_then(|()| input.flush());
    drop(picture);
    for line in asked {
        let _ = writeln!(input, "{line}").and_then(|()| input.flush());
    }
}

/// Returns what the helper said, up to one byte more than is taken.
fn listen(output: ChildStdout) -> Zeroizing<Vec<u8>> {
    // Room for all of it, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MOST_ANSWER + 64));
    // What came before an error does not make sense by itself, and is refused.
    let _ = output.take(MOST_ANSWER as u64 + 1).read_to_end(&mut bytes);
    bytes
}

fn within_bounds(bytes: Zeroizing<Vec<u8>>) -> Result<Zeroizing<Vec<u8>>, CaptureError> {
    match bytes.len() {
        0 => Err(failed("the helper ended without an answer")),
        more if more > MOST_ANSWER => Err(failed("the helper said too much")),
        _ => Ok(bytes),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::capture::Region;
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

    #[test]
    fn a_look_that_is_told_to_stop_ends_at_once_and_its_helper_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let id = folder.path().join("id");
        let words = ["-c", &format!("echo $$ > {}.new; mv {0}.new {0}; exec sleep 60", id.display()), "helper"];
        let helper = Helper { words: words.map(str::to_owned).to_vec(), ..Helper::new("/bin/sh") }.within(LONG);
        let (stop, began) = (Stop::default(), Instant::now());
        let looked = thread::scope(|scope| {
            let looking = scope.spawn(|| helper.look_until(Target::Screen, &[], &stop));
            while !id.exists() && began.elapsed() < LONG {
                thread::sleep(Duration::from_millis(5));
            }
            stop.stop();
            looking.join().unwrap()
        });
        assert_eq!(looked, Ok(None));
        assert!(began.elapsed() < LONG, "nobody waits for the helper");
        let process = format!("/proc/{}", std::fs::read_to_string(&id).unwrap().trim());
        assert!(!std::path::Path::new(&process).exists(), "neither running nor a zombie");
    }

    #[test]
    fn a_look_that_may_be_stopped_answers_as_any_other() {
        let look = |script: &str, limit| {
            let words = ["-c", script, "helper"].map(str::to_owned).to_vec();
            let helper = Helper { words, ..Helper::new("/bin/sh") }.within(limit);
            helper.look_until(Target::Screen, &[], &Stop::default())
        };
        let answers = r#"read -r order; printf '{"Ok":{"places":[],"seen":[],"complete":true}}'"#;
        assert_eq!(look(answers, LONG), Ok(Some(Sight { complete: true, ..Sight::default() })));
        assert_eq!(look("exec sleep 60", Duration::from_millis(100)), Err(CaptureError::TimedOut));
        assert_eq!(look("exit 0", LONG).unwrap_err().code(), "capture_failed");
    }

    /// Says one document with its length before it, in shell.
    fn document(json: &str) -> String {
        let length = (json.len() as u32).to_le_bytes().map(|byte| format!("\\{byte:o}")).concat();
        format!("printf '{length}%s' '{json}'")
    }

    const PLACE: &str = r#""places":[{"name":"a","x":0,"y":0,"width":2,"height":1,"scale_percent":100}]"#;

    fn freeze_with(script: &str, stop: &Stop) -> Result<Option<Frozen>, CaptureError> {
        let words = ["-c", script, "helper"].map(str::to_owned).to_vec();
        Helper { words, ..Helper::new("/bin/sh") }.within(LONG).freeze(&[Mark::of("own")], stop)
    }

    fn frozen_with(script: &str) -> Result<Option<Frozen>, CaptureError> {
        let head = document(&format!(r#"{{"Ok":{{"sight":{{{PLACE},"seen":[],"complete":true}},"sizes":[[2,1]]}}}}"#));
        let asked = r#"read -r order; case "$1 $2 $order" in "see freeze {"*'"own":[['*) ;; *) exit 1;; esac"#;
        freeze_with(&format!("{asked}; {head}; printf '\\7\\11'; {script}"), &Stop::default())
    }

    const PART: Region = Region { place: 0, x: 1, y: 0, width: 1, height: 1 };

    #[test]
    fn frozen_screens_answer_for_each_part_that_is_asked_for() {
        let found = format!(
            r#"{{"Ok":{{{PLACE},"seen":[{{"text":"found","spot":{{"place":0,"corners":[[0,0],[1,0],[1,1],[0,1]]}}}}],"complete":true}}}}"#
        );
        let answers =
            format!(r#"while read -r part; do case "$part" in *'"x":1,'*) {};; esac; done"#, document(&found));
        let mut frozen = frozen_with(&answers).unwrap().unwrap();
        assert_eq!((frozen.sight().places.len(), frozen.take_pictures()[0].pixels()), (1, &[7, 9][..]));
        assert!(frozen.take_pictures().is_empty(), "they are handed over once");
        for _ in 0..2 {
            let there = frozen.look(PART, &Stop::default()).unwrap().unwrap();
            assert_eq!(&*there.seen[0].text, "found");
        }
    }

    #[test]
    fn frozen_screens_whose_helper_ends_are_one_error_and_stopping_is_none() {
        assert_eq!(
            frozen_with("exit 0").unwrap().unwrap().look(PART, &Stop::default()).unwrap_err().code(),
            "capture_failed"
        );
        let stop = Stop::default();
        stop.stop();
        let late = document(&format!(r#"{{"Ok":{{{PLACE},"seen":[],"complete":true}}}}"#));
        let mut stopped = frozen_with(&format!("read -r part; {late}; exec sleep 60")).unwrap().unwrap();
        assert_eq!(stopped.look(PART, &stop), Ok(None));
        let later = stopped.look(PART, &Stop::default());
        assert_eq!(later, Err(CaptureError::TimedOut), "an answer that comes late is not that of another part");
        assert!(freeze_with("exec sleep 60", &stop).unwrap().is_none());
        assert_eq!(freeze_with("exit 0", &Stop::default()).unwrap_err().code(), "capture_failed");
        let error = freeze_with(&document(r#"{"Err":"no_portal"}"#), &Stop::default()).unwrap_err();
        assert_eq!(error, CaptureError::NoPortal);
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

    fn watch_with(script: &str, limit: Duration) -> Result<Watch, CaptureError> {
        let words = ["-c", script, "helper"].map(str::to_owned).to_vec();
        Helper { words, ..Helper::new("/bin/sh") }.within(limit).watch(Some(3), &[Mark::of("own")])
    }

    /// Says one sighting of one pixel and one code, in shell.
    const ONE: &str = r#"one() { printf '\1\0\0\0\1\0\0\0\50\0\0\0\7\10\11{"Ok":[{"text":"found","spot":null}]}   ';}"#;

    #[test]
    fn watches_a_helper_that_was_asked_properly() {
        let script = format!(
            r#"{ONE}; read -r order
            case "$1 $2 $order" in "see camera {{"*'"camera":3'*'"own":[['*) ;; *) exit 1;; esac
            one; one; printf '\0\0\0\0\0\0\0\0\25\0\0\0{{"Err":"camera_gone"}}'; exec sleep 60"#
        );
        let mut watch = watch_with(&script, LONG).unwrap();
        for _ in 0..2 {
            let sighting = watch.next().unwrap();
            assert_eq!((&*sighting.seen[0].text, &sighting.preview.rgb[..]), ("found", &[7, 8, 9][..]));
        }
        assert_eq!(watch.next().unwrap_err(), CaptureError::CameraGone);
        assert_eq!(watch.next().unwrap_err(), CaptureError::CameraGone, "an error ends it");
    }

    #[test]
    fn gives_up_on_a_watch_that_stops() {
        let short = Duration::from_millis(200);
        let silent = CaptureError::CameraFailed("none came in time".to_owned());
        assert_eq!(watch_with("exec sleep 60", short).unwrap().next().unwrap_err(), silent);
        let mut watch = watch_with(&format!("{ONE}; one; exec sleep 60"), Duration::from_secs(2)).unwrap();
        assert_eq!(watch.next().map(|sighting| sighting.preview.width), Ok(1));
        assert_eq!(watch.next().unwrap_err(), silent);
    }

    #[test]
    fn a_watch_that_dies_or_babbles_is_one_error() {
        let dies = "exit 0";
        let breaks_off = r"printf '\1\0\0\0\1\0'; kill -KILL $$";
        for (script, why) in [
            (dies, "ended"),
            (breaks_off, "ended"),
            ("exec yes", "said too much"),
            ("exec cat /dev/zero", "makes no sense"),
        ] {
            let error = watch_with(script, LONG).unwrap().next().unwrap_err();
            assert!(matches!(&error, CaptureError::HelperFailed(said) if said.contains(why)), "{script}: {error}");
        }
    }

    #[test]
    fn holds_the_helper_by_its_standard_input_and_ends_it_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let id = folder.path().join("id");
        let script = format!("{ONE}; echo $$ > {}; read -r order; one; cat; echo ended", id.display());
        let mut watch = watch_with(&script, LONG).unwrap();
        watch.next().unwrap();
        let process = format!("/proc/{}", std::fs::read_to_string(&id).unwrap().trim());
        assert!(watch.child_runs(), "its standard input is open");
        drop(watch);
        assert!(!std::path::Path::new(&process).exists(), "neither running nor a zombie");
    }

    #[test]
    fn is_switched_off_while_somebody_waits() {
        let mut watch = watch_with("exec sleep 60", LONG).unwrap();
        let switch = watch.switch();
        let began = Instant::now();
        let waiting = thread::spawn(move || watch.next());
        switch.off();
        assert_eq!(waiting.join().unwrap().unwrap_err().code(), "capture_failed");
        assert!(began.elapsed() < Duration::from_secs(5), "nobody waits for the time to be over");
        switch.off();
    }

    #[test]
    fn lists_what_the_helper_lists() {
        let list = |script: &str| {
            let words = ["-c", script, "helper"].map(str::to_owned).to_vec();
            Helper { words, ..Helper::new("/bin/sh") }.within(LONG).cameras()
        };
        let script = r#"case "$1 $2" in "see cameras") printf '{"Ok":[{"index":2,"name":"Eye"}]}';; esac"#;
        assert_eq!(list(script).unwrap(), [Camera { index: 2, name: "Eye".to_owned() }]);
        assert_eq!(list(r#"printf '{"Ok":[]}'"#).unwrap(), []);
        assert_eq!(list("printf nonsense").unwrap_err().code(), "capture_failed");
    }

    #[test]
    fn a_program_that_is_not_there_is_one_error() {
        let error = Helper::new("/nonexistent/sterk").look(Target::Clipboard, &[]).unwrap_err();
        assert_eq!(error.code(), "capture_failed");
    }
}
