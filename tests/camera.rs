//! Real cameras: `/dev/video*` of a virtual machine, where two drivers of Linux make cameras without any device.
//!
//! `v4l2loopback` shows what a test feeds it; `vivid` shows colours, is used by one program alone, and can be unplugged.
//! This runs as root inside the machine that `tests/camera/machine.sh` boots; `cargo xtask test --camera` does all of it.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops where its setting fails")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, Luma};
use serde_json::{Value, json};
use sterk::capture::{CaptureError, Helper, Watch};
use v4l::control::{Control, Value as Setting};
use v4l::video::capture::Parameters;
use v4l::video::{Capture, Output};
use v4l::{Device, FourCC};

const STERK: &str = env!("CARGO_BIN_EXE_sterk");
const LINK: &str = "otpauth://totp/Lens:ada?secret=JBSWY3DPEHPK3PXP";
const OTHER: &str = "otpauth://totp/Other:ada?secret=GEZDGNBVGY3TQOJQ";
const SIZE: (u32, u32) = (1280, 720);
const PLAIN: &[u8; 4] = b"YUYV";
const PACKED: &[u8; 4] = b"MJPG";
/// A camera gives a picture in this time.
const RATE: Duration = Duration::from_millis(60);
/// The machine has no processor of its own.
const PATIENCE: Duration = Duration::from_secs(60);
/// Nobody, who may use no camera.
const NOBODY: u32 = 65_534;

/// One test at a time: each brings the cameras that it needs.
static TURN: Mutex<()> = Mutex::new(());

/// A driver with its cameras; they are gone when it is dropped.
struct Driver {
    name: &'static str,
    _turn: MutexGuard<'static, ()>,
}

impl Driver {
    /// Loads what shows what it is fed, one camera for each number.
    fn loopback(numbers: &str) -> Self {
        let devices = format!("devices={}", numbers.split(',').count());
        let names = numbers.split(',').map(|number| format!("Lens {number}")).collect::<Vec<_>>().join(",");
        let (numbers, names) = (format!("video_nr={numbers}"), format!("card_label={names}"));
        let exclusive = format!("exclusive_caps={}", ["1"; 8].join(","));
        Self::load("v4l2loopback", &[&devices, &numbers, &names, &exclusive])
    }

    /// Loads one webcam with a picture of colours.
    fn vivid() -> Self {
        Self::load("vivid", &["n_devs=1", "node_types=0x1", "num_inputs=1", "input_types=0", "vid_cap_nr=0"])
    }

    fn load(name: &'static str, options: &[&str]) -> Self {
        let turn = take_turn();
        let loaded = modprobe().arg(name).args(options).status().unwrap();
        assert!(loaded.success(), "{name} does not load");
        let driver = Self { name, _turn: turn };
        wait_for("the camera", || Path::new("/dev/video0").exists());
        driver
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let start = Instant::now();
        while !modprobe().args(["-q", "-r", self.name]).status().unwrap().success() {
            if start.elapsed() > PATIENCE {
                assert!(thread::panicking(), "somebody still holds a camera of {}", self.name);
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

fn take_turn() -> MutexGuard<'static, ()> {
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn modprobe() -> Command {
    let folder = std::env::var_os("STERK_MACHINE").expect("`cargo xtask test --camera` runs this in its machine");
    let mut command = Command::new("modprobe");
    command.arg("-d").arg(folder);
    command
}

fn wait_for(what: &str, is_there: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_there() {
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what} in vain");
        thread::sleep(Duration::from_millis(20));
    }
}

/// What stands before a camera of the loopback driver, until it is dropped.
struct Scene {
    frame: Arc<Mutex<Vec<u8>>>,
    coding: &'static [u8; 4],
    over: Arc<AtomicBool>,
    feeder: Option<JoinHandle<()>>,
}

impl Scene {
    /// Puts an empty wall before a camera.
    fn before(camera: usize, coding: &'static [u8; 4]) -> Self {
        let device = Device::new(camera).unwrap();
        let mut format = Output::format(&device).unwrap();
        (format.width, format.height, format.fourcc) = (SIZE.0, SIZE.1, FourCC::new(coding));
        let set = Output::set_format(&device, &format).unwrap();
        assert_eq!((set.width, set.height, set.fourcc), (SIZE.0, SIZE.1, FourCC::new(coding)));
        let frame = Arc::new(Mutex::new(encoded(&wall(), coding)));
        let over = Arc::new(AtomicBool::new(false));
        let feeder = thread::spawn({
            let (frame, over) = (frame.clone(), over.clone());
            move || feed(device, &frame, &over)
        });
        Self { frame, coding, over, feeder: Some(feeder) }
    }

    fn with(self, text: &str) -> Self {
        self.show(text);
        self
    }

    fn show(&self, text: &str) {
        let code = qrcode::QrCode::new(text).unwrap();
        let mut picture = wall();
        image::imageops::overlay(&mut picture, &code.render::<Luma<u8>>().module_dimensions(8, 8).build(), 380, 120);
        *self.frame.lock().unwrap() = encoded(&picture, self.coding);
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        self.feeder.take().map(JoinHandle::join);
    }
}

fn feed(mut device: Device, frame: &Mutex<Vec<u8>>, over: &AtomicBool) {
    while !over.load(Ordering::SeqCst) {
        let frame = frame.lock().unwrap().clone();
        // A camera through which nobody looks may refuse one.
        let _ = device.write(&frame);
        thread::sleep(RATE);
    }
}

fn wall() -> GrayImage {
    GrayImage::from_pixel(SIZE.0, SIZE.1, Luma([170]))
}

fn encoded(picture: &GrayImage, coding: &[u8; 4]) -> Vec<u8> {
    if coding == PLAIN {
        return picture.pixels().flat_map(|pixel| [pixel.0[0], 128]).collect();
    }
    let mut bytes = Vec::new();
    let colours = image::DynamicImage::ImageLuma8(picture.clone()).into_rgb8();
    JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(&colours).unwrap();
    bytes
}

fn scanning(words: &[&str]) -> Command {
    let mut command = Command::new(STERK);
    command.args(["--json", "scan", "--reveal"]).args(words);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn answer(child: Child) -> Value {
    let output = child.wait_with_output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {output:?}"))
}

fn scan(words: &[&str]) -> Value {
    answer(scanning(words).spawn().unwrap())
}

/// Expects one error instead of codes.
fn assert_error(rows: &Value, code: &str) {
    assert_eq!(rows[0]["error"]["code"], code, "{rows}");
}

fn watch() -> Watch {
    Helper::new(STERK).watch(None, &[]).unwrap()
}

/// Looks on until there is nothing more to see.
fn end_of(watch: &mut Watch) -> CaptureError {
    loop {
        if let Err(error) = watch.next() {
            return error;
        }
    }
}

/// Tells whether any process has a camera open.
fn in_use() -> bool {
    let files = entries("/proc").into_iter().flat_map(|process| entries(process.join("fd")));
    files.filter_map(|file| fs::read_link(file).ok()).any(|file| file.starts_with("/dev") && is_camera(&file))
}

fn is_camera(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("video"))
}

fn entries(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect()
}

#[test]
fn reads_a_code_in_plain_and_in_compressed_pictures() {
    let _driver = Driver::loopback("0");
    for coding in [PLAIN, PACKED] {
        let _scene = Scene::before(0, coding).with(LINK);
        let rows = scan(&["--camera"]);
        assert_eq!((&rows[0]["text"], &rows[0]["source"]), (&json!(LINK), &json!("camera")), "{coding:?} {rows}");
    }
}

#[test]
fn waits_for_a_code_that_comes_later() {
    let _driver = Driver::loopback("0");
    let scene = Scene::before(0, PACKED);
    let mut watch = watch();
    watch.next().unwrap();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(3) {
        assert!(watch.next().unwrap().seen.is_empty(), "the wall is empty");
    }
    scene.show(LINK);
    let seen = loop {
        let sighting = watch.next().unwrap();
        if let Some(seen) = sighting.seen.into_iter().next() {
            break seen;
        }
    };
    assert_eq!(&*seen.text, LINK);
    let (x, y) = seen.spot.unwrap().corners[0];
    // At 380 and 120, four light modules of 8 further on, in a preview of three eighths.
    assert!((x - 154).abs() <= 3 && (y - 57).abs() <= 3, "{x} {y}");
}

#[test]
fn names_the_cameras_and_looks_through_the_one_that_is_meant() {
    let _driver = Driver::loopback("0,3,7");
    let _scenes = [Scene::before(0, PLAIN).with(LINK), Scene::before(3, PLAIN).with(OTHER)];
    let cameras = Helper::new(STERK).cameras().unwrap();
    let cameras: Vec<_> = cameras.iter().map(|camera| (camera.index, camera.name.as_str())).collect();
    assert_eq!(cameras, [(0, "Lens 0"), (3, "Lens 3")], "the last one gives no pictures");
    assert_eq!(scan(&["--camera=3"])[0]["text"], OTHER);
    assert_error(&scan(&["--camera=5"]), "no_camera");
    assert_error(&scan(&["--camera=7"]), "no_camera");
}

#[test]
fn says_that_there_is_no_camera() {
    {
        let _turn = take_turn();
        assert!(Helper::new(STERK).cameras().unwrap().is_empty());
        assert_error(&scan(&["--camera"]), "no_camera");
    }
    let _driver = Driver::loopback("0");
    assert_error(&scan(&["--camera"]), "no_camera");
}

#[test]
fn says_that_another_program_uses_it_and_lets_go_of_it_at_once() {
    let _driver = Driver::vivid();
    let mut watch = watch();
    watch.next().unwrap();
    assert_error(&scan(&["--camera"]), "camera_busy");
    assert!(watch.next().is_ok(), "asking takes it from nobody");
    assert!(in_use());
    drop(watch);
    assert!(!in_use(), "its light is off");
    assert!(Helper::new(STERK).watch(Some(0), &[]).unwrap().next().is_ok(), "and another one may use it");
}

#[test]
fn opens_a_camera_that_was_left_at_a_broken_rate_and_chooses_a_fluent_one() {
    let _driver = Driver::vivid();
    let device = Device::new(0).unwrap();
    Capture::set_format(&device, &v4l::Format::new(SIZE.0, SIZE.1, FourCC::new(PLAIN))).unwrap();
    let left = Capture::set_params(&device, &Parameters::with_fps(25)).unwrap();
    assert_eq!((left.interval.numerator, left.interval.denominator), (2, 25), "12.5 pictures a second");
    drop(device);
    let preview = watch().next().unwrap().preview;
    // In 1280 x 720 this driver offers 25 pictures a second and gives half of that.
    assert_eq!((preview.width, preview.height), (480, 360), "640 x 480 before what stumbles");
}

#[test]
fn says_that_it_was_unplugged() {
    let _driver = Driver::vivid();
    let mut watch = watch();
    watch.next().unwrap();
    unplug();
    let error = end_of(&mut watch);
    assert_eq!(error, CaptureError::CameraGone);
}

fn unplug() {
    let device = Device::new(0).unwrap();
    let controls = device.query_controls().unwrap();
    let button = controls.iter().find(|control| control.name == "Disconnect").unwrap();
    device.set_control(Control { id: button.id, value: Setting::Integer(1) }).unwrap();
}

#[test]
fn says_that_it_is_not_allowed() {
    let _driver = Driver::vivid();
    fs::set_permissions("/dev/video0", fs::Permissions::from_mode(0o660)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = folder.path().join("sterk");
    fs::copy(STERK, &program).unwrap();
    let mut command = Command::new(program);
    command.args(["--json", "scan", "--camera"]).env("HOME", folder.path()).uid(NOBODY).gid(NOBODY);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    assert_error(&answer(command.spawn().unwrap()), "camera_denied");
}

#[test]
fn says_that_it_stopped_giving_pictures() {
    let _driver = Driver::loopback("0");
    let scene = Scene::before(0, PLAIN);
    let mut watch = watch();
    watch.next().unwrap();
    // It stays there and is not fed any more.
    let held = scene.frame.lock().unwrap();
    let error = end_of(&mut watch);
    drop(held);
    assert_eq!(error.code(), "camera_failed", "{error}");
}
