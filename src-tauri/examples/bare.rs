//! A window of the same Tauri with one static page: the floor that the start of Sterk is measured against.
//!
//! `tests/ui/benches/start.rs` runs it.

use tauri::http::Response;
use tauri::{Builder, WebviewUrl, WebviewWindowBuilder};

const PAGE: &str = "<!doctype html><title>bare</title><h1>Six lines</h1>\
    <p>One line of text</p><p>Two lines of text</p><p>Three lines of text</p>\
    <p>Four lines of text</p><p>Five lines of text</p><p>Six lines of text</p>";

#[expect(unsafe_code, reason = "as in the program itself: no other thread runs yet")]
fn main() -> tauri::Result<()> {
    // SAFETY: main has started no thread.
    unsafe { std::env::set_var("WEBKIT_DISABLE_DMABUF_RENDERER", "1") };
    Builder::default()
        .register_uri_scheme_protocol("bare", |_, _| {
            let mut page = Response::new(PAGE.as_bytes().to_vec());
            page.headers_mut().insert("content-type", tauri::http::HeaderValue::from_static("text/html"));
            page
        })
        .setup(|app| {
            let address = WebviewUrl::CustomProtocol("bare://localhost/".parse()?);
            WebviewWindowBuilder::new(app, "bare", address).title("bare").inner_size(420.0, 640.0).build()?;
            Ok(())
        })
        .run(tauri::generate_context!())
}
