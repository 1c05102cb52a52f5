//! A contestant: told a task, answers with the time it took and what came out.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{input::Inputs, native, page::Page, peers, rows::Who, warm::WarmPage};

/// What a task took.
pub struct TaskReply {
    /// Seconds of the call alone.
    pub seconds: f64,
    /// Memory beyond what was held before; 0 where unknown.
    pub peak_bytes: u64,
    /// What came out, as numbers to compare.
    pub answer: Vec<f64>,
}

/// A running contestant; stopped when dropped.
pub enum Contestant {
    /// A child that reads requests from standard input.
    Process(Box<Process>),
    /// A page in a browser.
    Page(Box<Page>),
    /// The real page in a browser.
    Warm(Box<WarmPage>),
}

impl Contestant {
    /// Starts it; for a browser this builds the engine first where that is needed.
    pub fn start(who: &Who, inputs: &Inputs) -> Result<Self> {
        let command = match who {
            Who::Browser { browser, n_threads } => {
                let page = Page::start(browser, *n_threads, inputs)?;
                return Ok(Self::Page(Box::new(page)));
            }
            Who::Warm { browser } => {
                return Ok(Self::Warm(Box::new(WarmPage::start(browser)?)));
            }
            Who::Native => native::contestant(inputs)?,
            Who::Python => peers::python(inputs),
            Who::R => peers::r(inputs)?,
            Who::Node => peers::node(inputs),
        };
        Ok(Self::Process(Box::new(Process::start(command)?)))
    }

    /// Does the task once.
    pub fn run(&mut self, task: &str) -> Result<TaskReply> {
        match self {
            Self::Process(process) => process.run(task),
            Self::Page(page) => page.run(task),
            Self::Warm(page) => page.run(task),
        }
    }
}

/// A child process that answers one line per request line.
pub struct Process {
    child: Child,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl Process {
    fn start(mut command: std::process::Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{command:?}"))?;
        let requests = child.stdin.take().context("no standard input")?;
        let replies = BufReader::new(child.stdout.take().context("no standard output")?);
        Ok(Self {
            child,
            requests,
            replies,
        })
    }

    fn run(&mut self, task: &str) -> Result<TaskReply> {
        writeln!(self.requests, "{}", serde_json::json!({ "task": task }))?;
        self.requests.flush()?;
        let mut line = String::new();
        self.replies.read_line(&mut line)?;
        reply_from_json(&line)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends by itself when its standard input closes; nobody waits for that here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A reply as all contestants write it.
pub fn reply_from_json(text: &str) -> Result<TaskReply> {
    let reply: Value = serde_json::from_str(text)
        .with_context(|| format!("expected a reply, found {:?}", text.trim()))?;
    if let Some(error) = reply["error"].as_str() {
        anyhow::bail!("{error}");
    }
    let answer = reply["answer"].as_array().context("no answer")?;
    Ok(TaskReply {
        seconds: reply["seconds"].as_f64().context("no seconds")?,
        peak_bytes: reply["peak_bytes"].as_u64().unwrap_or(0),
        answer: answer.iter().filter_map(Value::as_f64).collect(),
    })
}
