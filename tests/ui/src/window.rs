//! An open window, the program's or a browser's, driven by WebKitWebDriver.

use crate::Outcome;
use crate::process::Process;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// How long a thing on the page may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open window.
pub struct Window {
    client: Client,
}

impl Window {
    /// Opens a program in `folder`, the driver's own browser where none is named; returns also the driver that holds it.
    pub(crate) async fn open(
        program: Option<&Path>,
        folder: &Path,
        environment: &[(&'static str, String)],
        log: &File,
    ) -> Outcome<(Window, Process)> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::new("WebKitWebDriver");
        command.args(["--host=127.0.0.1", &format!("--port={port}")]).current_dir(folder).env_clear();
        command.envs(environment.iter().map(|(name, value)| (name, value))).env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = Process::start(command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?))?;
        let client = session(port, program).await?;
        Ok((Window { client }, driver))
    }

    /// Ends the program.
    ///
    /// # Errors
    /// The driver does not answer.
    pub async fn close(self) -> Outcome {
        Ok(self.client.clone().close().await?)
    }

    /// Goes to a page.
    ///
    /// # Errors
    /// The driver does not answer.
    pub async fn go(&self, address: &str) -> Outcome {
        Ok(self.client.goto(address).await?)
    }

    /// Waits until an element is there and can be seen.
    ///
    /// # Errors
    /// It does not come.
    pub async fn find(&self, xpath: &str) -> Outcome<Element> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(element) = self.displayed(xpath).await? {
                return Ok(element);
            }
            if Instant::now() > end {
                return Err(format!("not on the page: {xpath}").into());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until an element is no longer to be seen.
    ///
    /// # Errors
    /// It stays.
    pub async fn gone(&self, xpath: &str) -> Outcome {
        let end = Instant::now() + PATIENCE;
        while self.displayed(xpath).await?.is_some() {
            if Instant::now() > end {
                return Err(format!("still on the page: {xpath}").into());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Clicks an element, once it is there.
    ///
    /// # Errors
    /// It does not come, or cannot be clicked.
    pub async fn click(&self, xpath: &str) -> Outcome {
        let element = self.find(xpath).await?;
        // A person scrolls until the whole of it is there; the driver takes a strip at the edge for enough, and then misses it.
        let whole = "arguments[0].scrollIntoView({ block: 'nearest' })";
        self.client.execute(whole, vec![serde_json::to_value(&element)?]).await?;
        Ok(element.click().await?)
    }

    /// Moves the pointer onto an element, once it is there.
    ///
    /// # Errors
    /// It does not come.
    pub async fn point_at(&self, xpath: &str) -> Outcome {
        let element = self.find(xpath).await?;
        let go = PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 };
        Ok(self.client.perform_actions(MouseActions::new("mouse".to_owned()).then(go)).await?)
    }

    /// Draws a thing by the mouse to the middle of another.
    ///
    /// # Errors
    /// One of them does not come.
    pub async fn drag(&self, from: &str, to: &str) -> Outcome {
        let middle = |element, ms| PointerAction::MoveToElement {
            element,
            duration: Some(Duration::from_millis(ms)),
            x: 0.0,
            y: 0.0,
        };
        let (from, to) = (self.find(from).await?, self.find(to).await?);
        let mouse = MouseActions::new("mouse".to_owned())
            .then(middle(from, 0))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(middle(to, 200))
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        Ok(self.client.perform_actions(mouse).await?)
    }

    /// Draws with the mouse on an element, from one point to another, in shares of its width and height.
    ///
    /// # Errors
    /// It does not come.
    pub async fn draw(&self, xpath: &str, from: (f64, f64), to: (f64, f64)) -> Outcome {
        let element = self.find(xpath).await?;
        let (_, _, width, height) = element.rectangle().await?;
        // The driver counts from the middle.
        let at = |(across, down): (f64, f64), ms| PointerAction::MoveToElement {
            element: element.clone(),
            duration: Some(Duration::from_millis(ms)),
            x: (across - 0.5) * width,
            y: (down - 0.5) * height,
        };
        let mouse = MouseActions::new("mouse".to_owned())
            .then(at(from, 0))
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(at(to, 200))
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        Ok(self.client.perform_actions(mouse).await?)
    }

    /// Types into an element, once it is there.
    ///
    /// # Errors
    /// It does not come, or takes no text.
    pub async fn fill(&self, xpath: &str, text: &str) -> Outcome {
        let element = self.find(xpath).await?;
        element.clear().await?;
        Ok(element.send_keys(text).await?)
    }

    /// Returns the visible text of an element, once it is there.
    ///
    /// # Errors
    /// It does not come.
    pub async fn text(&self, xpath: &str) -> Outcome<String> {
        Ok(self.find(xpath).await?.text().await?)
    }

    /// Returns the visible text of every such element on the page now; waits for none.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn texts(&self, xpath: &str) -> Outcome<Vec<String>> {
        let mut texts = Vec::new();
        for element in self.client.find_all(Locator::XPath(xpath)).await? {
            texts.push(element.text().await?);
        }
        Ok(texts)
    }

    /// Returns an attribute of an element, once it is there.
    ///
    /// # Errors
    /// It does not come, or has no such attribute.
    pub async fn attribute(&self, xpath: &str, name: &str) -> Outcome<String> {
        let value = self.find(xpath).await?.attr(name).await?;
        value.ok_or_else(|| format!("{xpath} has no {name}").into())
    }

    /// Returns all the visible text of the page.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn page(&self) -> Outcome<String> {
        self.text("//body").await
    }

    /// Returns the source of the page as it stands, what is hidden included.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn source(&self) -> Outcome<String> {
        Ok(self.client.source().await?)
    }

    /// Calls a command as a script on the page would; returns `{"ok": …}` or `{"error": …}`.
    ///
    /// # Errors
    /// The page does not answer.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Outcome<Value> {
        let script = "const [command, words, done] = arguments;
            window.__TAURI_INTERNALS__.invoke(command, words)
                .then(ok => done({ ok }), error => done({ error: String(error?.message ?? error) }));";
        Ok(self.client.execute_async(script, vec![json!(command), arguments]).await?)
    }

    /// Returns what a script on the page hands to its last argument, `done`, after `arguments`.
    ///
    /// # Errors
    /// The script fails.
    pub async fn execute_async(&self, script: &str, arguments: Vec<Value>) -> Outcome<Value> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// Returns the value of a script on the page.
    ///
    /// # Errors
    /// The script fails.
    pub async fn execute(&self, script: &str) -> Outcome<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Runs a script on the page again until its value is true or more than that.
    ///
    /// # Errors
    /// The script fails, or its value stays false.
    pub async fn until(&self, script: &str) -> Outcome<Value> {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.execute(script).await? {
                Value::Null | Value::Bool(false) if Instant::now() > end => {
                    return Err(format!("stays false: {script}").into());
                }
                Value::Null | Value::Bool(false) => sleep(Duration::from_millis(50)).await,
                value => return Ok(value),
            }
        }
    }

    async fn displayed(&self, xpath: &str) -> Outcome<Option<Element>> {
        // An element that went away meanwhile is not displayed.
        let found = match self.client.find_all(Locator::XPath(xpath)).await {
            Err(CmdError::Standard(fault)) if fault.error == ErrorStatus::StaleElementReference => return Ok(None),
            found => found?,
        };
        for element in found {
            if element.is_displayed().await.unwrap_or(false) {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }
}

/// Opens the one session of a driver; its port is not open at once.
async fn session(port: u16, program: Option<&Path>) -> Outcome<Client> {
    let named =
        program.map(|program| ("webkitgtk:browserOptions".to_owned(), json!({ "binary": program, "args": [] })));
    let capabilities: Map<String, Value> = named.into_iter().collect();
    let end = Instant::now() + PATIENCE;
    loop {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let url = format!("http://127.0.0.1:{port}");
        let connecting = timeout(PATIENCE, builder.capabilities(capabilities.clone()).connect(&url)).await;
        match connecting.map_err(|_| "the window did not open")? {
            Ok(client) => return Ok(client),
            Err(error) if Instant::now() > end => return Err(error.into()),
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

/// Returns the program that `cargo build` made beside this test.
pub(crate) fn program() -> Outcome<PathBuf> {
    let program = target().join("debug/sterk-window");
    if program.exists() {
        return Ok(program);
    }
    Err(format!("{} is not built; run `cargo xtask test`", program.display()).into())
}

/// Returns cargo's target folder: the tests lie in `target/debug/deps`.
pub(crate) fn target() -> PathBuf {
    let own = std::env::current_exe().unwrap_or_default();
    own.ancestors().nth(3).map(Path::to_path_buf).unwrap_or_default()
}
