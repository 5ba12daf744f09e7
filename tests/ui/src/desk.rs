//! The desk: everything around the window, private to one test.

use crate::bus::{Bus, KEYRING_PASSWORD};
use crate::memory::Piece;
use crate::picture::Picture;
use crate::process::{Process, output, poll};
use crate::screen::Screen;
use crate::{Outcome, Window};
use data_encoding::BASE32_NOPAD;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// No scenario may take longer, whatever hangs.
const LIMIT: Duration = Duration::from_secs(240);

/// The file dialog opens in the folder where the program was started, its first file chosen.
const SETTINGS: &str = "[org/gtk/settings/file-chooser]\nstartup-mode='cwd'\n";

/// Letters without coloured edges: those belong to a screen of glass, and make pictures large.
const LETTERS: &str = "[Settings]\ngtk-xft-antialias=1\ngtk-xft-rgba=none\n";

/// How the desk looks and speaks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether it asks for more contrast, which goes before dark.
    pub contrast: bool,
    /// Whether its colours are dark.
    pub dark: bool,
    /// The value of `LANG`.
    pub language: &'static str,
}

impl Default for Look {
    fn default() -> Look {
        Look { contrast: false, dark: false, language: "C.UTF-8" }
    }
}

/// A screen, a bus, perhaps a keyring, and a home.
pub struct Desk {
    name: &'static str,
    /// Held here, so that a scenario that fails leaves its window on the screen for the picture.
    drivers: RefCell<Vec<Process>>,
    keyring: RefCell<Option<Process>>,
    variables: Vec<(&'static str, &'static str)>,
    bus: Bus,
    screen: Screen,
    home: TempDir,
}

impl Desk {
    /// Makes a desk with an unlocked keyring; `name` says whose pictures these are.
    ///
    /// # Errors
    /// A program that is missing or does not start.
    pub fn with_keyring(name: &'static str) -> Outcome<Desk> {
        let desk = Desk::without_keyring(name)?;
        *desk.keyring.borrow_mut() = Some(desk.bus.start_keyring(&desk.environment(Look::default()))?);
        Ok(desk)
    }

    /// Makes a desk where no Secret Service answers.
    ///
    /// # Errors
    /// A program that is missing or does not start.
    pub fn without_keyring(name: &'static str) -> Outcome<Desk> {
        let home = tempfile::Builder::new().prefix("sterk-desk-").tempdir()?;
        for folder in ["bin", "cache", "config", "data", "locale", "pictures", "run", "state"] {
            fs::create_dir(home.path().join(folder))?;
            fs::set_permissions(home.path().join(folder), fs::Permissions::from_mode(0o700))?;
        }
        let settings = home.path().join("config/glib-2.0/settings");
        fs::create_dir_all(&settings)?;
        fs::write(settings.join("keyfile"), SETTINGS)?;
        fs::create_dir(home.path().join("config/gtk-3.0"))?;
        fs::write(home.path().join("config/gtk-3.0/settings.ini"), LETTERS)?;
        let (bus, screen) = (Bus::start(&home.path().join("run"))?, Screen::start(&home.path().join("run"))?);
        let (drivers, keyring, variables) = Default::default();
        Ok(Desk { name, drivers, keyring, variables, bus, screen, home })
    }

    /// Sets a variable for every program on this desk.
    #[must_use]
    pub fn with(mut self, variable: &'static str, value: &'static str) -> Desk {
        self.variables.push((variable, value));
        self
    }

    /// Runs a scenario on this desk, in bounded time; photographs the screen when it fails.
    ///
    /// # Errors
    /// What the scenario reports, or that it took too long.
    pub async fn scenario(self, scenario: impl AsyncFnOnce(&Desk) -> Outcome) -> Outcome {
        let done = tokio::time::timeout(LIMIT, scenario(&self)).await;
        let done = done.unwrap_or_else(|_| Err(format!("not done within {} s", LIMIT.as_secs()).into()));
        if done.is_err() {
            self.capture("failed")?;
        }
        done
    }

    /// Opens the program on this desk.
    ///
    /// # Errors
    /// The driver or the window does not start.
    pub async fn open(&self, look: Look) -> Outcome<Window> {
        self.learn(look.language)?;
        self.drive(Some(&crate::window::program()?), look).await
    }

    /// Opens a page in a browser on this desk, the one that comes with its driver.
    ///
    /// # Errors
    /// The driver or the browser does not start.
    pub async fn browse(&self, address: &str) -> Outcome<Window> {
        let browser = self.drive(None, Look::default()).await?;
        browser.go(address).await?;
        Ok(browser)
    }

    async fn drive(&self, program: Option<&Path>, look: Look) -> Outcome<Window> {
        let environment = self.environment(look);
        let (window, driver) = Window::open(program, &self.pictures(), &environment, &self.log()?).await?;
        self.drivers.borrow_mut().push(driver);
        Ok(window)
    }

    /// Starts a program on this desk, as a person does, without a driver.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(&self, program: &Path, words: &[&str]) -> Outcome<Process> {
        let environment = self.environment(Look::default());
        let mut command = Command::new(program);
        command.args(words).current_dir(self.home.path()).env_clear();
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        Process::start(command.stdin(Stdio::null()).stdout(self.log()?).stderr(self.log()?))
    }

    /// Opens the program on this desk without a driver, as a person does.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_window(&self) -> Outcome<Process> {
        self.start(&crate::window::program()?, &[])
    }

    /// Waits until the window shows text that stays as it is.
    ///
    /// # Errors
    /// The window stays blank, or keeps changing.
    pub fn settled(&self) -> Outcome<Picture> {
        poll("a window that rests", 20, || {
            let before = Picture::of(&self.pixels().ok()?);
            std::thread::sleep(Duration::from_millis(300));
            (!before.is_blank() && before.is_on(&self.pixels().ok()?)).then_some(before)
        })
    }

    /// Drags a file from another window into the program's and lets it go there.
    ///
    /// # Errors
    /// The program does not take it.
    pub fn drag_in(&self, file: &Path) -> Outcome {
        self.screen.drag_in(file)
    }

    /// Stands in for the browser: whatever a program opens from now on is a line of the file that is returned.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn stand_in_for_browser(&self) -> Outcome<PathBuf> {
        let (browser, opened) = (self.home.path().join("bin/xdg-open"), self.home.path().join("opened"));
        fs::write(&browser, format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >>'{}'\n", opened.display()))?;
        fs::set_permissions(&browser, fs::Permissions::from_mode(0o700))?;
        Ok(opened)
    }

    /// Types a text as a person does, in the window that has the keyboard.
    ///
    /// # Errors
    /// The keys cannot be sent.
    pub fn type_text(&self, text: &str) -> Outcome {
        self.screen.type_text(text)
    }

    /// Makes the file that holds all that the program says.
    fn log(&self) -> Outcome<fs::File> {
        Ok(fs::File::options().create(true).append(true).open(self.home.path().join("program.log"))?)
    }

    /// Runs the command line that `cargo build` made, until it ends.
    ///
    /// # Errors
    /// It does not start, or does not succeed.
    pub fn sterk(&self, words: &[&str]) -> Outcome {
        self.start(&crate::window::target().join("debug/sterk"), words)?.succeed()
    }

    /// Asks the command line that `cargo build` made; returns its document, also where a step was left open.
    ///
    /// # Errors
    /// It does not start, or has no answer.
    pub fn ask_sterk(&self, words: &[&str]) -> Outcome<Value> {
        let environment = self.environment(Look::default());
        let mut command = Command::new(crate::window::target().join("debug/sterk"));
        command.arg("--json").args(words).current_dir(self.home.path()).env_clear();
        let done = command.envs(environment).stdin(Stdio::null()).output()?;
        let error = || format!("sterk {words:?}: {}", String::from_utf8_lossy(&done.stderr));
        Ok(serde_json::from_slice(&done.stdout).map_err(|_| error())?)
    }

    /// Returns what is on the screen now, four bytes a pixel.
    ///
    /// # Errors
    /// The screen cannot be read.
    pub fn pixels(&self) -> Outcome<Vec<u8>> {
        self.screen.pixels()
    }

    /// Tells whether a Secret Service answers on the bus.
    pub fn has_keyring(&self) -> bool {
        self.bus.has_keyring()
    }

    /// Returns the folder in which file dialogs open.
    pub fn pictures(&self) -> PathBuf {
        self.home.path().join("pictures")
    }

    /// Returns the text on the clipboard.
    ///
    /// # Errors
    /// There is none.
    pub fn clipboard(&self) -> Outcome<String> {
        self.screen.clipboard()
    }

    /// Returns what the owner of the clipboard answers when it is asked for this form of it.
    ///
    /// # Errors
    /// It has no such form, or there is no owner.
    pub fn clipboard_as(&self, form: &str) -> Outcome<String> {
        self.screen.clipboard_as(form)
    }

    /// Minimises the program's window.
    ///
    /// # Errors
    /// There is none.
    pub fn minimise(&self) -> Outcome {
        self.screen.minimise()
    }

    /// Returns which pieces lie in the memory of the window that was opened last; its helpers and pages are others.
    ///
    /// # Errors
    /// Its memory cannot be read.
    pub fn pieces_in_memory(&self, pieces: &[Piece]) -> Outcome<BTreeSet<String>> {
        self.drivers.borrow().last().ok_or("no window")?.pieces_in_memory("sterk-window", pieces)
    }

    /// Tells whether the program's window is minimised.
    ///
    /// # Errors
    /// There is none.
    pub fn is_minimised(&self) -> Outcome<bool> {
        self.screen.is_minimised()
    }

    /// Brings the minimised window of the program back.
    ///
    /// # Errors
    /// There is none.
    pub fn bring_back(&self) -> Outcome {
        self.screen.bring_back()
    }

    /// Returns where the private bus of this desk is reached; it stands in for the bus of the system, too.
    pub fn bus_address(&self) -> &str {
        self.bus.address()
    }

    /// Puts a text on the clipboard, as another program would.
    ///
    /// # Errors
    /// The clipboard cannot be had.
    pub fn set_clipboard(&self, text: &str) -> Outcome {
        self.screen.set_clipboard(text)
    }

    /// Presses keys as a person does, in the window that has the keyboard.
    ///
    /// # Errors
    /// The keys cannot be sent.
    pub fn press(&self, keys: &str) -> Outcome {
        self.screen.press(keys)
    }

    /// Chooses the one file in [`Desk::pictures`] in the system's file dialog, once that is there.
    ///
    /// # Errors
    /// The dialog does not come, or does not go.
    pub fn answer_file_dialog(&self) -> Outcome {
        self.screen.answer_file_dialog()
    }

    /// Closes the dialog of the system with this title, once it is there, and chooses nothing.
    ///
    /// # Errors
    /// The dialog does not come.
    pub fn close_dialog(&self, title: &str) -> Outcome {
        self.focus(title)?;
        self.press("Escape")
    }

    /// Saves under the name that the system's file dialog proposes, in [`Desk::pictures`], once the dialog is there.
    ///
    /// # Errors
    /// The dialog does not come, or does not go.
    pub fn answer_save_dialog(&self) -> Outcome {
        self.screen.answer_save_dialog()
    }

    /// Chooses the one printer there is, a file, in the system's print dialog.
    ///
    /// # Errors
    /// The dialog does not come.
    pub fn print_to_file(&self) -> Outcome {
        self.focus("Print")?;
        self.press("Down")?;
        self.press("alt+p")
    }

    /// Gives the keyboard to the window with this title, once it is there.
    ///
    /// # Errors
    /// It does not come.
    pub fn focus(&self, title: &str) -> Outcome {
        self.screen.focus(title)
    }

    /// Asks programs not to move anything by themselves, as the system's settings do.
    ///
    /// # Errors
    /// The settings cannot be written.
    pub fn keep_still(&self) -> Outcome {
        self.set("gtk-enable-animations=0")
    }

    fn set(&self, line: &str) -> Outcome {
        Ok(fs::write(self.home.path().join("config/gtk-3.0/settings.ini"), format!("{LETTERS}{line}\n"))?)
    }

    /// Ends the keyring, as when its program crashed.
    pub fn stop_keyring(&self) {
        drop(self.keyring.take());
    }

    /// Halts the keyring: it has its name on the bus and answers nothing.
    ///
    /// # Errors
    /// There is none.
    pub fn hang_keyring(&self) -> Outcome {
        self.keyring.borrow().as_ref().ok_or("no keyring")?.halt()
    }

    /// Ends the keyring and starts it anew, locked: from now on it asks for its password.
    ///
    /// # Errors
    /// It does not start.
    pub fn lock_keyring(&self) -> Outcome {
        self.stop_keyring();
        poll("the end of the keyring", 20, || (!self.has_keyring()).then_some(()))?;
        *self.keyring.borrow_mut() = Some(self.bus.start_locked_keyring(&self.environment(Look::default()))?);
        Ok(())
    }

    /// Waits for the keyring's own window, which asks for its password.
    ///
    /// # Errors
    /// It does not come.
    pub fn asked_by_keyring(&self) -> Outcome {
        self.focus("^Unlock Login Keyring$")
    }

    /// Types the keyring's password into its own window, once that is there.
    ///
    /// # Errors
    /// The window does not come.
    pub fn answer_keyring(&self) -> Outcome {
        self.asked_by_keyring()?;
        self.type_text(KEYRING_PASSWORD)?;
        self.press("Return")
    }

    /// Gives the program's window another size.
    ///
    /// # Errors
    /// There is no window.
    pub fn resize(&self, width: u32, height: u32) -> Outcome {
        self.screen.resize(width, height)
    }

    /// Returns the folder of pictures.
    pub fn screens() -> PathBuf {
        crate::window::target().join("screens")
    }

    /// Photographs the program's window without its frame.
    ///
    /// # Errors
    /// The picture cannot be made.
    pub fn capture_window(&self, file: &Path) -> Outcome {
        fs::create_dir_all(Desk::screens())?;
        self.screen.capture_window(file)
    }

    /// Makes a vault of ten thousand invented accounts with the command line, the ones of these links among them.
    ///
    /// # Errors
    /// The command line refuses.
    pub fn fill(&self, links: &[String]) -> Outcome {
        let invented = (links.len()..10_000).map(|number| {
            let secret = BASE32_NOPAD.encode(format!("an invented secret {number:05}").as_bytes());
            format!("otpauth://totp/Site%20{number:05}:ada?secret={secret}&issuer=Site%20{number:05}")
        });
        let all: Vec<_> = links.iter().cloned().chain(invented).collect();
        let file = self.pictures().join("links.txt");
        fs::write(&file, all.join("\n"))?;
        self.sterk(&["init", "--slot", "keyring"])?;
        self.sterk(&["import", "--yes", &file.to_string_lossy()])
    }

    /// Photographs the screen into `target/screens`.
    ///
    /// # Errors
    /// The picture cannot be made.
    pub fn capture(&self, moment: &str) -> Outcome {
        let folder = Desk::screens();
        fs::create_dir_all(&folder)?;
        self.screen.capture(&folder.join(format!("{}-{moment}.png", self.name)))
    }

    /// Makes a locale as an installed system has it; the programs ignore one they do not find.
    fn learn(&self, language: &str) -> Outcome {
        let (Some((input, characters)), made) =
            (language.split_once('.'), self.home.path().join("locale").join(language))
        else {
            return Ok(());
        };
        if input == "C" || made.exists() {
            return Ok(());
        }
        output(Command::new("localedef").args(["-i", input, "-f", characters]).arg(made)).map(drop)
    }

    fn environment(&self, look: Look) -> Vec<(&'static str, String)> {
        let folder = |name: &str| self.home.path().join(name).display().to_string();
        let theme = match (look.contrast, look.dark) {
            (false, false) => "Adwaita",
            (false, true) => "Adwaita:dark",
            (true, _) => "HighContrast",
        };
        let mut environment = vec![
            ("DBUS_SESSION_BUS_ADDRESS", self.bus.address().to_owned()),
            // What tells of sleep and other users is the test's own as well.
            ("DBUS_SYSTEM_BUS_ADDRESS", self.bus.address().to_owned()),
            ("DISPLAY", self.screen.display().to_owned()),
            ("GDK_BACKEND", "x11".to_owned()),
            ("GSETTINGS_BACKEND", "keyfile".to_owned()),
            // The programs say all that they can say: what must not be in a log would be in this one.
            ("G_MESSAGES_DEBUG", "all".to_owned()),
            ("GTK_THEME", theme.to_owned()),
            ("HOME", self.home.path().display().to_string()),
            ("LANG", look.language.to_owned()),
            ("LOCPATH", folder("locale")),
            ("RUST_LOG", "trace".to_owned()),
            ("PATH", format!("{}:{}", folder("bin"), std::env::var("PATH").unwrap_or_default())),
            // A passphrase costs the least that it may: nobody waits a second for each unlock.
            ("STERK_UNLOCK_MS", "0".to_owned()),
            ("XDG_CACHE_HOME", folder("cache")),
            ("XDG_CONFIG_HOME", folder("config")),
            ("XDG_DATA_HOME", folder("data")),
            ("XDG_RUNTIME_DIR", folder("run")),
            ("XDG_STATE_HOME", folder("state")),
        ];
        environment.extend(self.variables.iter().map(|(name, value)| (*name, (*value).to_owned())));
        environment
    }

    /// Returns the files below the home folder whose path holds `part`.
    pub fn files(&self, part: &str) -> Vec<PathBuf> {
        let (mut found, mut folders) = (Vec::new(), vec![self.home.path().to_owned()]);
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path);
                } else if path.to_string_lossy().contains(part) {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if std::thread::panicking() {
            drop(self.capture("failed"));
        }
    }
}
