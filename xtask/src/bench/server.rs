//! A server for one page: static folders with isolation headers, and two addresses through which
//! the harness and the page talk.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

use anyhow::{Context, Result};

/// Longest time a task may take, everything before it (building pools, fetching inputs) included.
const TIMEOUT: Duration = Duration::from_mins(2);

/// The server and its two channels to the page.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    tasks: Sender<String>,
    replies: Receiver<String>,
}

/// A folder under a prefix: `/engine/` → `…/engine-threads`.
pub struct Mount {
    /// Begins and ends with `/`.
    pub prefix: String,
    /// What lies there.
    pub folder: PathBuf,
}

impl Server {
    /// Listens on a free port; runs until the process ends.
    pub fn start(mounts: Vec<Mount>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let (tasks, next_task) = channel();
        let (reply, replies) = channel();
        let shared = Arc::new(Shared {
            mounts,
            next_task: Mutex::new(next_task),
            reply: Mutex::new(reply),
        });
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                // A browser that closes early is no trouble of ours.
                std::thread::spawn(move || drop(shared.answer(&stream)));
            }
        });
        Ok(Self {
            address,
            tasks,
            replies,
        })
    }

    /// Gives the page a task and waits for its reply.
    pub fn ask(&self, task: &str) -> Result<String> {
        self.tasks.send(task.to_owned())?;
        self.replies
            .recv_timeout(TIMEOUT)
            .with_context(|| format!("no reply from the page in {} s", TIMEOUT.as_secs()))
    }
}

struct Shared {
    mounts: Vec<Mount>,
    next_task: Mutex<Receiver<String>>,
    reply: Mutex<Sender<String>>,
}

impl Shared {
    fn answer(&self, stream: &TcpStream) -> Result<()> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let path = line.split(' ').nth(1).unwrap_or("/").to_owned();
        let path = match path.split('?').next() {
            None | Some("" | "/") => "/index.html",
            Some(path) => path,
        };
        let length = content_length(&mut reader)?;
        match path {
            "/next" => {
                let tasks = self
                    .next_task
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let task = tasks.recv()?;
                respond(stream, "200 OK", "text/plain", task.as_bytes())
            }
            "/reply" => {
                let mut body = vec![0; length];
                reader.read_exact(&mut body)?;
                let sender = self.reply.lock().unwrap_or_else(PoisonError::into_inner);
                sender.send(String::from_utf8_lossy(&body).into_owned())?;
                respond(stream, "204 No Content", "text/plain", b"")
            }
            _ => match self.file(path) {
                Some(bytes) => respond(stream, "200 OK", media_type(path), &bytes),
                None => respond(stream, "404 Not Found", "text/plain", path.as_bytes()),
            },
        }
    }

    fn file(&self, path: &str) -> Option<Vec<u8>> {
        let mount = self
            .mounts
            .iter()
            .filter(|mount| path.starts_with(&mount.prefix))
            .max_by_key(|mount| mount.prefix.len())?;
        let rest = path.get(mount.prefix.len()..)?;
        if rest.split('/').any(|part| part == "..") {
            return None;
        }
        fs::read(mount.folder.join(rest)).ok()
    }
}

fn content_length(reader: &mut impl BufRead) -> Result<usize> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if line.trim().is_empty() {
            return Ok(length);
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
}

fn respond(mut stream: &TcpStream, status: &str, media_type: &str, body: &[u8]) -> Result<()> {
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n\
         Cross-Origin-Opener-Policy: same-origin\r\nCross-Origin-Embedder-Policy: require-corp\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nCache-Control: no-store\r\n\
         Connection: close\r\n\r\n",
        body.len()
    )?;
    Ok(stream.write_all(body)?)
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or("") {
        "js" | "mjs" => "text/javascript",
        "wasm" => "application/wasm",
        "html" => "text/html",
        "css" => "text/css",
        "json" | "webmanifest" => "application/json",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
