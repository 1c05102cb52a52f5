//! Our engine in a browser, as a contestant.

use anyhow::{Context, Result};

use super::{
    contestant::{TaskReply, reply_from_json},
    input::Inputs,
    server::{Mount, Server},
    webdriver::Browser,
};
use crate::workspace::root;

/// A browser that shows `benches/page` and does what it is told.
pub struct Page {
    server: Server,
    // Held so that it closes with the page.
    _browser: Browser,
}

impl Page {
    /// Serves the page with the engine and opens it.
    pub fn start(name: &str, n_threads: usize, inputs: &Inputs) -> Result<Self> {
        let engines = inputs.engines.as_ref().context("no engine was built")?;
        let engine = if n_threads > 0 {
            engines.threads.clone()
        } else {
            engines.single.clone()
        };
        let mount = |prefix: &str, folder| Mount {
            prefix: prefix.into(),
            folder,
        };
        let server = Server::start(vec![
            mount("/", root().join("benches/page")),
            mount("/engine/", engine),
            mount("/input/", inputs.folder.clone()),
        ])?;
        let browser = Browser::start(name)?;
        browser.open(&format!("http://{}/?threads={n_threads}", server.address))?;
        browser.choose_file(&inputs.folder.join("table.tsv"))?;
        Ok(Self {
            server,
            _browser: browser,
        })
    }

    /// Does the task once.
    pub fn run(&mut self, task: &str) -> Result<TaskReply> {
        reply_from_json(&self.server.ask(task)?)
    }
}
