//! The real screen and the real clipboard, on X servers of the tests' own.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ::sterk::transfer::Mark;
use serde_json::{Value, json};

use crate::screen::Screen;
use crate::sterk::{Run, Sterk, finish, run_with};
use crate::{ADA, BOB};

const WIFI: &str = "WIFI:S:home;T:WPA;P:hunter2;;";

/// Two accounts of one export of Google Authenticator, a code each.
const PARTS: [&str; 2] = [
    "otpauth-migration://offline?data=CikKCjAxMjM0NTY3ODkSDEV4YW1wbGU6ZXJpbhoHRXhhbXBsZSABKAEwAhABGAIgACgH",
    "otpauth-migration://offline?data=CkYKFGFiY2RlZmdoaWprbG1ub3BxcnN0Eh9FeGFtcGxlOmZpbm4td2l0aC1hLWxvbmdlci1uYW1lGgdFeGFtcGxlIAEoATACEAEYAiABKAc%3D",
];

fn on(screen: &Screen, sterk: &Sterk, arguments: &[&str]) -> Command {
    let mut command = sterk.command(arguments);
    command.env("DISPLAY", screen.name()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(screen: &Screen, sterk: &Sterk, arguments: &[&str]) -> Run {
    finish(on(screen, sterk, arguments).spawn().unwrap())
}

fn scan(screen: &Screen) -> Value {
    run(screen, &Sterk::bare(), &["--json", "scan", "--screen", "--reveal"]).json()
}

fn texts(rows: &Value) -> Vec<(&str, &str)> {
    let mut texts: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["source"].as_str().unwrap(), row["text"].as_str().unwrap_or_default()))
        .collect();
    texts.sort_unstable();
    texts
}

#[test]
fn finds_the_codes_of_two_monitors_and_says_where() {
    let screen = Screen::start(1600, 700);
    screen.divide(&[("LEFT", 0, 800), ("RIGHT", 800, 800)]);
    screen.show(ADA, 40, 60, 3);
    let side = screen.show(BOB, 900, 50, 6);
    let rows = scan(&screen);
    assert_eq!(texts(&rows), [("screen:LEFT", ADA), ("screen:RIGHT", BOB)]);
    let corner = &rows[1]["corners"][2];
    let within = |value: &Value, start: i64| (start..start + i64::from(side)).contains(&value.as_i64().unwrap());
    assert!(within(&corner[0], 100) && within(&corner[1], 50), "corners are pixels of the monitor: {rows}");
}

#[test]
fn finds_codes_on_monitors_of_mixed_sizes_and_scales() {
    // A small monitor beside one of twice the density, which stands lower: what is 2 pixels a module on the one is 4
    // on the other.
    let screen = Screen::start(2400, 1500);
    screen.arrange(&[("PLAIN", (0, 0), (800, 600)), ("DENSE", (800, 300), (1600, 1200))]);
    screen.show(ADA, 40, 60, 2);
    let side = i64::from(screen.show(BOB, 1800, 1000, 4));
    // No monitor shows what lies outside of both.
    screen.show(WIFI, 100, 900, 3);
    let rows = scan(&screen);
    assert_eq!(texts(&rows), [("screen:DENSE", BOB), ("screen:PLAIN", ADA)]);
    let dense = rows.as_array().unwrap().iter().find(|row| row["source"] == "screen:DENSE").unwrap();
    let corners: Vec<(i64, i64)> = serde_json::from_value(dense["corners"].clone()).unwrap();
    let inside = |(x, y): &(i64, i64)| (1000..1000 + side).contains(x) && (700..700 + side).contains(y);
    assert!(corners.iter().all(inside), "corners are native pixels of the monitor: {corners:?}");
}

#[test]
fn finds_every_code_of_one_screen_and_keeps_the_accounts() {
    let screen = Screen::start(1200, 800);
    screen.show(ADA, 40, 60, 3);
    screen.show(BOB, 600, 200, 3);
    let sterk = Sterk::new();
    run(&screen, &sterk, &["--yes", "add", "--screen"]).succeeds();
    assert_eq!(sterk.names(), ["ada", "bob"]);
}

#[test]
fn reads_large_modules_as_small_ones() {
    let screen = Screen::start(1400, 1000);
    screen.show(ADA, 10, 10, 2);
    screen.show(BOB, 400, 20, 4);
    screen.show(WIFI, 10, 500, 12);
    let rows = scan(&screen);
    assert_eq!(texts(&rows).len(), 3, "{rows}");
}

#[test]
fn an_account_on_two_monitors_is_kept_once() {
    let screen = Screen::start(1600, 700);
    screen.divide(&[("LEFT", 0, 800), ("RIGHT", 800, 800)]);
    screen.show(ADA, 40, 60, 3);
    screen.show(ADA, 900, 60, 3);
    let sterk = Sterk::new();
    let answer = run(&screen, &sterk, &["--json", "--yes", "add", "--screen"]).json();
    assert_eq!((&answer["added"], &answer["duplicates"]), (&json!(1), &json!(0)), "{answer}");
}

#[test]
fn sees_every_kind_of_x_server() {
    for (kind, options) in [
        ("16 bits a pixel", &["-screen", "0", "640x480x16"][..]),
        ("no shared memory", &["-screen", "0", "640x480x24", "-extension", "MIT-SHM"]),
        ("no monitors", &["-screen", "0", "640x480x24", "-extension", "RANDR"]),
    ] {
        let screen = Screen::start_with(options);
        screen.show(ADA, 40, 60, 3);
        let rows = scan(&screen);
        assert_eq!(texts(&rows), [("screen:screen", ADA)], "{kind}");
    }
}

#[test]
fn sees_every_screen_of_a_server_that_has_two() {
    let screen = Screen::start_with(&["-screen", "0", "640x480x24", "-screen", "1", "800x600x24"]);
    screen.show_on(1, ADA, 40, 60, 3);
    assert_eq!(texts(&scan(&screen)), [("screen:screen.1", ADA)]);
}

#[test]
fn finds_nothing_on_an_empty_screen() {
    let screen = Screen::start(640, 480);
    assert_eq!(scan(&screen), json!([]));
    let sterk = Sterk::new();
    let plain = run(&screen, &sterk, &["scan", "--screen"]).succeeds();
    assert_eq!(plain.stdout, "screen: no QR code was found\n");
    let fault = sterk.unchanged(|| run(&screen, &sterk, &["--json", "add", "--screen"]).fault(1));
    assert_eq!(fault["code"], "no_qr");
    assert!(fault["hint"].as_str().unwrap().contains("--keep-looking"), "{fault}");
}

#[test]
fn says_that_there_is_no_screen() {
    let sterk = Sterk::new();
    let fault = sterk.unchanged(|| sterk.fault(1, &["add", "--screen"]));
    assert_eq!(fault["code"], "no_display");
    assert!(fault["hint"].as_str().unwrap().contains("WAYLAND_DISPLAY"), "{fault}");
    let rows = sterk.json(&["scan", "--screen"]);
    assert_eq!((&rows[0]["source"], &rows[0]["error"]["code"]), (&json!("screen"), &json!("no_display")));
    let gone = sterk.command(&["--json", "add", "--screen"]).env("DISPLAY", ":987654").output().unwrap();
    assert_eq!(Run::from(gone).fault(1)["code"], "no_display");
    assert_eq!(sterk.fault(1, &["add", "--clipboard"])["code"], "clipboard_unavailable");
}

#[test]
fn says_that_a_wayland_session_has_no_portal() {
    let bus = crate::secret_service::SecretService::start_empty();
    let sterk = Sterk::new();
    let mut command = sterk.command(&["--json", "add", "--screen"]);
    command.envs(bus.env()).env("WAYLAND_DISPLAY", "wayland-0").env("DISPLAY", ":987654");
    let fault = sterk.unchanged(|| Run::from(command.output().unwrap()).fault(1));
    assert_eq!(fault["code"], "no_portal", "an X server of a Wayland session does not show its screen");
    assert!(fault["hint"].as_str().unwrap().contains("xdg-desktop-portal"), "{fault}");
}

#[test]
fn reads_a_copied_picture() {
    let screen = Screen::start(64, 64);
    let sterk = Sterk::new();
    screen.copy("image/png", &fs::read(sterk.picture("code.png", ADA)).unwrap());
    let rows = run(&screen, &sterk, &["--json", "scan", "--clipboard", "--reveal"]).json();
    assert_eq!(texts(&rows), [("clipboard", ADA)]);
    run(&screen, &sterk, &["--yes", "add", "--clipboard"]).succeeds();
    assert_eq!(sterk.names(), ["ada"]);
}

#[test]
fn reads_several_copied_links() {
    let screen = Screen::start(64, 64);
    screen.copy("UTF8_STRING", format!("{ADA}\n\n{BOB}\n").as_bytes());
    let sterk = Sterk::new();
    run(&screen, &sterk, &["--yes", "add", "--clipboard"]).succeeds();
    assert_eq!(sterk.names(), ["ada", "bob"]);
}

#[test]
fn says_what_else_was_copied() {
    let screen = Screen::start(64, 64);
    let sterk = Sterk::new();
    let add = ["--json", "add", "--clipboard"];
    assert_eq!(run(&screen, &sterk, &add).fault(1)["code"], "clipboard_empty");
    screen.copy("UTF8_STRING", b"https://example.org");
    assert_eq!(run(&screen, &sterk, &add).fault(1)["code"], "web_link");
    screen.copy("image/png", b"\x89PNG\r\n\x1a\nnot really");
    assert_eq!(run(&screen, &sterk, &add).fault(1)["code"], "clipboard_empty");
}

#[test]
fn keeps_looking_until_a_code_is_there() {
    let screen = Screen::start(900, 600);
    let sterk = Sterk::new();
    let began = Instant::now();
    let child = on(&screen, &sterk, &["--yes", "add", "--screen", "--keep-looking", "100"]).spawn().unwrap();
    wait_for("a look at the empty screen", || began.elapsed() > Duration::from_millis(500));
    screen.show(ADA, 40, 60, 3);
    finish(child).succeeds();
    assert_eq!(sterk.names(), ["ada"]);
    assert!(began.elapsed() < Duration::from_secs(60), "it ends when there is something");
}

#[test]
fn keeps_looking_for_the_missing_part_of_a_set() {
    let screen = Screen::start(900, 900);
    let sterk = Sterk::new();
    let first = screen.show(PARTS[0], 10, 10, 3);
    let answer = run(&screen, &sterk, &["--json", "scan", "--screen"]).json();
    assert_eq!(answer.as_array().unwrap().len(), 1, "one look sees one part: {answer}");
    let child = on(&screen, &sterk, &["--json", "--yes", "add", "--screen", "--keep-looking", "100"]).spawn().unwrap();
    let began = Instant::now();
    wait_for("a look at the first part", || began.elapsed() > Duration::from_millis(500));
    // The next part takes the place of the first, as an app shows them.
    assert!(screen.show(PARTS[1], 10, 10, 3) >= first, "it covers the first");
    let answer = finish(child).json();
    assert_eq!(answer["added"], json!(2), "what was seen once stays seen: {answer}");
}

#[test]
fn looks_at_a_part_of_the_screen_alone() {
    let screen = Screen::start(1600, 700);
    screen.divide(&[("LEFT", 0, 800), ("RIGHT", 800, 800)]);
    let side = i64::from(screen.show(ADA, 40, 60, 3));
    screen.show(BOB, 900, 50, 6);
    let scan = |part: &str| {
        let rows = run(&screen, &Sterk::bare(), &["--json", "scan", "--screen", "--reveal", "--region", part]).json();
        texts(&rows).into_iter().map(|(_, text)| text.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(scan("0,0,800x700"), [ADA]);
    assert_eq!(scan("800,0,800x700"), [BOB], "units of the desktop, whichever monitor it is");
    assert_eq!(scan("-10,-10,5000x5000").len(), 2);
    let (half, most) = (side / 2, side * 3 / 4);
    assert_eq!(scan(&format!("40,60,{most}x{most}")), [ADA], "a corner that is cut off does not matter");
    assert!(scan(&format!("40,60,{}x{}", half - 20, half - 20)).is_empty(), "its middle is outside");
    assert!(scan("5000,0,10x10").is_empty());
}

#[test]
fn refuses_a_part_that_is_none() {
    let sterk = Sterk::bare();
    for part in ["", "1,2", "1,2,3", "1,2,0x5", "1,2,3x", "a,2,3x4", "1,2,-3x4"] {
        assert_eq!(sterk.fault(2, &["scan", "--screen", "--region", part])["code"], "usage", "{part}");
    }
    assert_eq!(sterk.fault(2, &["scan", "--clipboard", "--region", "1,2,3x4"])["code"], "usage");
}

/// Freezes a screen, asks for parts, and returns what the helper answers: of the whole, then of each part.
fn freeze(screen: &Screen, own: &[Mark], parts: &[Value]) -> Vec<Value> {
    let sterk = Sterk::bare();
    let mut command = sterk.command(&["see", "freeze"]);
    command.env("DISPLAY", screen.name()).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    writeln!(input, "{}", json!({"own": own, "limit_ms": 60_000})).unwrap();
    let head = document(&mut output)["Ok"].clone();
    let area = |size: &Value| size[0].as_u64().unwrap() * size[1].as_u64().unwrap();
    let pixels = head["sizes"].as_array().unwrap().iter().map(area).sum::<u64>();
    output.read_exact(&mut vec![0; pixels as usize]).unwrap();
    let mut answers = vec![head["sight"].clone()];
    for part in parts {
        writeln!(input, "{part}").unwrap();
        answers.push(document(&mut output)["Ok"].clone());
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(1), "it ends with who asked");
    answers
}

fn document(output: &mut impl Read) -> Value {
    let mut length = [0; 4];
    output.read_exact(&mut length).unwrap();
    let mut document = vec![0; u32::from_le_bytes(length) as usize];
    output.read_exact(&mut document).unwrap();
    serde_json::from_slice(&document).unwrap()
}

#[test]
fn a_frozen_screen_shows_what_stood_there_and_answers_for_each_part() {
    let screen = Screen::start(1200, 800);
    screen.show(ADA, 40, 60, 3);
    screen.show(BOB, 600, 200, 3);
    let part = |x: u32, width: u32| json!({"place": 0, "x": x, "y": 0, "width": width, "height": 800});
    let answers = freeze(&screen, &[Mark::of(BOB)], &[part(0, 500), part(500, 700)]);
    let texts = |sight: &Value| -> Vec<String> {
        sight["seen"].as_array().unwrap().iter().map(|seen| seen["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&answers[0]), [ADA], "its own symbol is left out from the start");
    assert_eq!(texts(&answers[1]), [ADA]);
    assert!(texts(&answers[2]).is_empty(), "and a closer look leaves it out too");
}

#[test]
fn refuses_to_keep_looking_at_files() {
    let sterk = Sterk::new();
    let picture = sterk.picture("code.png", ADA);
    for wrong in
        [&["scan", &picture, "--keep-looking", "9"][..], &["scan"], &["scan", "--screen", "--keep-looking", "9999"]]
    {
        assert_eq!(sterk.fault(2, wrong)["code"], "usage", "{wrong:?}");
    }
}

#[test]
fn does_not_see_the_symbol_that_the_program_shows_itself() {
    let screen = Screen::start(1200, 800);
    screen.show(ADA, 40, 60, 3);
    screen.show(BOB, 600, 200, 3);
    let sterk = Sterk::bare();
    let mut command = sterk.command(&["see", "screen"]);
    command.env("DISPLAY", screen.name());
    let order = json!({"own": [Mark::of(ADA)], "limit_ms": 20_000}).to_string();
    let answer: Value = serde_json::from_str(&see(command, &order).succeeds().stdout).unwrap();
    let seen = answer["Ok"]["seen"].as_array().unwrap();
    assert_eq!(seen.iter().map(|seen| seen["text"].as_str().unwrap()).collect::<Vec<_>>(), [BOB], "{answer}");
}

/// Runs the helper by hand; it lives as long as its input is open.
fn see(mut command: Command, order: &str) -> Run {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, format!("{order}\n").as_bytes()).unwrap();
    let run = finish(child);
    drop(input);
    run
}

#[test]
fn the_helper_refuses_an_order_that_is_none() {
    let sterk = Sterk::bare();
    for (words, order) in
        [(&["see", "screen"][..], "nonsense\n"), (&["see", "screen"], ""), (&["see", "elsewhere"], "{}\n")]
    {
        let mut command = sterk.command(&[]);
        command.args(words);
        let run = run_with(command, order);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{words:?} {order:?}");
    }
}

/// A server that takes a connection and never answers; the helper hangs in its hands.
struct Silence(TcpListener);

impl Silence {
    fn start() -> Self {
        // A display's number is its port less 6000.
        loop {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            if listener.local_addr().unwrap().port() > 6_000 {
                return Self(listener);
            }
        }
    }

    fn display(&self) -> String {
        format!("127.0.0.1:{}", self.0.local_addr().unwrap().port() - 6_000)
    }

    /// Starts a look in a process group of its own, whose helper hangs.
    fn look(&self, sterk: &Sterk, variables: &[(&str, &str)]) -> Child {
        let mut command = sterk.command(&["--json", "add", "--screen"]);
        command.env("DISPLAY", self.display()).envs(variables.iter().copied()).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }
}

/// Returns the helper that a process started.
fn helper_of(parent: u32) -> u32 {
    let mut found = None;
    wait_for("the helper", || {
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
        let helper = children.split_whitespace().next().and_then(|id| id.parse().ok());
        found = helper.filter(|id: &u32| words_of(*id).ends_with(" see screen "));
        found.is_some()
    });
    found.unwrap()
}

fn words_of(process: u32) -> String {
    String::from_utf8_lossy(&fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default()).replace('\0', " ")
}

fn wait_for(what: &str, mut is_there: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_there() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited for {what} in vain");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_helper_that_hangs_costs_one_message() {
    let (silence, sterk) = (Silence::start(), Sterk::new());
    let fault = sterk.unchanged(|| finish(silence.look(&sterk, &[("STERK_CAPTURE_LIMIT_MS", "400")])).fault(1));
    assert_eq!(fault["code"], "capture_timed_out");
}

#[test]
fn a_helper_that_is_killed_costs_one_message() {
    let (silence, sterk) = (Silence::start(), Sterk::new());
    let child = silence.look(&sterk, &[]);
    let helper = helper_of(child.id());
    assert!(Command::new("kill").args(["-KILL", &helper.to_string()]).status().unwrap().success());
    let run = sterk.unchanged(|| finish(child));
    assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    assert_eq!(run.fault(1)["code"], "capture_failed");
}

#[test]
fn the_helper_is_given_no_secret_and_ends_with_the_program() {
    let (silence, sterk) = (Silence::start(), Sterk::new());
    let mut child = silence.look(&sterk, &[("STERK_PASSPHRASE_FILE", "/nonexistent")]);
    let helper = helper_of(child.id());
    let environment = String::from_utf8_lossy(&fs::read(format!("/proc/{helper}/environ")).unwrap()).into_owned();
    assert!(environment.contains("DISPLAY=") && !environment.contains("STERK_"), "{environment}");
    let open: Vec<_> = fs::read_dir(format!("/proc/{helper}/fd")).unwrap().flatten().collect();
    let files = open.iter().filter_map(|entry| fs::read_link(entry.path()).ok());
    let strange: Vec<_> = files.filter(|file| file.starts_with(sterk.path(""))).collect();
    assert!(strange.is_empty(), "no file of the vault is open in it: {strange:?}");
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for("the end of the helper", || !words_of(helper).ends_with(" see screen "));
}
