//! Browsers and their drivers, from the machine or from Debian's packages.

use std::env;
use std::path::Path;

use crate::process::{output, run, step, succeeds};
use crate::workspace::{command, search_path};

/// What one browser's tests need: any of the programs of each row, and the package that has it.
struct Browser {
    name: &'static str,
    needs: &'static [(&'static [&'static str], &'static str)],
}

const BROWSERS: [Browser; 3] = [
    Browser {
        name: "Chromium",
        needs: &[
            (
                &["chromium", "chromium-browser", "google-chrome"],
                "chromium",
            ),
            (&["chromedriver"], "chromium-driver"),
        ],
    },
    Browser {
        name: "Firefox",
        needs: &[(&["firefox-esr", "firefox"], "firefox-esr")],
    },
    Browser {
        name: "WebKit",
        needs: &[
            (&["WebKitWebDriver"], "webkit2gtk-driver"),
            (&["Xvfb"], "xvfb"),
        ],
    },
];

/// Installs the browsers that are missing, if it may; else names them and what stays untested.
pub fn install() {
    let missing: Vec<&str> = BROWSERS.iter().flat_map(Browser::missing).collect();
    if !missing.is_empty() {
        let what = format!("apt-get install {}; about 2 minutes", missing.join(" "));
        if let Err(error) = step(&what, || apt_get(&missing)) {
            println!("  not installed: {error:#}");
        }
    }
    for browser in &BROWSERS {
        let missing = browser.missing();
        if !missing.is_empty() {
            println!(
                "! {} stays untested: it needs the Debian package {}",
                browser.name,
                missing.join(" and ")
            );
        }
    }
}

impl Browser {
    fn missing(&self) -> Vec<&'static str> {
        let lacks = |programs: &[&str]| !programs.iter().any(|program| on_path(program));
        self.needs
            .iter()
            .filter(|(programs, _)| lacks(programs))
            .map(|(_, package)| *package)
            .collect()
    }
}

fn on_path(program: &str) -> bool {
    env::split_paths(&search_path()).any(|folder| folder.join(program).is_file())
}

/// As root directly, else through `sudo` where that asks for no password.
fn apt_get(packages: &[&str]) -> anyhow::Result<()> {
    let is_root = output(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let may_sudo = || succeeds(command("sudo").args(["-n", "true"]));
    anyhow::ensure!(
        Path::new("/usr/bin/apt-get").exists() && (is_root || may_sudo()),
        "only root may install packages here"
    );
    let apt = |arguments: &[&str]| {
        let mut apt = command(if is_root { "env" } else { "sudo" });
        if !is_root {
            apt.args(["-n", "env"]);
        }
        run(apt
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"])
            .args(arguments))
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}
