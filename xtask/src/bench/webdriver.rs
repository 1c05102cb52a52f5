//! Starts a browser through its WebDriver and opens a page.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::workspace::command;

/// Where Debian keeps the browser that WebKit's driver drives.
const MINI_BROWSER: &str = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/// A browser with one window; closed when dropped.
pub struct Browser {
    port: u16,
    session: String,
    // Ended in this order: the driver first, so that it can close the browser on its display.
    children: Vec<Child>,
    /// Name and version, as the browser says.
    pub version: String,
}

impl Browser {
    /// Starts `chromium`, `firefox` or `webkit`.
    pub fn start(name: &str) -> Result<Self> {
        let port = free_port()?;
        let mut children = Vec::new();
        let mut driver = match name {
            "chromium" => with_port(command("chromedriver"), &format!("--port={port}")),
            "firefox" => {
                let mut driver = command("geckodriver");
                driver.args(["--port", &port.to_string(), "--log", "fatal"]);
                driver
            }
            "webkit" => {
                let (server, display) = virtual_display()?;
                children.push(server);
                let mut driver = with_port(command("WebKitWebDriver"), &format!("--port={port}"));
                driver
                    .env("DISPLAY", display)
                    // What Safari has, WebKitGTK wants to be told.
                    .env("JSC_useSharedArrayBuffer", "1");
                driver
            }
            other => bail!("unknown browser `{other}`; there are chromium, firefox and webkit"),
        };
        let child = driver
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("the driver of {name} could not be started"))?;
        children.insert(0, child);
        let mut browser = Self {
            port,
            session: String::new(),
            children,
            version: String::new(),
        };
        browser.wait_for_driver()?;
        browser.open_session(name)?;
        Ok(browser)
    }

    /// Opens an address.
    pub fn open(&self, url: &str) -> Result<()> {
        self.post("/url", &json!({ "url": url })).map(drop)
    }

    /// Chooses a file in the page's first file field.
    pub fn choose_file(&self, path: &Path) -> Result<()> {
        let field = json!({ "using": "css selector", "value": "input[type=file]" });
        let element = self.post("/element", &field)?;
        let id = element
            .as_object()
            .and_then(|element| element.values().next()?.as_str())
            .context("the page has no file field")?;
        let text = json!({ "text": path.canonicalize()? });
        self.post(&format!("/element/{id}/value"), &text).map(drop)
    }

    /// Runs a script in the page and gives what it hands to its last argument, a function.
    pub fn script(&self, script: &str) -> Result<Value> {
        self.post("/execute/async", &json!({ "script": script, "args": [] }))
    }

    fn wait_for_driver(&self) -> Result<()> {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            if start.elapsed() > Duration::from_secs(20) {
                bail!("the driver does not listen after 20 s");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn open_session(&mut self, name: &str) -> Result<()> {
        let always = match name {
            "chromium" => json!({
                "browserName": "chrome",
                "goog:chromeOptions": {
                    "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"]
                }
            }),
            "firefox" => json!({
                "browserName": "firefox",
                "moz:firefoxOptions": { "args": ["-headless"] }
            }),
            _ => json!({
                "webkitgtk:browserOptions": { "binary": MINI_BROWSER, "args": ["--automation"] }
            }),
        };
        let capabilities = json!({ "capabilities": { "alwaysMatch": always } });
        let reply = self.request("POST", "/session", &capabilities)?;
        let id = reply["sessionId"].as_str().context("no session")?;
        let named = |field: &str| {
            reply["capabilities"][field]
                .as_str()
                .unwrap_or("")
                .to_owned()
        };
        self.session = format!("/session/{id}");
        self.version = format!("{} {}", named("browserName"), named("browserVersion"));
        Ok(())
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.request("POST", &format!("{}{path}", self.session), body)
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        let body = body.to_string();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )?;
        let text = read_body(stream)?;
        let reply: Value = serde_json::from_slice(&text)?;
        if let Some(error) = reply["value"]["error"].as_str() {
            bail!("{path}: {error}: {}", reply["value"]["message"]);
        }
        Ok(reply["value"].clone())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.request("DELETE", &self.session, &json!({}));
        }
        for child in &mut self.children {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn with_port(mut command: Command, argument: &str) -> Command {
    command.arg(argument);
    command
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A display that nobody looks at, for a browser that cannot do without.
fn virtual_display() -> Result<(Child, String)> {
    let mut server = command("Xvfb")
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x900x24",
            "-nolisten",
            "tcp",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("WebKit wants Xvfb (Debian: `apt-get install xvfb`)")?;
    let mut number = String::new();
    let output = server.stdout.take().context("no standard output")?;
    BufReader::new(output).read_line(&mut number)?;
    Ok((server, format!(":{}", number.trim())))
}

/// The body of a reply, by its length or to the end.
fn read_body(stream: TcpStream) -> Result<Vec<u8>> {
    let mut reader = BufReader::new(stream);
    let mut length = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
    let mut body = Vec::new();
    match length {
        Some(length) => {
            body.resize(length, 0);
            reader.read_exact(&mut body)?;
        }
        None => drop(reader.read_to_end(&mut body)?),
    }
    Ok(body)
}
