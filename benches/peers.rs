//! The reader beside others on the same drawn pictures, each a process of its own: `cargo bench --bench peers`.
//!
//! `zbarimg` (zbar-tools) and `ZXingReader` (zxing-cpp-tools) take part where they are installed. Goals and results:
//! `docs/performance.md`.
#![expect(clippy::unwrap_used, reason = "a bench stops where its setting fails")]

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};
use image::{GrayImage, Luma, imageops};

/// A reader: its program and the words before the name of the picture.
const READERS: [(&str, &[&str]); 3] = [
    (env!("CARGO_BIN_EXE_sterk"), &["scan", "--json"]),
    ("zbarimg", &["-q", "--raw", "-Sdisable", "-Sqrcode.enable"]),
    ("ZXingReader", &["-format", "QRCode"]),
];

/// Draws a page of grey bars with one QR code, and saves it.
fn draw(path: &Path, width: u32, height: u32) {
    let uri = "otpauth://totp/Example:ada@example.org?secret=JBSWY3DPEHPK3PXP&issuer=Example";
    let code = qrcode::QrCode::new(uri).unwrap().render::<Luma<u8>>().module_dimensions(4, 4).build();
    let is_text = |x: u32, y: u32| (x / 3 + y / 5 * 7) % 11 < 3 && y % 20 < 11 && x % 640 > 60;
    let mut page = GrayImage::from_fn(width, height, |x, y| Luma([if is_text(x, y) { 40 } else { 225 }]));
    imageops::replace(&mut page, &code, i64::from(width / 2), i64::from(height / 3));
    page.save(path).unwrap();
}

fn is_installed(program: &str) -> bool {
    let mut command = Command::new(program);
    let asked = command.arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status();
    !asked.is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

fn peers(bench: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut group = bench.benchmark_group("one QR code in a file");
    group.sample_size(10);
    for (program, words) in READERS {
        let name = Path::new(program).file_name().unwrap().to_string_lossy();
        if !is_installed(program) {
            eprintln!("skipped {name}: it is not installed");
            continue;
        }
        for (width, height) in [(640, 480), (1920, 1080), (3840, 2160)] {
            let picture = folder.path().join(format!("{width} x {height}.png"));
            draw(&picture, width, height);
            let read = || {
                let output = Command::new(program).args(words).arg(&picture).stdin(Stdio::null()).output().unwrap();
                assert!(output.status.success(), "{name} reads {width} x {height}");
            };
            group.bench_function(format!("{width} x {height} by {name}"), |timer| timer.iter(read));
        }
    }
    group.finish();
}

criterion_group!(all, peers);
criterion_main!(all);
