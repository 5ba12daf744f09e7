//! A walk through every screen: no rule of accessibility is broken, no word is cut, and each has a picture.
//!
//! A new screen is one more line in [`walk`] or in a part of it.

use crate::album::Album;
use crate::guide;
use crate::person::{has_camera, keep_recovery_key, lock, make_vault, mark, unlock};
use std::fs;
use sterk_ui_tests::{Desk, Look, Outcome, Window};

const PASSPHRASE: &str = "four words that differ";

/// Accounts as people have them; the secrets are invented.
pub const ACCOUNTS: &[&str] = &[
    "otpauth://totp/GitHub:ada-lovelace?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBR&issuer=GitHub",
    "otpauth://totp/Proton:ada%40proton.me?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBS&issuer=Proton",
    "otpauth://totp/DigiD:Ada%20Lovelace?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBT&issuer=DigiD&algorithm=SHA256",
    "otpauth://totp/Nextcloud%20van%20de%20vereniging:penningmeester%40voorbeeld.nl?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBU&issuer=Nextcloud%20van%20de%20vereniging",
    "otpauth://totp/AWS:root-account-mfa?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBV&issuer=AWS",
    "otpauth://totp/Bitwarden:ada%40example.org?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBW&issuer=Bitwarden&digits=8",
    "otpauth://totp/Steam:ada_l?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBX&issuer=Steam&encoder=steam",
    "otpauth://totp/Authy:backup?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBY&issuer=Authy&digits=7&period=10",
    "otpauth://hotp/VPN%20Universit%C3%A9:alovelace?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBZ&issuer=VPN%20Universit%C3%A9&counter=41",
    "otpauth://totp/Mastodon:%40ada%40mastodon.social?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIIBR&issuer=Mastodon&period=60",
];

/// What the service of the first one shows after a reset.
const GITHUB_ANEW: &str = "otpauth://totp/GitHub:ada-lovelace?secret=MFXCA2LOOZSW45DFMQQHGZLDOJSXIICR&issuer=GitHub";

/// What the documentation shows in the other languages.
const CHOSEN: &[&str] =
    &["first-run", "recovery-key", "list", "add", "review", "assistant-code", "details", "health", "locked"];

#[tokio::test]
async fn every_screen_in_light() -> Outcome {
    photograph("light", Look::default(), &[]).await
}

#[tokio::test]
async fn every_screen_in_dark() -> Outcome {
    photograph("dark", Look { dark: true, ..Look::default() }, &[]).await
}

#[tokio::test]
async fn every_screen_in_dutch() -> Outcome {
    photograph("nl", Look { language: "nl_NL.UTF-8", dark: true, ..Look::default() }, CHOSEN).await
}

#[tokio::test]
async fn every_screen_in_french() -> Outcome {
    photograph("fr", Look { language: "fr_FR.UTF-8", ..Look::default() }, CHOSEN).await
}

#[tokio::test]
async fn the_examination_finds_a_fault_and_a_cut_word() -> Outcome {
    let desk = Desk::without_keyring("examination")?;
    desk.scenario(async |desk| {
        let album = Album::new(desk, "examination", &["none"]);
        let window = desk.open(Look::default()).await?;
        window.find(&mark("first-run")).await?;
        let script = "const [button, line, word] = ['button', 'p', 'span'].map(name => document.createElement(name));
            line.style.width = '20px'; line.style.overflow = 'hidden'; line.style.whiteSpace = 'nowrap';
            word.textContent = 'Verzekeringsmaatschappij'; line.append(word);
            document.querySelector('main').append(button, line);";
        window.execute(script).await?;
        album.take(&window, "wrong").await?;
        let faults = album.close().err().map(|faults| faults.to_string()).unwrap_or_default();
        assert!(faults.contains("button-name"), "a button without a name: {faults}");
        assert!(faults.contains("cut: <span>Verzekeringsmaatschappij"), "a word without its end: {faults}");
        window.close().await
    })
    .await
}

async fn photograph(name: &'static str, look: Look, kept: &[&str]) -> Outcome {
    let desk = Desk::with_keyring(name)?;
    desk.scenario(async |desk| {
        let album = Album::new(desk, name, kept);
        let window = desk.open(look).await?;
        let script = "return matchMedia('(prefers-color-scheme: dark)').matches";
        assert_eq!(window.execute(script).await?, look.dark, "the page knows the desk's colours");
        first_run(&album, &window).await?;
        adding(desk, &album, &window).await?;
        codes(desk, &album, &window).await?;
        reveals(desk, &album, &window).await?;
        guide::photograph_bad_days(desk, &album, &window).await?;
        policy(desk, &album, &window).await?;
        narrow(desk, &album, &window).await?;
        locked(&album, &window).await?;
        window.close().await?;
        broken(desk, &album, look).await?;
        keyring_gone(desk, &album, look).await?;
        album.close()
    })
    .await
}

async fn first_run(album: &Album<'_>, window: &Window) -> Outcome {
    window.find(&mark("first-run")).await?;
    album.take(window, "first-run").await?;
    window.click("//input[@value='passphrase']").await?;
    window.click(&mark("make-vault")).await?;
    album.take(window, "first-run-passphrase").await?;
    window.fill(&mark("new-passphrase"), PASSPHRASE).await?;
    window.fill(&mark("repeat-passphrase"), PASSPHRASE).await?;
    window.click(&mark("make-vault")).await?;
    window.find(&mark("recovery-key")).await?;
    album.take(window, "recovery-key").await?;
    window.click(&mark("recovery-next")).await?;
    window.click(&mark("recovery-kept")).await?;
    album.take(window, "recovery-proof").await?;
    window.click(&format!("{}//button[not(@type='submit')]", mark("recovery-proof"))).await?;
    keep_recovery_key(window).await?;
    window.find(&mark("empty")).await?;
    album.take(window, "empty").await
}

async fn adding(desk: &Desk, album: &Album<'_>, window: &Window) -> Outcome {
    window.click(&mark("add")).await?;
    window.find(&mark("add-sheet")).await?;
    album.take(window, "add").await?;
    if !has_camera() {
        window.click(&mark("look-through")).await?;
        window.find(&mark("error-banner")).await?;
        album.take(window, "camera-none").await?;
        window.click(&mark("camera-back")).await?;
    }
    desk.set_clipboard("https://example.org/a-web-page")?;
    window.click(&mark("paste")).await?;
    window.find(&mark("error-banner")).await?;
    album.take(window, "add-refused").await?;
    looking(desk, album, window).await?;
    window.click(&mark("type-in")).await?;
    window.fill(&mark("form-issuer"), "GitHub").await?;
    window.fill(&mark("form-secret"), "MNQW4YLSPEQGC3DPNZSSA3LB").await?;
    window.find(&format!("{}/*[@class[contains(., 'code')]]", mark("preview"))).await?;
    album.take(window, "form").await?;
    window.click("//summary").await?;
    window.fill(&mark("form-digits"), "0").await?;
    window.find("//*[@aria-invalid='true']").await?;
    album.take(window, "form-advanced").await?;
    desk.focus("^Sterk$")?;
    desk.press("Escape")?;

    paste(desk, window, &ACCOUNTS[..1]).await?;
    album.take(window, "review").await?;
    window.click(&mark("accept")).await?;
    window.gone(&mark("review")).await?;
    guide::photograph_assistant(desk, album, window).await?;
    paste(desk, window, &[GITHUB_ANEW]).await?;
    album.take(window, "review-anew").await?;
    window.click(&mark("discard")).await?;
    window.gone(&mark("review")).await?;
    paste(desk, window, ACCOUNTS).await?;
    album.take(window, "review-several").await?;
    window.click(&mark("accept")).await?;
    window.gone(&mark("review")).await
}

/// Pastes links into the open sheet, or the window.
pub async fn paste(desk: &Desk, window: &Window, uris: &[&str]) -> Outcome {
    desk.set_clipboard(&uris.join("\n"))?;
    if window.texts(&mark("add-sheet")).await?.is_empty() {
        window.click(&mark("add")).await?;
    }
    window.click(&mark("paste")).await?;
    window.find(&mark("review")).await.map(drop)
}

/// Nothing on the screen: looking on, and choosing a part of it.
async fn looking(desk: &Desk, album: &Album<'_>, window: &Window) -> Outcome {
    window.click(&mark("scan-screen")).await?;
    window.find(&mark("keep-looking")).await?;
    album.take(window, "add-nothing").await?;
    window.click(&mark("keep-looking")).await?;
    window.find(&mark("looking")).await?;
    window.until("return innerHeight < 200").await?;
    album.take(window, "looking").await?;
    window.click(&mark("stop-looking")).await?;
    window.find(&mark("add-sheet")).await?;
    window.until("return innerHeight === 640").await?;
    window.click(&mark("choose-part")).await?;
    window.find(&mark("part")).await?;
    album.take(window, "part").await?;
    desk.focus("^Sterk$")?;
    desk.press("Escape")?;
    window.find(&mark("add-sheet")).await?;
    window.until("return innerHeight === 640").await.map(drop)
}

async fn codes(desk: &Desk, album: &Album<'_>, window: &Window) -> Outcome {
    window.find(&format!("({})[{}]", mark("code-row"), ACCOUNTS.len())).await?;
    album.take(window, "list").await?;
    window.fill(&mark("search"), "nextc").await?;
    window.until(&count("code-row", 1)).await?;
    album.take(window, "search").await?;
    window.fill(&mark("search"), "nowhere").await?;
    window.find(&mark("no-match")).await?;
    album.take(window, "no-match").await?;
    window.click("//button[@class[contains(., 'clear')]]").await?;

    desk.focus("^Sterk$")?;
    desk.press("F2")?;
    window.find(&mark("details-sheet")).await?;
    album.take(window, "details").await?;
    window.click(&mark("remove")).await?;
    window.find(&mark("notice")).await?;
    album.take(window, "removed").await?;
    window.click(&format!("{}//button[@aria-label]", mark("notice"))).await?;
    window.click(&mark("menu")).await?;
    window.find(&mark("open-bin")).await?;
    album.take(window, "menu").await?;
    window.click(&mark("open-bin")).await?;
    window.find(&mark("bin")).await?;
    album.take(window, "bin").await?;
    window.click(&mark("restore")).await?;
    window.gone(&mark("bin")).await?;
    for (screen, sheet, key) in [("keyboard", "keys", "question"), ("settings", "settings", "ctrl+comma")] {
        desk.press(key)?;
        window.find(&mark(sheet)).await?;
        album.take(window, screen).await?;
        desk.press("Escape")?;
        window.gone(&mark(sheet)).await?;
    }
    window.click(&mark("menu")).await?;
    window.click(&mark("open-about")).await?;
    window.find(&mark("about-folder")).await?;
    album.take(window, "about").await?;
    desk.press("Escape")?;
    window.gone(&mark("about-folder")).await
}

/// The two secrets that a person may see after they proved who they are.
async fn reveals(desk: &Desk, album: &Album<'_>, window: &Window) -> Outcome {
    desk.press("F2")?;
    for (way, sheet, proves) in [("recovery", "recovery-sheet", false), ("transfer", "transfer-sheet", true)] {
        let button = format!("open-{way}");
        window.find(&mark(&button)).await?;
        let near = format!("document.querySelector('[data-testid={button}]').scrollIntoView({{ block: 'center' }})");
        window.execute(&near).await?;
        window.click(&mark(&button)).await?;
        window.find(&mark(sheet)).await?;
        album.take(window, way).await?;
        if proves {
            window.fill(&mark("proof-passphrase"), PASSPHRASE).await?;
            window.click(&mark("prove")).await?;
            window.find(&mark("transfer-left")).await?;
            album.take(window, "transfer-code").await?;
        }
        desk.press("Escape")?;
        window.gone(&mark(sheet)).await?;
    }
    desk.press("Escape")?;
    window.gone(&mark("details-sheet")).await
}

/// What an organisation asks: its file, and the checklist.
async fn policy(desk: &Desk, album: &Album<'_>, window: &Window) -> Outcome {
    let file = desk.pictures().join("harbour.sterk-policy.json");
    fs::write(&file, include_str!("../../../data/signed.sterk-policy.json"))?;
    desk.drag_in(&file)?;
    window.find(&mark("policy-review")).await?;
    album.take(window, "policy-review").await?;
    window.click(&mark("policy-apply")).await?;
    window.find(&mark("policy-service")).await?;
    album.take(window, "policy").await?;
    desk.press("Escape")?;
    window.gone(&mark("policy-sheet")).await?;
    Ok(fs::remove_file(file)?)
}

/// The smallest window, then letters twice as large.
async fn narrow(desk: &Desk, album: &Album<'_>, window: &Window) -> Outcome {
    for (name, width, height, letters) in [("small", 340, 480, "100%"), ("large", 420, 640, "200%")] {
        desk.resize(width, height)?;
        window.until(&format!("return innerWidth === {width}")).await?;
        window.execute(&format!("document.documentElement.style.fontSize = '{letters}'")).await?;
        album.take(window, &format!("{name}-list")).await?;
        window.click(&mark("add")).await?;
        window.find(&mark("add-sheet")).await?;
        album.take(window, &format!("{name}-add")).await?;
        paste(desk, window, &ACCOUNTS[..1]).await?;
        album.take(window, &format!("{name}-review")).await?;
        window.click(&mark("discard")).await?;
        desk.press("Escape")?;
        window.gone(&mark("add-sheet")).await?;
        desk.press("F2")?;
        window.find(&mark("details-sheet")).await?;
        album.take(window, &format!("{name}-details")).await?;
        desk.press("Escape")?;
        window.gone(&mark("details-sheet")).await?;
    }
    window.execute("document.documentElement.style.fontSize = ''").await.map(drop)
}

async fn locked(album: &Album<'_>, window: &Window) -> Outcome {
    lock(window).await?;
    album.take(window, "locked").await?;
    unlock(window, "wrong").await?;
    window.find(&mark("error-banner")).await?;
    album.take(window, "wrong-passphrase").await?;
    window.click(&mark("use-recovery-key")).await?;
    window.find(&mark("recovery-key-input")).await?;
    album.take(window, "unlock-recovery-key").await
}

/// One account that cannot be read among others that can.
async fn broken(desk: &Desk, album: &Album<'_>, look: Look) -> Outcome {
    for file in desk.files("/vault.sterk") {
        let mut bytes = fs::read(&file)?;
        fs::remove_file(&file)?;
        if file.ends_with("vault.sterk") {
            *bytes.last_mut().ok_or("an empty vault")? ^= 1;
            fs::write(file, bytes)?;
        }
    }
    let window = desk.open(look).await?;
    unlock(&window, PASSPHRASE).await?;
    window
        .until("return document.querySelectorAll('[data-testid=code-row]:not(:has([data-testid=more]))').length === 1")
        .await?;
    album.take(&window, "broken").await?;
    window.close().await
}

/// A vault for the keyring, which is then gone.
async fn keyring_gone(desk: &Desk, album: &Album<'_>, look: Look) -> Outcome {
    for file in desk.files("/vault.sterk") {
        fs::remove_file(file)?;
    }
    let window = desk.open(look).await?;
    make_vault(&window).await?;
    window.close().await?;
    desk.stop_keyring();
    let window = desk.open(look).await?;
    window.find(&mark("error-banner")).await?;
    album.take(&window, "keyring-gone").await?;
    window.close().await
}

fn count(name: &str, wanted: usize) -> String {
    format!("return document.querySelectorAll('[data-testid={name}]').length === {wanted}")
}
