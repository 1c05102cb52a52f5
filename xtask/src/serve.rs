//! A small static server for one person on this machine.

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};

use crate::policy;
use crate::workspace::dist;

/// Serves `dist/` on 127.0.0.1 until the process is ended.
///
/// It sends no isolation headers, like most static hosts: the service worker adds them. With `dev`
/// there is no service worker, and the server sends them itself.
pub fn serve(port: u16, dev: bool) -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port))
        .with_context(|| format!("port {port} is taken; choose another with `--port`"))?;
    println!(
        "\nCuvette is at http://{}/ (end with Ctrl-C)",
        listener.local_addr()?
    );
    for stream in listener.incoming() {
        let stream = stream?;
        // A browser that goes away in the middle is no concern of ours.
        thread::spawn(move || drop(answer(&stream, dev)));
    }
    Ok(())
}

/// Answers every request of one connection.
fn answer(stream: &TcpStream, dev: bool) -> Result<()> {
    let mut reader = BufReader::new(stream);
    let mut writer = BufWriter::new(stream);
    while let Some((method, address)) = read_request(&mut reader)? {
        respond(&mut writer, &method, &address, dev)?;
        writer.flush()?;
    }
    Ok(())
}

/// Method and address of the next request, or nothing when the other side has closed.
fn read_request(reader: &mut impl BufRead) -> Result<Option<(String, String)>> {
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split_whitespace().map(str::to_owned);
    let (Some(method), Some(address)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    Ok(Some((method, address)))
}

fn respond(stream: &mut impl Write, method: &str, address: &str, dev: bool) -> Result<()> {
    let found = find(&dist(), address).and_then(|path| Some((fs::read(&path).ok()?, path)));
    let (status, kind, body) = match &found {
        Some((body, path)) => ("200 OK", content_type(path), body.as_slice()),
        None => ("404 Not Found", "text/plain", &b"not found\n"[..]),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n",
        body.len()
    )?;
    if dev {
        for (name, value) in policy::headers() {
            write!(stream, "{name}: {value}\r\n")?;
        }
    }
    stream.write_all(b"\r\n")?;
    if method != "HEAD" {
        stream.write_all(body)?;
    }
    Ok(())
}

/// The file an address stands for; nothing outside `folder`.
fn find(folder: &Path, address: &str) -> Option<PathBuf> {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let inside = path.trim_start_matches('/');
    if inside.split('/').any(|part| part == "..") || inside.contains(['\\', '%']) {
        return None;
    }
    let file = folder.join(inside);
    Some(if file.is_dir() {
        file.join("index.html")
    } else {
        file
    })
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("csv" | "tsv" | "txt" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: Option<&str>) {
        let found = find(Path::new("dist"), address);
        assert_eq!(found, expected.map(PathBuf::from), "{address}");
    }

    #[test]
    fn addresses_stay_inside_the_folder() {
        check("/app.js", Some("dist/app.js"));
        check(
            "/engine/single-1/worker.js?threads=2",
            Some("dist/engine/single-1/worker.js"),
        );
        check("/../Cargo.toml", None);
        check("/%2e%2e/Cargo.toml", None);
        check("/engine/../../Cargo.toml", None);
    }
}
