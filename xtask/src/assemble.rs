//! Puts the page, both engines, the reader of workbooks and the service worker together in `dist/`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::engine::Engines;
use crate::policy::CONTENT_SECURITY_POLICY;
use crate::process::{both, output, step};
use crate::workspace::{command, dist, root};
use crate::{engine, files, page, service_worker, style};

/// Builds what has changed and writes `dist/` anew: what any static host serves as it is.
///
/// With `dev` the service worker is the kill switch, so that every reload shows the newest build.
pub fn build(profile: &str, dev: bool) -> Result<()> {
    let (engines, ()) = both(|| engine::build(profile), || page::build(profile))?;
    assemble(profile, &engines, dev)
}

fn assemble(profile: &str, engines: &Engines, dev: bool) -> Result<()> {
    step("dist: page, engines, service worker", || {
        let dist = dist();
        files::fresh_folder(&dist)?;
        files::copy_folder(&page::folder(profile), &dist)?;
        let threads = add_engine(&engines.threads, &dist)?;
        let single = add_engine(&engines.single, &dist)?;
        let sheets = add_engine(&engines.sheets, &dist)?;
        let register = add_hashed(
            &fs::read_to_string(root().join("www/register.js"))?,
            ("register", "js"),
            &dist,
        )?;

        let path = dist.join("index.html");
        let html = without_inline_script(&fs::read_to_string(&path)?, &dist)?;
        let (html, links) = style::take_links(&html)?;
        let style = join_sheets(&links, &dist)?;
        let html = html
            .replace("{{commit}}", &commit())
            .replace("{{policy}}", CONTENT_SECURITY_POLICY)
            .replace("{{engine-threads}}", &threads)
            .replace("{{engine-single}}", &single)
            .replace("{{style}}", &style)
            .replace("{{sheets}}", &sheets)
            .replace("{{register}}", &register);
        fs::write(&path, &html)?;
        let version = version(&dist)?;
        fs::write(&path, html.replace("{{version}}", &version))?;
        if dev {
            // An earlier build on the same port may have left its service worker in the browser.
            fs::copy(root().join("www/kill-switch.js"), dist.join("sw.js"))?;
        } else {
            service_worker::write(&dist, &version)?;
        }
        println!("  version {version}");
        Ok(())
    })
}

/// The crate's version and a hash of everything the page is made of.
fn version(dist: &Path) -> Result<String> {
    let hash = files::folder_hash(dist)?;
    Ok(format!("{}+{}", env!("CARGO_PKG_VERSION"), &hash[..8]))
}

/// The commit this was built from, `CUVETTE_COMMIT` where it is set, or nothing where neither it nor
/// git says.
fn commit() -> String {
    if let Ok(commit) = std::env::var("CUVETTE_COMMIT") {
        return commit;
    }
    let describe = [
        "describe",
        "--always",
        "--dirty= with changes",
        "--exclude=*",
    ];
    output(command("git").args(describe))
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}

/// Copies an engine's folder to `engine/`; returns its address relative to the page.
fn add_engine(folder: &Path, dist: &Path) -> Result<String> {
    let name = folder.file_name().context("an engine has a folder")?;
    let address = format!("engine/{}/", name.to_string_lossy());
    files::copy_folder(folder, &dist.join(&address))?;
    Ok(address)
}

/// Puts one style sheet in the place of many; returns its address relative to the page.
fn join_sheets(names: &[String], dist: &Path) -> Result<String> {
    let mut joined = String::new();
    for name in names {
        let path = dist.join(name);
        joined += &style::bare(&fs::read_to_string(&path)?)?;
        fs::remove_file(path)?;
    }
    add_hashed(&joined, ("style", "css"), dist)
}

/// Writes a text under a name that holds its hash; returns its address relative to the page.
fn add_hashed(text: &str, (name, kind): (&str, &str), dist: &Path) -> Result<String> {
    let address = format!("{name}-{}.{kind}", files::short_hash(text.as_bytes()));
    fs::write(dist.join(&address), text)?;
    Ok(format!("./{address}"))
}

/// Moves the script that Trunk writes into the page to a file of its own.
///
/// The policy then needs no exception for inline scripts, not even a hash.
fn without_inline_script(html: &str, dist: &Path) -> Result<String> {
    let open = "<script type=\"module\">";
    let Some((before, rest)) = html.split_once(open) else {
        bail!("Trunk's page has no `{open}`: it is not the version pinned here");
    };
    let (script, after) = rest
        .split_once("</script>")
        .context("an open script element")?;
    let address = add_hashed(script, ("start", "js"), dist)?;
    let html = format!("{before}<script type=\"module\" src=\"{address}\"></script>{after}");
    let inline = html.match_indices("<script").any(|(at, _)| {
        !html[at..]
            .split('>')
            .next()
            .is_some_and(|tag| tag.contains(" src="))
    });
    if inline {
        bail!("the page has more than one inline script; the policy would refuse it");
    }
    Ok(html)
}
