//! What the page may not do, even if its script were somebody else's.

use crate::person::mark;
use serde_json::json;
use sterk_ui_tests::{Desk, Look, Outcome};

#[tokio::test]
async fn a_command_that_is_not_listed_is_refused() -> Outcome {
    let desk = Desk::without_keyring("authority")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        window.find(&mark("first-run")).await?;
        let listed = window.invoke("session", json!({})).await?;
        assert_eq!(listed["ok"]["state"], "first_run", "a listed command answers: {listed}");

        let foreign = [
            "plugin:app|version",
            "plugin:event|listen",
            "plugin:fs|read_file",
            "plugin:path|resolve_directory",
            "plugin:shell|execute",
            "plugin:webview|create_webview_window",
            "plugin:window|set_title",
            "reveal_secret",
        ];
        for command in foreign {
            let answer = window.invoke(command, json!({ "path": "/etc/passwd", "value": "x" })).await?;
            let error = answer["error"].as_str().unwrap_or_default();
            let refused = ["not allowed", "not found"].iter().any(|words| error.contains(words));
            assert!(refused, "{command} must be refused, it answered {answer}");
        }
        window.close().await
    })
    .await
}

#[tokio::test]
async fn the_page_goes_nowhere_and_opens_no_window() -> Outcome {
    let desk = Desk::without_keyring("nowhere")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        window.find(&mark("first-run")).await?;
        let here = window.execute("window.stays = 'the same page'; return location.href").await?;
        for address in ["http://127.0.0.1:9/", "file:///etc/passwd", "about:blank", "tauri://elsewhere/"] {
            let words = serde_json::to_string(address)?;
            let opened = window.execute(&format!("return window.open({words}) === null")).await?;
            assert_eq!(opened, true, "{address} opens no window");
            window.execute(&format!("location.href = {words}")).await?;
        }
        // A page that went away would be gone by the time that another has answered.
        window.invoke("session", json!({})).await?;
        assert_eq!(window.execute("return [location.href, window.stays]").await?, json!([here, "the same page"]));
        window.close().await
    })
    .await
}

#[tokio::test]
async fn the_page_reaches_no_other_host() -> Outcome {
    let desk = Desk::without_keyring("no-host")?;
    desk.scenario(async |desk| {
        let window = desk.open(Look::default()).await?;
        window.find(&mark("first-run")).await?;
        let script = "window.refused = [];
            document.addEventListener('securitypolicyviolation', e => window.refused.push(e.effectiveDirective));
            fetch('http://127.0.0.1:9/').catch(() => {});
            const picture = new Image(); picture.src = 'http://127.0.0.1:9/x.png';
            const code = document.createElement('script'); code.textContent = 'window.ran = true';
            document.body.append(code);";
        window.execute(script).await?;
        let refused = window.until("return window.refused.length >= 3 && [window.refused.sort(), window.ran]").await?;
        assert_eq!(refused, json!([["connect-src", "img-src", "script-src-elem"], null]));
        window.close().await
    })
    .await
}
