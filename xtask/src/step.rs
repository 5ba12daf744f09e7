//! One step: a command, a visible line, and its output when it fails.

use std::fmt::Display;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// A command with a name for people.
pub struct Step {
    name: &'static str,
    words: Vec<String>,
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
}

/// What became of a step.
pub struct Ran {
    /// Whether the command succeeded.
    pub ok: bool,
    /// All that it printed, both streams as they came.
    pub output: String,
}

impl Step {
    /// Makes a step that runs `words` in the repository.
    pub fn new(name: &'static str, words: &[impl AsRef<str>]) -> Step {
        let words = words.iter().map(|word| word.as_ref().to_owned()).collect();
        Step { name, words, folder: crate::tree::root().to_owned(), variables: Vec::new() }
    }

    /// Runs it in another folder.
    pub fn within(mut self, folder: &Path) -> Step {
        folder.clone_into(&mut self.folder);
        self
    }

    /// Sets a variable of the environment.
    pub fn with(mut self, variable: &'static str, value: impl Into<String>) -> Step {
        self.variables.push((variable, value.into()));
        self
    }

    /// Runs the command: one line now, completed with the verdict and the seconds.
    pub fn run(&self) -> Ran {
        let line = Line::begin(self.name, self.words.join(" "));
        let ran = match self.start() {
            Ok(child) => watch(child, &line),
            Err(error) => Ran { ok: false, output: format!("{}: {error}", self.words[0]) },
        };
        line.end(if ran.ok { "ok" } else { "FAILED" });
        ran
    }

    fn start(&self) -> std::io::Result<Child> {
        Command::new(&self.words[0])
            .args(&self.words[1..])
            .current_dir(&self.folder)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }
}

impl Ran {
    /// Prints the output of a step that failed; tells whether it succeeded.
    pub fn report(&self) -> bool {
        if !self.ok {
            println!("{}", self.output.trim_end());
        }
        self.ok
    }
}

/// Prints the line of a step that has nothing to do.
pub fn nothing_to_do(name: &str, why: impl Display) {
    println!("{name:<18} {why}");
}

/// The line of a running step; on a terminal it lives.
struct Line {
    text: String,
    began: Instant,
    live: bool,
}

impl Line {
    fn begin(name: &str, command: String) -> Line {
        let line = Line {
            text: format!("{name:<18} {command}"),
            began: Instant::now(),
            live: std::io::stdout().is_terminal(),
        };
        line.put(format_args!("{} ... ", line.text));
        line
    }

    fn progress(&self, last: &str) {
        if self.live {
            let last: String = last.trim().chars().take(40).collect();
            self.put(format_args!("\r\x1b[K{} ... {:.0} s  {last}", self.text, self.seconds()));
        }
    }

    fn end(&self, verdict: &str) {
        if self.live {
            self.put(format_args!("\r\x1b[K{} ... ", self.text));
        }
        self.put(format_args!("{verdict} {:.1} s\n", self.seconds()));
    }

    fn seconds(&self) -> f64 {
        self.began.elapsed().as_secs_f64()
    }

    fn put(&self, text: std::fmt::Arguments<'_>) {
        print!("{text}");
        // A reader that went away is no reason to stop the work.
        drop(std::io::stdout().flush());
    }
}

/// Collects the output line by line until both streams end, then the exit status.
fn watch(mut child: Child, line: &Line) -> Ran {
    let (sender, lines) = channel();
    if let Some(stream) = child.stdout.take() {
        read(stream, sender.clone());
    }
    if let Some(stream) = child.stderr.take() {
        read(stream, sender.clone());
    }
    drop(sender);
    let output = collect(&lines, line);
    Ran { ok: child.wait().is_ok_and(|status| status.success()), output }
}

fn read(stream: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).is_ok_and(|count| count > 0) {
            if lines.send(String::from_utf8_lossy(&bytes).into_owned()).is_err() {
                return;
            }
            bytes.clear();
        }
    });
}

fn collect(lines: &Receiver<String>, line: &Line) -> String {
    let (mut output, mut last) = (String::new(), String::new());
    loop {
        match lines.recv_timeout(Duration::from_secs(1)) {
            Ok(text) => {
                output.push_str(&text);
                last = text;
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return output,
        }
        line.progress(&last);
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn keeps_both_streams_of_a_command_that_fails() {
        let ran = Step::new("both", &["sh", "-c", "echo out; echo err >&2; exit 3"]).run();
        assert!(!ran.ok);
        assert!(ran.output.contains("out\n") && ran.output.contains("err\n"));
    }

    #[test]
    fn a_program_that_is_not_there_is_a_failure_with_its_name() {
        let ran = Step::new("absent", &["sterk-no-such-program"]).run();
        assert!(!ran.ok);
        assert!(ran.output.starts_with("sterk-no-such-program: "));
    }

    #[test]
    fn gives_no_input_and_the_variables_it_was_given() {
        let ran = Step::new("input", &["sh", "-c", "cat; echo $COLOUR"]).with("COLOUR", "blue").run();
        assert!(ran.ok);
        assert_eq!(ran.output, "blue\n");
    }

    #[test]
    fn survives_output_that_is_not_text() {
        let ran = Step::new("bytes", &["sh", "-c", r"printf '\377\n'"]).run();
        assert_eq!(ran.output, "\u{fffd}\n");
    }
}
