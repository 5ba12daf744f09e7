//! What the core must do quickly, by the piece: `cargo bench --bench core`. Goals: `docs/performance.md`.
#![expect(clippy::unwrap_used, reason = "a bench stops where its setting fails")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use sterk::account::search::{Index, search};
use sterk::account::uri;
use sterk::import;
use sterk::scan::{Budget, Frame, Live, Stop, read_early};
use sterk::seal::{Header, Kdf, Purpose, Sealed, Slot, VaultId, seal};
use sterk::vault::{LockedVault, NewSlots};
use sterk::{
    Account, AccountId, Algorithm, Digits, Draft, Otp, Passphrase, Period, Pin, Secret, Vault, VaultError, VaultKey,
};
use tempfile::TempDir;
use zeroize::Zeroizing;

const MANY: u32 = 10_000;
const NOW_MS: u64 = 1_700_000_000_000;

/// Makes the way codes are made of account `number`: of ten, seven are TOTP with SHA-1.
fn otp(number: u32) -> Otp {
    let secret = Secret::new(number.to_be_bytes().repeat(5));
    let (digits, period) = (Digits::SIX, Period::THIRTY);
    let pin = || Some(Pin::new(Passphrase::new("1234".into())).unwrap());
    match number % 10 {
        0 => Otp::Steam { secret, digits: Digits::new(5).unwrap(), period },
        1 if number % 20 == 1 => Otp::Motp { secret: Secret::new(b"0123456789abcdef".to_vec()), pin: pin() },
        1 => Otp::Yandex { secret, pin: pin() },
        2 => Otp::Totp { secret, algorithm: Algorithm::Sha256, digits, period },
        3 => Otp::Totp { secret, algorithm: Algorithm::Sha512, digits: Digits::EIGHT, period },
        _ => Otp::Totp { secret, algorithm: Algorithm::Sha1, digits, period },
    }
}

fn draft(number: u32) -> Draft {
    let issuers = ["GitHub", "Crédit Agricole", "Proton", "Bank of Examples", "Öffentliche Verwaltung"];
    let issuer = format!("{} {number}", issuers[number as usize % issuers.len()]);
    let mut draft = Draft::new(issuer, format!("ada.lovelace+{number}@example.org"), otp(number));
    draft.tags = vec!["work".into(), format!("team {}", number % 40)];
    draft
}

fn account(number: u32) -> Account {
    draft(number).into_account(AccountId(u128::from(number).to_le_bytes()))
}

/// Makes a vault of many accounts that opens with the passphrase `words`.
fn vault(words: &Passphrase) -> (TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let slots = NewSlots { passphrase: Some((words, Kdf::FLOOR)), ..NewSlots::default() };
    let mut vault = Vault::create(folder.path(), slots, NOW_MS).unwrap().vault;
    vault
        .update::<_, VaultError>(NOW_MS, |edit| (0..MANY).try_for_each(|number| edit.add(draft(number)).map(drop)))
        .unwrap();
    (folder, vault)
}

fn codes(bench: &mut Criterion) {
    let accounts: Vec<Otp> = (0..MANY).map(otp).collect();
    bench.bench_function("codes of 10,000 accounts", |timer| {
        timer.iter(|| accounts.iter().filter(|otp| otp.code_at(black_box(1_700_000_000)).is_ok()).count());
    });
}

fn searches(bench: &mut Criterion) {
    let accounts: Vec<Account> = (0..MANY).map(account).collect();
    let index = Index::new(&accounts);
    let mut group = bench.benchmark_group("search 10,000 accounts");
    for (what, query) in
        [("a name", "credit agricole 4711"), ("a part", "git"), ("a typo", "protno"), ("nothing", "zzzzzz")]
    {
        group.bench_function(format!("for {what}"), |timer| timer.iter(|| index.search(black_box(query))));
    }
    group.bench_function("once, without an index", |timer| timer.iter(|| search(&accounts, black_box("credit"))));
    group.finish();
}

fn vaults(bench: &mut Criterion) {
    let words = Passphrase::new("correct horse battery staple".into());
    let (folder, mut vault) = vault(&words);
    let id = vault.accounts()[0].id;
    let mut group = bench.benchmark_group("vault of 10,000 accounts");
    group.sample_size(30);
    group.bench_function("one change, saved", |timer| {
        timer.iter(|| vault.update::<_, VaultError>(NOW_MS, |edit| edit.set_pinned(id, true)).unwrap());
    });
    group.bench_function("sorted list", |timer| timer.iter(|| vault.accounts()));
    group.bench_function("opened, one derivation at the floor included", |timer| {
        timer.iter(|| {
            LockedVault::find(folder.path()).unwrap().unwrap().unlock_with_passphrase(&words, NOW_MS).unwrap()
        });
    });
    group.bench_function("that derivation alone", |timer| timer.iter(|| vault.check_passphrase(&words).unwrap()));
    group.finish();
}

fn seals(bench: &mut Criterion) {
    let (key, vault_id) = (VaultKey::make().unwrap(), VaultId::make().unwrap());
    let slot = Slot::with_keyring(&key, vault_id, "keyring", 0).unwrap().0;
    let header = Header { purpose: Purpose::Vault, vault_id, made_at: 0, slots: vec![slot] };
    let record = |number: u32| (u128::from(number).to_be_bytes(), Zeroizing::new(vec![b'x'; 700]));
    let records: Vec<_> = (0..MANY).map(record).collect();
    let file = seal(&header, &key, &records).unwrap();
    let mut group = bench.benchmark_group("10,000 records of 700 bytes");
    group.bench_function("sealed", |timer| timer.iter(|| seal(&header, &key, black_box(&records)).unwrap()));
    group.bench_function("opened", |timer| {
        let parse = |file| Sealed::parse(file).unwrap().open(&key).unwrap();
        timer.iter_batched(|| file.clone(), parse, BatchSize::LargeInput);
    });
    group.finish();
}

/// Draws a grey desktop with rectangles as windows have them, and QR codes of a module size at some places.
fn desktop(width: u32, height: u32, modules: u32, places: &[(i64, i64)]) -> Frame {
    let uri = "otpauth://totp/Example:ada@example.org?secret=JBSWY3DPEHPK3PXP&issuer=Example";
    let code = qrcode::QrCode::new(uri).unwrap();
    let code = code.render::<image::Luma<u8>>().module_dimensions(modules, modules).build();
    let mut screen = image::GrayImage::from_fn(width, height, |x, y| {
        let text = (x / 3 + y / 5 * 7) % 11 < 3 && y % 20 < 11 && x % 640 > 60;
        image::Luma([if text { 40 } else { 225 - (x / 640 * 20) as u8 }])
    });
    places.iter().for_each(|&(x, y)| image::imageops::replace(&mut screen, &code, x, y));
    Frame::new(width, height, screen.into_raw()).unwrap()
}

/// Waits for the first symbol alone.
fn first(frame: &Frame) -> usize {
    let (stop, mut count) = (Stop::default(), 0);
    read_early(frame, Budget::default(), &stop, |_| {
        count += 1;
        stop.stop();
    });
    count
}

fn scans(bench: &mut Criterion) {
    let (hd, uhd) = (desktop(1920, 1080, 4, &[(1100, 500)]), desktop(3840, 2160, 6, &[(300, 200), (2800, 1500)]));
    let plain = desktop(3840, 2160, 6, &[]);
    let blank = Frame::new(3840, 2160, vec![255; 3840 * 2160]).unwrap();
    assert_eq!(sterk::scan::read(&uhd).len(), 2, "the codes on the screen are read");
    let mut group = bench.benchmark_group("screen");
    group.sample_size(10);
    group.bench_function("of 1920 x 1080 with one QR code", |timer| timer.iter(|| sterk::scan::read(black_box(&hd))));
    group.bench_function("of 3840 x 2160 with two, the first one", |timer| timer.iter(|| first(black_box(&uhd))));
    for (what, screen) in [("with two", &uhd), ("without", &plain), ("blank", &blank)] {
        let name = format!("of 3840 x 2160 {what}, whole ladder");
        group.bench_function(name, |timer| timer.iter(|| sterk::scan::read(black_box(screen))));
    }
    group.finish();
}

/// Reads seven frames in a row: every live pass once.
fn cameras(bench: &mut Criterion) {
    let mut group = bench.benchmark_group("seven camera frames of 1280 x 720");
    group.sample_size(10);
    for (what, frame) in
        [("with a QR code", desktop(1280, 720, 4, &[(500, 200)])), ("without", desktop(1280, 720, 4, &[]))]
    {
        group.bench_function(what, |timer| {
            timer.iter(|| {
                let mut live = Live::default();
                (0..7).map(|_| live.read(black_box(&frame), Budget::default()).symbols.len()).sum::<usize>()
            });
        });
    }
    group.finish();
}

fn imports(bench: &mut Criterion) {
    let uri = |number| uri::write(&format!("Example {number}"), "ada@example.org", &otp(number));
    let file = (0..1_000).map(|number| format!("{}\n", *uri(number))).collect::<String>();
    assert_eq!(import::read(file.as_bytes()).unwrap().drafts.len(), 1_000, "every line is an account");
    bench.bench_function("import of 1,000 URIs", |timer| timer.iter(|| import::read(black_box(file.as_bytes()))));
}

criterion_group!(core, codes, searches, imports, vaults, seals, scans, cameras);
criterion_main!(core);
