//! The page itself, from `dist/`, loaded again and again.

use anyhow::{Context, Result, bail};

use super::{
    contestant::TaskReply,
    server::{Mount, Server},
    webdriver::Browser,
};
use crate::workspace::dist;

/// A browser that has loaded the page before: every file is in the cache of its service worker.
pub struct WarmPage {
    url: String,
    // Held so that both end with the contestant.
    _server: Server,
    browser: Browser,
}

impl WarmPage {
    /// Serves `dist/`, loads the page once and waits until everything is stored.
    pub fn start(name: &str) -> Result<Self> {
        if !dist().join("index.html").exists() {
            bail!("there is no page yet: run `cargo xtask build`");
        }
        let server = Server::start(vec![Mount {
            prefix: "/".into(),
            folder: dist(),
        }])?;
        let page = Self {
            url: format!("http://{}/", server.address),
            _server: server,
            browser: Browser::start(name)?,
        };
        page.browser.open(&page.url)?;
        page.milliseconds_until(ALL_IS_STORED)?;
        Ok(page)
    }

    /// Loads the page and waits for the task's sign.
    pub fn run(&mut self, task: &str) -> Result<TaskReply> {
        let sign = if task == "interactive" {
            PAGE_STANDS
        } else {
            ENGINE_IS_UP
        };
        self.browser.open(&self.url)?;
        Ok(TaskReply {
            seconds: self.milliseconds_until(sign)? / 1000.0,
            peak_bytes: 0,
            answer: Vec::new(),
        })
    }

    /// Milliseconds from the start of the navigation until the sign is seen, looked for in every
    /// frame from when the driver says that the page has loaded: an upper bound.
    fn milliseconds_until(&self, sign: &str) -> Result<f64> {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const look = () => {{
               if ({sign} || performance.now() > 20000) done(performance.now());
               else requestAnimationFrame(look);
             }};
             look();"
        );
        self.browser.script(&script)?.as_f64().context("no time")
    }
}

/// The first screen is there and its buttons can be pressed.
const PAGE_STANDS: &str = "document.querySelector('main button')";
/// The service worker has every file.
const ALL_IS_STORED: &str = "document.querySelector('#offline.good')";
/// The foot says how many threads the engine has.
const ENGINE_IS_UP: &str =
    "/\\d thread|Single/.test(document.querySelector('#threads')?.textContent)";
