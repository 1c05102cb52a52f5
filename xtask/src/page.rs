//! Builds the page with Trunk.

use std::path::PathBuf;

use anyhow::Result;

use crate::process::{run, step};
use crate::workspace::{command, target};

/// Where Trunk leaves the page of a profile.
pub fn folder(profile: &str) -> PathBuf {
    target(&format!("page/{profile}"))
}

/// Builds the page; the engine is not part of it.
pub fn build(profile: &str) -> Result<()> {
    step(
        "page: compile, bind, optimize; two minutes the first time",
        || {
            run(command("trunk")
                .args(["--log", "warn", "--skip-version-check"])
                .args(["build", "--release", "--cargo-profile", profile, "--dist"])
                .arg(folder(profile))
                // Trunk reads NO_COLOR as `true` or `false` and refuses the usual `1`.
                .env_remove("NO_COLOR"))
        },
    )
}
