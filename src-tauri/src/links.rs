//! Links that lead out of the window: opened by the system, only by a person's click, and only `https`.

use std::process::{Command, Stdio};

use sterk::account::reset;

use crate::error::{ErrorView, failed};

/// Tells whether a text is a link that [`open`] would open.
pub fn opens(text: &str) -> bool {
    secure(text).is_some()
}

/// Opens a link in the person's browser.
///
/// # Errors
/// `not_a_link` for anything but one `https` link; `browser_unavailable` where the system does not start a browser.
pub fn open(text: &str) -> Result<(), ErrorView> {
    let link = secure(text).ok_or_else(|| failed("not_a_link", "this is no https link"))?;
    start(&mut browser(link))
}

fn secure(text: &str) -> Option<&str> {
    reset::link(text).filter(|link| link.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://")))
}

fn start(command: &mut Command) -> Result<(), ErrorView> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut started = quiet.spawn().map_err(|error| failed("browser_unavailable", &error.to_string()))?;
    // Somebody has to take note of its end; what it says then is the browser's affair.
    std::thread::spawn(move || started.wait());
    Ok(())
}

/// Names the program that opens links; the link is one word to it, and no shell reads it.
fn browser(link: &str) -> Command {
    if cfg!(target_os = "macos") {
        with("/usr/bin/open", &[link])
    } else if cfg!(windows) {
        with("rundll32", &["url.dll,FileProtocolHandler", link])
    } else {
        with("xdg-open", &[link])
    }
}

fn with(program: &str, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_nothing_but_one_secure_link() {
        for (text, is_link) in [
            (" https://example.org/reset?a=b&c=d ", true),
            ("HTTPS://EXAMPLE.ORG", true),
            ("http://example.org", false),
            ("mailto:owner@example.org", false),
            ("javascript:alert(1)", false),
            ("file:///etc/passwd", false),
            ("https://example.org https://example.com", false),
            ("--help", false),
            ("the owner", false),
            ("", false),
        ] {
            assert_eq!(opens(text), is_link, "{text}");
        }
        assert_eq!(open("http://example.org").unwrap_err().code, "not_a_link");
    }

    #[test]
    fn hands_a_link_over_as_one_word_without_a_shell() {
        let link = "https://example.org/?a=$(id)&b=`id`;c";
        let command = browser(link);
        assert_eq!(command.get_args().last().and_then(|word| word.to_str()), Some(link));
        assert!(!["sh", "cmd"].contains(&command.get_program().to_str().unwrap()));
    }

    #[test]
    fn says_that_there_is_no_browser() {
        let error = start(&mut Command::new("a program that is nowhere")).unwrap_err();
        assert_eq!(error.code, "browser_unavailable");
    }
}
