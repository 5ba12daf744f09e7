//! Pictures of QR codes, drawn here, through every format and against every bound.

#![expect(clippy::unwrap_used, reason = "a test stops where its own drawing fails")]

use std::io::Cursor;
use std::time::Duration;

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgba, RgbaImage};
use qrcode::{Color, EcLevel, QrCode, Version};
use sterk::scan::{Budget, Frame, Live, PictureError, Stop, picture, read, read_early, read_within};

const TEXT: &str = "otpauth://totp/Example:ada@example.org?secret=JBSWY3DPEHPK3PXP&issuer=Example";

/// Draws a code, `scale` pixels a module, with a quiet zone of four modules.
fn drawn(text: &str, scale: u32) -> GrayImage {
    modules(&QrCode::new(text).unwrap(), scale, 4)
}

fn modules(code: &QrCode, scale: u32, quiet: u32) -> GrayImage {
    let side = code.width() as u32;
    let total = (side + 2 * quiet) * scale;
    GrayImage::from_fn(total, total, |x, y| {
        let (x, y) = ((x / scale).wrapping_sub(quiet), (y / scale).wrapping_sub(quiet));
        let dark = x < side && y < side && code[(x as usize, y as usize)] == Color::Dark;
        Luma([if dark { 0 } else { 255 }])
    })
}

fn frame_of(image: &GrayImage) -> Frame {
    Frame::new(image.width(), image.height(), image.as_raw().clone()).unwrap()
}

fn texts(image: &GrayImage) -> Vec<String> {
    read(&frame_of(image)).iter().map(|symbol| symbol.text.to_string()).collect()
}

fn file_of(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn texts_in_file(bytes: &[u8]) -> Vec<String> {
    let reading = picture(bytes).unwrap().read(Budget::default());
    assert!(reading.complete, "the budget is far above what a small picture takes");
    reading.symbols.iter().map(|symbol| symbol.text.to_string()).collect()
}

/// Turns about the centre, nearest pixel, on a white ground that holds all corners.
fn turned(image: &GrayImage, degrees: f64) -> GrayImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (half, wide) = (f64::from(image.width()) / 2.0, image.width() * 3 / 2);
    GrayImage::from_fn(wide, wide, |x, y| {
        let (x, y) = (f64::from(x) + 0.5 - f64::from(wide) / 2.0, f64::from(y) + 0.5 - f64::from(wide) / 2.0);
        let (x, y) = (cos * x + sin * y + half, cos * y - sin * x + half);
        let inside = x >= 0.0 && y >= 0.0 && x < f64::from(image.width()) && y < f64::from(image.height());
        if inside { *image.get_pixel(x as u32, y as u32) } else { Luma([255]) }
    })
}

/// Returns the same pseudo-random bytes every time (xorshift).
fn noise() -> impl FnMut() -> u8 {
    let mut state = 0x2545_f491_u32;
    move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 11) as u8
    }
}

#[test]
fn reads_every_image_format() {
    let code = DynamicImage::from(drawn(TEXT, 4)).to_rgb8();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
        assert_eq!(texts_in_file(&file_of(code.clone(), format)), [TEXT], "{format:?}");
    }
}

#[test]
fn reads_every_depth_of_png() {
    let code = DynamicImage::from(drawn(TEXT, 4));
    let depths: [DynamicImage; 6] = [
        code.to_luma8().into(),
        code.to_luma_alpha8().into(),
        code.to_rgba8().into(),
        code.to_luma16().into(),
        code.to_rgb16().into(),
        code.to_rgba16().into(),
    ];
    for image in depths {
        assert_eq!(texts_in_file(&file_of(image.clone(), ImageFormat::Png)), [TEXT], "{:?}", image.color());
    }
}

#[test]
fn reads_every_still_of_an_animation() {
    let mut bytes = Vec::new();
    let stills = ["first", "second", "second"].map(|text| DynamicImage::from(drawn(text, 4)).to_rgba8());
    GifEncoder::new(&mut bytes).encode_frames(stills.map(image::Frame::new)).unwrap();
    assert_eq!(texts_in_file(&bytes), ["first", "second"]);
    assert_eq!(picture(&bytes).unwrap().frames().count(), 2, "a still that repeats the last is read once");
}

#[test]
fn reads_light_on_dark() {
    let mut image = drawn(TEXT, 4);
    image.pixels_mut().for_each(|pixel| pixel.0[0] = 255 - pixel.0[0]);
    assert_eq!(texts(&image), [TEXT]);
}

#[test]
fn reads_modules_on_a_transparent_ground_and_transparent_modules() {
    let code = drawn(TEXT, 4);
    let paint = |dark: [u8; 4], light: [u8; 4]| {
        let picked = |x, y| Rgba(if code.get_pixel(x, y).0[0] == 0 { dark } else { light });
        file_of(RgbaImage::from_fn(code.width(), code.height(), picked), ImageFormat::Png)
    };
    let (black, white, clear, clear_white) = ([0, 0, 0, 255], [255; 4], [0; 4], [255, 255, 255, 0]);
    assert_eq!(texts_in_file(&paint(black, clear)), [TEXT], "dark modules on nothing");
    assert_eq!(texts_in_file(&paint(clear_white, white)), [TEXT], "holes in a white sheet");
    assert_eq!(texts_in_file(&paint(clear, black)), [TEXT], "holes in a black sheet");
    assert_eq!(texts_in_file(&paint(white, clear_white)), [TEXT], "light modules on nothing");
}

#[test]
fn reads_five_codes_of_one_picture_in_reading_order() {
    let mut page = GrayImage::from_pixel(900, 700, Luma([255]));
    let places = [("one", 10, 5), ("two", 350, 10), ("three", 700, 15), ("four", 20, 400), ("five", 500, 420)];
    for (text, x, y) in places {
        image::imageops::replace(&mut page, &drawn(text, 5), x, y);
    }
    assert_eq!(texts(&page), ["one", "two", "three", "four", "five"]);
    let symbols = read(&frame_of(&page));
    let near = |(x, y): (i32, i32), (at_x, at_y): (i32, i32)| (x - at_x).abs() <= 10 && (y - at_y).abs() <= 10;
    let fifth = &symbols[4].corners;
    assert!(near(fifth[0], (520, 440)), "corners are places in the frame: {fifth:?}");
    let side = fifth[1].0 - fifth[0].0;
    let square = [(0, 0), (side, 0), (side, side), (0, side)].map(|(x, y)| (520 + x, 440 + y));
    assert!(fifth.iter().zip(square).all(|(corner, at)| near(*corner, at)), "they go round: {fifth:?}");
}

#[test]
fn reads_at_any_turn() {
    for degrees in [0.0, 30.0, 90.0, 180.0, 270.0] {
        assert_eq!(texts(&turned(&drawn(TEXT, 6), degrees)), [TEXT], "{degrees} degrees");
    }
}

#[test]
fn reads_modules_of_two_pixels() {
    assert_eq!(texts(&drawn(TEXT, 2)), [TEXT]);
}

#[test]
fn reads_a_picture_that_is_nothing_but_a_code_of_one_pixel_a_module() {
    let code = modules(&QrCode::new(TEXT).unwrap(), 1, 0);
    assert_eq!(texts(&code), [TEXT]);
}

#[test]
fn reads_a_code_without_a_quiet_zone_on_a_dark_page() {
    let code = modules(&QrCode::new(TEXT).unwrap(), 4, 0);
    let mut page = GrayImage::from_pixel(300, 260, Luma([0]));
    image::imageops::replace(&mut page, &code, 70, 50);
    assert_eq!(texts(&page), [TEXT]);
}

#[test]
fn reads_the_largest_symbol_there_is() {
    let text: String = ('a'..='z').cycle().take(1270).collect();
    let code = QrCode::with_version(&text, Version::Normal(40), EcLevel::H).unwrap();
    assert_eq!(texts(&modules(&code, 3, 4)), [text]);
}

#[test]
fn reads_amid_noise() {
    let mut noise = noise();
    let mut page = GrayImage::from_fn(500, 500, |_, _| Luma([noise()]));
    image::imageops::replace(&mut page, &drawn(TEXT, 5), 120, 110);
    assert_eq!(texts(&page), [TEXT]);
}

/// Bends a sheet: each pixel is taken from a place that swings along both axes.
fn bent(image: &GrayImage, swing: f32, wave: f32) -> GrayImage {
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        let (x, y) = (x as f32, y as f32);
        let (x, y) = (x + swing * (y / wave).sin(), y + swing * (x / wave).cos());
        let inside = x >= 0.0 && y >= 0.0 && x < image.width() as f32 && y < image.height() as f32;
        if inside { *image.get_pixel(x as u32, y as u32) } else { Luma([255]) }
    })
}

#[test]
fn reads_a_sheet_that_is_not_flat() {
    assert_eq!(texts(&bent(&drawn(TEXT, 5), 4.0, 50.0)), [TEXT]);
}

/// Moves the camera while it takes the picture: each pixel is the mean of `length` along a row.
fn moved(image: &GrayImage, length: u32) -> GrayImage {
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        let sum: u32 = (0..length).map(|step| u32::from(image.get_pixel(x.saturating_sub(step), y).0[0])).sum();
        Luma([(sum / length) as u8])
    })
}

#[test]
fn reads_a_code_that_moved_by_nearly_two_modules() {
    assert_eq!(texts(&moved(&drawn(TEXT, 5), 9)), [TEXT]);
}

#[test]
fn reads_a_code_of_which_one_side_is_out_of_focus() {
    let sharp = drawn(TEXT, 5);
    let soft = image::imageops::blur(&sharp, 4.0);
    let width = sharp.width();
    let half = GrayImage::from_fn(width, sharp.height(), |x, y| {
        let part = (6.0 * x as f32 / width as f32 - 1.0).clamp(0.0, 1.0);
        let [sharp, soft] = [&sharp, &soft].map(|image| f32::from(image.get_pixel(x, y).0[0]));
        Luma([(sharp * part + soft * (1.0 - part)) as u8])
    });
    assert_eq!(texts(&half), [TEXT]);
}

#[test]
fn hands_over_a_symbol_before_the_answer_and_stops_when_told() {
    let stop = Stop::default();
    let mut early = Vec::new();
    let reading = read_early(&frame_of(&drawn(TEXT, 4)), Budget::default(), &stop, |symbol| {
        early.push(symbol.text.to_string());
        stop.stop();
    });
    assert_eq!(early, [TEXT]);
    assert!(stop.is_stopped() && !reading.complete, "the ladder was left early");
}

#[test]
fn reads_a_camera_that_is_held_still() {
    let mut live = Live::default();
    let mut frames = |image: &GrayImage| {
        let frame = frame_of(image);
        (0..7).flat_map(|_| live.read(&frame, Budget::default()).symbols).next().map(|symbol| symbol.text.to_string())
    };
    assert_eq!(frames(&drawn(TEXT, 4)).as_deref(), Some(TEXT), "an easy code");
    assert_eq!(frames(&bent(&drawn(TEXT, 5), 4.0, 50.0)).as_deref(), Some(TEXT), "a hard one, by turns");
    assert_eq!(frames(&GrayImage::from_pixel(64, 48, Luma([90]))), None);
}

#[test]
fn reads_no_text_where_there_is_no_code() {
    let mut noise = noise();
    assert!(texts(&GrayImage::from_fn(400, 300, |_, _| Luma([noise()]))).is_empty());
    assert!(texts(&GrayImage::from_pixel(1, 1, Luma([0]))).is_empty());
    assert!(texts(&GrayImage::from_pixel(3000, 1, Luma([9]))).is_empty());
    assert!(texts(&GrayImage::from_pixel(2, 3000, Luma([9]))).is_empty());
}

#[test]
fn keeps_letters_of_other_scripts() {
    assert_eq!(texts(&drawn("otpauth://totp/Zoë:日本", 4)), ["otpauth://totp/Zoë:日本"]);
}

#[test]
fn gives_the_same_answer_twice() {
    let mut noise = noise();
    let mut page = GrayImage::from_fn(400, 400, |_, _| Luma([noise() / 2 + 64]));
    image::imageops::replace(&mut page, &drawn("a", 5), 20, 30);
    image::imageops::replace(&mut page, &drawn("b", 5), 200, 180);
    assert_eq!(read(&frame_of(&page)), read(&frame_of(&page)));
}

#[test]
fn says_when_the_budget_left_no_time() {
    let reading = read_within(&frame_of(&drawn(TEXT, 4)), Budget { per_picture: Duration::ZERO });
    assert!(reading.symbols.is_empty() && !reading.complete);
    let file = picture(&file_of(drawn(TEXT, 4), ImageFormat::Png)).unwrap();
    assert!(!file.read(Budget { per_picture: Duration::ZERO }).complete);
}

#[test]
fn refuses_what_is_no_picture() {
    for bytes in [&b""[..], b"otpauth://totp/a?secret=AA", b"\x00\x01\x02\x03"] {
        assert_eq!(picture(bytes).unwrap_err(), PictureError::NotAPicture);
    }
    assert_eq!(picture(b"").unwrap_err().code(), "not_a_picture");
}

#[test]
fn refuses_a_format_that_is_not_read() {
    let error = picture(b"II*\0\x08\0\0\0\0\0\0\0").unwrap_err();
    assert_eq!((error, error.code()), (PictureError::UnsupportedFormat, "picture_format_unsupported"));
}

#[test]
fn refuses_a_picture_that_ends_early() {
    let code = DynamicImage::from(drawn(TEXT, 4)).to_rgb8();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
        let bytes = file_of(code.clone(), format);
        let error = picture(&bytes[..40.min(bytes.len() / 2)]).unwrap_err();
        assert_eq!((error, error.code()), (PictureError::Damaged, "picture_damaged"), "{format:?}");
    }
    let png = file_of(code, ImageFormat::Png);
    assert_eq!(picture(&png[..png.len() / 2]).unwrap_err(), PictureError::Damaged);
}

#[test]
fn refuses_a_picture_by_its_declared_size() {
    for (width, height) in [(60_000, 60_000), (20_000, 20_000), (40_000, 1)] {
        let error = picture(&png_that_declares(width, height)).unwrap_err();
        assert_eq!((error, error.code()), (PictureError::TooLarge { width, height }, "picture_too_large"));
    }
    let mut gif = file_of(DynamicImage::from(drawn("a", 1)).to_rgb8(), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xff; 4]);
    assert_eq!(picture(&gif).unwrap_err(), PictureError::TooLarge { width: 65_535, height: 65_535 });
}

#[test]
fn refuses_a_file_over_64_mib() {
    let error = picture(&vec![0; (64 << 20) + 1]).unwrap_err();
    assert_eq!((error, error.code()), (PictureError::FileTooLarge, "picture_too_large"));
}

/// Makes a PNG whose header declares a size and whose pixels are one empty chunk.
fn png_that_declares(width: u32, height: u32) -> Vec<u8> {
    let mut header = width.to_be_bytes().to_vec();
    header.extend(height.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, body) in [(b"IHDR", header), (b"IDAT", Vec::new()), (b"IEND", Vec::new())] {
        bytes.extend((body.len() as u32).to_be_bytes());
        let named = [&name[..], &body].concat();
        bytes.extend(&named);
        bytes.extend(crc32(&named).to_be_bytes());
    }
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// The picture that `sterk tour` enrols. To draw it again: `cargo test --test scan -- --ignored draws_the_sample`.
const SAMPLE: &str = "src/bin/sterk/sample.png";
/// Invented: base32 of the twenty letters `sample-for-the-tour!`.
const SAMPLE_TEXT: &str =
    "otpauth://totp/Example:ada@example.org?secret=ONQW24DMMUWWM33SFV2GQZJNORXXK4RB&issuer=Example";

fn sample() -> GrayImage {
    let code = QrCode::with_error_correction_level(SAMPLE_TEXT, EcLevel::M).unwrap();
    modules(&code, 6, 4)
}

#[test]
#[ignore = "writes the sample picture of the tour"]
fn draws_the_sample() {
    sample().save(SAMPLE).unwrap();
}

#[test]
fn keeps_a_sample_that_reads_as_its_source_says() {
    let file = std::fs::read(SAMPLE).unwrap();
    assert!(file.len() < 4096, "it is part of the program");
    assert_eq!(image::load_from_memory(&file).unwrap().to_luma8(), sample(), "draw it again as its comment says");
    assert_eq!(texts_in_file(&file), [SAMPLE_TEXT]);
}
