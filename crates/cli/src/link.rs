//! `cuvette link`, `unlink` and `methods`: a recipe in other forms.

use std::path::Path;

use cuvette_engine::{
    Engine,
    protocol::{Answer, Request, RequestBody},
};

use crate::{engine::ask, failure::Failure, recipe};

/// The link that holds a recipe. The names it reveals are told on standard error.
pub fn link(path: &Path, without_file_names: bool, page: &str) -> Result<String, Failure> {
    let recipe = recipe::load_file(path)?;
    let selected = recipe
        .steps
        .last()
        .map_or(String::new(), |step| step.id.clone());
    let body = RequestBody::Link {
        recipe,
        selected,
        shown: String::new(),
        without_file_names,
    };
    let engine = Engine::new(env!("CARGO_PKG_VERSION"), 1);
    let (Answer::Link { link, reveals }, _) = ask(&engine, &Request { id: 1, body })? else {
        return Ok(String::new());
    };
    if !reveals.is_empty() {
        eprintln!("the link holds these names: {}", reveals.join(", "));
    }
    Ok(format!("{}{link}\n", page.trim_end_matches('#')))
}

/// The recipe that a link holds, as JSON.
pub fn unlink(link: &str) -> Result<String, Failure> {
    let recipe = recipe::unlink(link)?;
    let mut text = serde_json::to_string_pretty(&recipe).unwrap_or_default();
    text.push('\n');
    Ok(text)
}

/// What a recipe does, as a paragraph.
pub fn methods(path: &Path) -> Result<String, Failure> {
    let recipe = recipe::load_file(path)?;
    let engine = Engine::new(env!("CARGO_PKG_VERSION"), 1);
    Ok(cuvette_engine::methods(engine.session(), &recipe) + "\n")
}
