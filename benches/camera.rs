//! The live loop of a camera, with frames of 1280 x 720 as cameras give them: `cargo bench --bench camera`.
//!
//! `taskset -c 0` before it gives showing and reading one core between them. Goals: `docs/performance.md`.
#![expect(clippy::unwrap_used, reason = "a bench stops where its setting fails")]

use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, Luma};
use sterk::capture::CaptureError;
use sterk::capture::camera::{Coding, Eye, Raw, look};
use zeroize::Zeroizing;

const SIZE: (u32, u32) = (1280, 720);
const LINK: &str = "otpauth://totp/Harbour:ada?secret=JBSWY3DPEHPK3PXP";

/// Gives one frame for ever, as fast as it is taken.
struct Still {
    coding: Coding,
    bytes: Vec<u8>,
}

impl Eye for Still {
    fn next(&mut self) -> Result<Raw, CaptureError> {
        let bytes = Zeroizing::new(self.bytes.clone());
        Ok(Raw { coding: self.coding, width: SIZE.0, height: SIZE.1, bytes })
    }
}

/// Draws a wall with some texture, and a code before it when told to.
fn scene(with_code: bool) -> GrayImage {
    let mut picture =
        GrayImage::from_fn(SIZE.0, SIZE.1, |x, y| Luma([(120 + (x / 7 * 13 + y / 5 * 29) % 60 + (x * y) % 9) as u8]));
    if with_code {
        let code = qrcode::QrCode::new(LINK).unwrap().render::<Luma<u8>>().module_dimensions(6, 6).build();
        image::imageops::overlay(&mut picture, &code, 420, 200);
    }
    picture
}

fn plain(picture: &GrayImage) -> Still {
    Still { coding: Coding::Yuyv, bytes: picture.pixels().flat_map(|pixel| [pixel.0[0], 128]).collect() }
}

fn packed(picture: &GrayImage) -> Still {
    let mut bytes = Vec::new();
    let colours = image::DynamicImage::ImageLuma8(picture.clone()).into_rgb8();
    JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(&colours).unwrap();
    Still { coding: Coding::Jpeg, bytes }
}

/// Takes so many previews while another thread reads.
fn previews(eye: &mut Still, count: u64) -> Duration {
    let (began, mut left) = (Instant::now(), count);
    look(eye, &[], |_| {
        left -= 1;
        left > 0
    })
    .unwrap();
    began.elapsed()
}

/// Looks until the code is read.
fn until_read(eye: &mut Still) {
    look(eye, &[], |sighting| sighting.seen.is_empty()).unwrap();
}

fn cameras(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("camera of 1280 x 720");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    for (what, with_code) in [("with a code", true), ("without", false)] {
        let picture = scene(with_code);
        for (coding, mut eye) in [("plain", plain(&picture)), ("packed", packed(&picture))] {
            let name = format!("a preview, {coding}, {what}");
            group.bench_function(name, |timer| timer.iter_custom(|count| previews(&mut eye, count)));
        }
    }
    let mut eye = packed(&scene(true));
    group.bench_function("a code held still, from the first frame to its text", |timer| {
        timer.iter(|| until_read(&mut eye));
    });
    group.finish();
}

criterion_group!(camera, cameras);
criterion_main!(camera);
