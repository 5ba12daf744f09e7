//! Makes the seeds that are no text: sealed files and pictures.

use std::fs;
use std::path::Path;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use sterk::VaultKey;
use sterk::seal::{Header, Kdf, Purpose, RecordId, Slot, VaultId, seal};
use sterk::secret::Passphrase;
use zeroize::Zeroizing;

use crate::properties::sealed::plain;

/// Writes sealed files with the key of their keyring slot beside them.
pub fn write_sealed(folder: &Path) {
    let (key, vault_id) = (VaultKey::make().unwrap(), VaultId::make().unwrap());
    let (keyring, slot_key) = Slot::with_keyring(&key, vault_id, "keyring", 0).unwrap();
    let words = Passphrase::new("correct horse battery staple".into());
    let passphrase = Slot::with_passphrase(&key, vault_id, "passphrase", &words, Kdf::FLOOR, 1).unwrap();
    let recovery = Slot::with_recovery_key(&key, vault_id, "recovery key", 2).unwrap().0;
    let write = |name: &str, purpose, slots: Vec<Slot>, count: u8| {
        let header = Header { purpose, vault_id, made_at: 1_700_000_000, slots };
        let records: Vec<_> = (0..count).map(|number| [number; 16]).map(record).collect();
        fs::write(folder.join(name), seal(&header, &key, &records).unwrap()).unwrap();
    };
    write("empty", Purpose::Vault, vec![keyring.clone()], 0);
    write("one-record", Purpose::Vault, vec![keyring.clone()], 1);
    write("four-records", Purpose::Vault, vec![keyring.clone(), passphrase.clone()], 4);
    write("backup", Purpose::Backup, vec![keyring, passphrase, recovery], 9);
    fs::write(folder.with_extension("key"), slot_key.to_text().as_str()).unwrap();
}

fn record(id: RecordId) -> (RecordId, Zeroizing<Vec<u8>>) {
    (id, Zeroizing::new(plain(&id)))
}

/// Writes one QR code in every format that is read, small, and one picture without any.
pub fn write_pictures(folder: &Path) {
    let uri = "otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP&issuer=Example";
    let code = qrcode::QrCode::new(uri).unwrap().render::<Luma<u8>>().module_dimensions(2, 2).build();
    let code = DynamicImage::ImageLuma8(code);
    code.save_with_format(folder.join("code.png"), ImageFormat::Png).unwrap();
    code.save_with_format(folder.join("code.jpeg"), ImageFormat::Jpeg).unwrap();
    code.to_rgba8().save_with_format(folder.join("code.gif"), ImageFormat::Gif).unwrap();
    code.to_rgb8().save_with_format(folder.join("code.bmp"), ImageFormat::Bmp).unwrap();
    code.to_rgb8().save_with_format(folder.join("code.webp"), ImageFormat::WebP).unwrap();
    let noise = GrayImage::from_fn(40, 30, |x, y| Luma([((x * 37) ^ (y * 101)) as u8]));
    noise.save_with_format(folder.join("noise.png"), ImageFormat::Png).unwrap();
}

/// Writes small frames: a plain code, a light one, a soft one, a bent one, and noise.
pub fn write_frames(folder: &Path) {
    let code = qrcode::QrCode::new("otpauth").unwrap().render::<Luma<u8>>().module_dimensions(3, 3).build();
    let write = |name: &str, image: &GrayImage| {
        let bytes = [&[(image.width() - 1) as u8], image.as_raw().as_slice()].concat();
        fs::write(folder.join(name), bytes).unwrap();
    };
    let mut light = code.clone();
    image::imageops::invert(&mut light);
    let bent = GrayImage::from_fn(code.width(), code.height(), |x, y| {
        let x = x as f32 + 3.0 * (y as f32 / 14.0).sin();
        *code.get_pixel((x.max(0.0) as u32).min(code.width() - 1), y)
    });
    write("code", &code);
    write("light", &light);
    write("soft", &image::imageops::blur(&code, 1.5));
    write("bent", &bent);
    write("noise", &GrayImage::from_fn(40, 30, |x, y| Luma([((x * 37) ^ (y * 101)) as u8])));
}
