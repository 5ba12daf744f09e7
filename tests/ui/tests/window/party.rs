//! A site that now requires a second factor, not written here: from the first log-in to the lost device.
//!
//! The site is allauth's, seen in a browser on the same screen; see `Party`. It takes a code only in its own half
//! minute and only once, so that a code is waited for where one was used.

use crate::person::{make_vault, mark};
use crate::reveals::{close, open, prove, scanned};
use crate::site::now;
use serde_json::json;
use std::fs;
use std::time::Duration;
use sterk_ui_tests::{Desk, Look, Outcome, Party, Window, poll};
use tokio::time::{Instant, sleep};

/// Seconds that a code counts.
const PERIOD: u64 = 30;
/// A code that is typed this late may arrive after its time.
const TYPING_SECONDS: u64 = 6;

#[tokio::test]
async fn who_must_have_a_second_factor_gets_all_the_way_and_back_after_a_reset() -> Outcome {
    let desk = Desk::with_keyring("party")?;
    let party = Party::start()?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        make_vault(&window).await?;
        let member = Member { party: &party, browser: desk.browse(&party.page("/")).await?, desk };

        member.log_in().await?;
        member.is_led_to_enrolment().await?;
        find_code(&window).await?;
        window.click(&mark("accept")).await?;
        let (first, codes) = member.enrols(async || shown(&window, "big-code").await).await?;
        desk.capture("1-accepted")?;
        go_on(desk, &window, &codes).await?;

        member.logs_out_and_in().await?;
        let second = member.gets_in(async || shown(&window, "code").await, &first).await?;

        member.logs_out_and_in().await?;
        member.answer(&second).await?;
        assert!(!member.is_let_in("Members").await?, "a code counts once");
        let recovery = use_recovery_code(desk, &window).await?;
        assert!(codes.contains(&recovery), "a code that the site gave");
        member.answer(&recovery).await?;
        member.headed("Members").await?;
        desk.capture("2-recovered")?;

        party.reset()?;
        member.is_led_to_enrolment().await?;
        find_code(&window).await?;
        window.click(&mark("way-replace")).await?;
        desk.capture("3-again")?;
        window.click(&mark("accept")).await?;
        window.find(&mark("aside-until")).await?;
        let (_, anew) = member.enrols(async || shown(&window, "big-code").await).await?;
        assert!(!anew.contains(&recovery), "the site gave new codes");
        go_on(desk, &window, &anew).await?;
        window.close().await?;
        assert_one_with_the_old_aside(desk)
    })
    .await
}

#[tokio::test]
async fn who_must_have_a_second_factor_gets_all_the_way_in_a_terminal() -> Outcome {
    let desk = Desk::with_keyring("party-terminal")?;
    let party = Party::start()?;
    desk.scenario(async |desk| {
        desk.sterk(&["init", "--slot", "keyring"])?;
        let member = Member { party: &party, browser: desk.browse(&party.page("/")).await?, desk };
        let file = desk.pictures().join("codes.txt").display().to_string();
        let answers = ["enrol", "club", "--accepted", "--recovery-file", &file];

        member.log_in().await?;
        member.is_led_to_enrolment().await?;
        let found = desk.ask_sterk(&["enrol", "--screen"])?;
        assert_eq!((&found["issuer"], &found["account"]), (&json!(Party::NAME), &json!(Party::MEMBER.0)));
        let (_, codes) = member.enrols(async || told(desk)).await?;
        fs::write(&file, codes.join("\n"))?;
        assert_eq!(desk.ask_sterk(&answers)?["enrolment"], "kept");

        member.logs_out_and_in().await?;
        let recovery = desk.ask_sterk(&["recovery", "use", "club"])?;
        assert_eq!((&recovery["code"], &recovery["unused"]), (&json!(codes[0]), &json!(9)));
        member.answer(&codes[0]).await?;
        member.headed("Members").await?;

        party.reset()?;
        member.is_led_to_enrolment().await?;
        let again = desk.ask_sterk(&["enrol", "--screen", "--on-duplicate", "replace"])?;
        assert_eq!((&again["id"], &again["former_recovery"]), (&found["id"], &json!(10)));
        fs::write(&file, member.enrols(async || told(desk)).await?.1.join("\n"))?;
        assert_eq!(desk.ask_sterk(&answers)?["enrolment"], "kept");
        assert_one_with_the_old_aside(desk)
    })
    .await
}

/// A member of the club, at the site in a browser.
struct Member<'a> {
    party: &'a Party,
    browser: Window,
    desk: &'a Desk,
}

impl Member<'_> {
    /// Gives address and password to the page that is on show.
    async fn log_in(&self) -> Outcome {
        self.headed("Sign In").await?;
        self.browser.fill("//input[@name='login']", Party::MEMBER.0).await?;
        self.browser.fill("//input[@name='password']", Party::MEMBER.1).await?;
        self.browser.click("//form[contains(@action, 'login')]//button[@type='submit']").await?;
        // Going elsewhere before the site has answered would take the log-in back.
        self.browser.gone("//input[@name='login']").await
    }

    async fn logs_out_and_in(&self) -> Outcome {
        self.browser.go(&self.party.page("/accounts/logout/")).await?;
        self.browser.go(&self.party.page("/")).await?;
        self.log_in().await
    }

    /// Goes to the members' page and comes to the one that enrols instead; it asks for the password once more.
    async fn is_led_to_enrolment(&self) -> Outcome {
        self.browser.go(&self.party.page("/")).await?;
        if self.heading().await? == "Confirm Access" {
            self.browser.fill("//input[@name='password']", Party::MEMBER.1).await?;
            self.browser.click("//button[normalize-space()='Confirm']").await?;
        }
        self.headed("Activate Authenticator App").await?;
        self.desk.focus("Activate Authenticator App")?;
        poll("the QR code on the screen", 20, || scanned(self.desk).ok().flatten()).map(drop)
    }

    /// Types the code under the QR code; returns it and the recovery codes that the site then shows.
    async fn enrols(&self, read: impl AsyncFn() -> Outcome<String>) -> Outcome<(String, Vec<String>)> {
        let code = self.in_time("Recovery Codes", read, "", async |code| self.activate(code).await).await?;
        self.desk.focus("Recovery Codes")?;
        self.browser.click("//textarea").await?;
        self.desk.press("ctrl+a")?;
        self.desk.press("ctrl+c")?;
        let codes = poll("the site's codes on the clipboard", 20, || {
            self.desk.clipboard().ok().map(lines).filter(|codes| codes.len() == 10)
        })?;
        Ok((code, codes))
    }

    async fn activate(&self, code: &str) -> Outcome {
        self.send(code, "Activate").await
    }

    /// Logs in with another code than `before`; returns it.
    async fn gets_in(&self, read: impl AsyncFn() -> Outcome<String>, before: &str) -> Outcome<String> {
        self.in_time("Members", read, before, async |code| self.answer(code).await).await
    }

    /// Gives a code that is not `before` until the site goes on to `heading`: a refusal counts unless the half minute
    /// of the code had ended when it came, as on a busy machine.
    async fn in_time(
        &self,
        heading: &str,
        read: impl AsyncFn() -> Outcome<String>,
        before: &str,
        give: impl AsyncFn(&str) -> Outcome,
    ) -> Outcome<String> {
        for _ in 0..3 {
            let code = fresh(&read, before).await?;
            let given = now() / PERIOD;
            give(&code).await?;
            if self.is_let_in(heading).await? {
                return Ok(code);
            }
            assert_eq!(now() / PERIOD, given, "refused {code}, shown at {given} half minutes: {heading} did not come");
        }
        Err("three codes came too late".into())
    }

    /// Types a code and marks the page as the old one: the next answer has no such mark.
    async fn send(&self, code: &str, button: &str) -> Outcome {
        self.browser.fill("//input[@name='code']", code).await?;
        self.browser.execute("document.documentElement.dataset.old = ''").await?;
        self.browser.click(&format!("//button[normalize-space()='{button}']")).await
    }

    /// Tells whether the site goes on to `heading` or calls the code incorrect.
    async fn is_let_in(&self, heading: &str) -> Outcome<bool> {
        let heading = format!("/html[not(@data-old)]//h1[normalize-space()='{heading}']");
        let answer = format!("{heading} | /html[not(@data-old)]//*[contains(text(), 'Incorrect code')]");
        self.browser.find(&answer).await?;
        Ok(!self.browser.texts(&heading).await?.is_empty())
    }

    /// Types a code where the site asks for one at log-in.
    async fn answer(&self, code: &str) -> Outcome {
        self.headed("Two-Factor Authentication").await?;
        self.send(code, "Sign In").await
    }

    async fn headed(&self, heading: &str) -> Outcome {
        self.browser.find(&format!("//h1[normalize-space()='{heading}']")).await.map(drop)
    }

    async fn heading(&self) -> Outcome<String> {
        Ok(self.browser.text("//h1").await?.trim().to_owned())
    }
}

/// Looks for the QR code on the screen, where the browser shows it.
async fn find_code(window: &Window) -> Outcome {
    window.click(&mark("add")).await?;
    window.click(&mark("scan-screen")).await?;
    let review = window.text(&mark("review")).await?;
    assert!(review.contains(Party::NAME) && review.contains(Party::MEMBER.0), "the review names the account: {review}");
    Ok(())
}

/// Reads the code until it is another than `before` and has time left to be typed.
async fn fresh(read: &impl AsyncFn() -> Outcome<String>, before: &str) -> Outcome<String> {
    let end = Instant::now() + Duration::from_secs(90);
    while Instant::now() < end {
        let code = read().await?;
        if code != before && now() % PERIOD < PERIOD - TYPING_SECONDS {
            return Ok(code);
        }
        sleep(Duration::from_millis(200)).await;
    }
    Err("the code does not change".into())
}

/// Reads a code in the window.
async fn shown(window: &Window, name: &str) -> Outcome<String> {
    Ok(window.text(&mark(name)).await?.replace(' ', ""))
}

/// Reads the code in the terminal.
fn told(desk: &Desk) -> Outcome<String> {
    Ok(desk.ask_sterk(&["code", "club"])?[0]["code"].as_str().ok_or("no code")?.to_owned())
}

/// Asks the vault for all it has: the one account, its old secret and the old recovery codes kept aside for a time.
fn assert_one_with_the_old_aside(desk: &Desk) -> Outcome {
    let all = desk.ask_sterk(&["list"])?;
    let account = &all[0];
    assert_eq!(all.as_array().map(Vec::len), Some(1), "the same account, no second entry: {all}");
    assert_eq!((&account["enrolment"], &account["former_recovery"]), (&json!("kept"), &json!(10)), "{account}");
    assert!(
        account["former_secret_until"].as_u64() > Some(now()),
        "the old secret is kept for a stated time: {account}"
    );
    Ok(())
}

/// Says that the site accepted the code, keeps its recovery codes, which are on the clipboard, and makes no backup.
async fn go_on(desk: &Desk, window: &Window, codes: &[String]) -> Outcome {
    window.click(&mark("assistant-accepted")).await?;
    window.find(&mark("recovery-text")).await?;
    desk.focus("^Sterk$")?;
    window.click(&mark("recovery-text")).await?;
    desk.press("ctrl+v")?;
    window.find(&format!("{}//li[10]", mark("recovery-typed"))).await?;
    assert_eq!(window.texts(&format!("{}//code", mark("recovery-typed"))).await?, codes);
    window.click(&mark("keep-recovery")).await?;
    window.click(&mark("assistant-no-backup")).await?;
    let done = window.text(&mark("assistant-done")).await?;
    assert!(done.contains("10 recovery codes are kept"), "{done}");
    window.click(&mark("assistant-finish")).await?;
    window.gone(&mark("assistant")).await
}

/// Copies the first recovery code, which marks it used; returns it.
async fn use_recovery_code(desk: &Desk, window: &Window) -> Outcome<String> {
    look_closer(desk, window).await?;
    open(window, "open-recovery").await?;
    window.click(&mark("show-recovery")).await?;
    prove(window, "proof-word", "STERK").await?;
    desk.set_clipboard("something else")?;
    window.click(&format!("({})[1]", mark("copy-recovery"))).await?;
    let copied = poll("a code on the clipboard", 20, || desk.clipboard().ok().filter(|text| text != "something else"))?;
    window.find(&format!("{}[contains(., '9 codes left')]", mark("recovery-count"))).await?;
    close(desk, window, "recovery-sheet").await?;
    close(desk, window, "details-sheet").await?;
    Ok(copied)
}

async fn look_closer(desk: &Desk, window: &Window) -> Outcome {
    desk.focus("^Sterk$")?;
    desk.press("F2")?;
    window.find(&mark("details-sheet")).await.map(drop)
}

fn lines(text: String) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
