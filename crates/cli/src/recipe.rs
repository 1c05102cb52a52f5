//! The recipe that is to be run: from a file, or from a link.

use std::path::{Path, PathBuf};

use cuvette_engine::{
    EngineError, Shown,
    link::{self, Linked},
    protocol::ErrorReport,
    recipe::{Recipe, check::nearest},
    shown_from_text,
};

use crate::failure::Failure;

/// A recipe and where it came from.
pub struct LoadedRecipe {
    /// The recipe.
    pub recipe: Recipe,
    /// How its results were shown, by step, where a link says so.
    pub shown: Vec<(String, Shown)>,
    /// Folder in which its files are looked for; the current one for a link.
    pub folder: PathBuf,
}

/// Reads a recipe from the argument of `run`.
pub fn load(argument: &str) -> Result<LoadedRecipe, Failure> {
    let path = Path::new(argument);
    if looks_like_link(argument) && !path.exists() {
        let linked = linked(argument)?;
        return Ok(LoadedRecipe {
            shown: shown_from_text(&linked.shown),
            recipe: linked.recipe,
            folder: PathBuf::new(),
        });
    }
    Ok(LoadedRecipe {
        recipe: load_file(path)?,
        shown: Vec::new(),
        folder: path.parent().unwrap_or(Path::new("")).to_owned(),
    })
}

/// Reads a recipe from its file.
pub fn load_file(path: &Path) -> Result<Recipe, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::file("the recipe cannot be read", path, &error))?;
    serde_json::from_str(&text).map_err(|error| not_a_recipe(path, &error).into())
}

/// The recipe that a link holds; whatever stands before its `#` is left out.
pub fn unlink(text: &str) -> Result<Recipe, Failure> {
    Ok(linked(text)?.recipe)
}

fn linked(text: &str) -> Result<Linked, Failure> {
    let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
    let linked =
        link::decode(fragment).map_err(|error| ErrorReport::from(&EngineError::from(error)))?;
    Ok(linked)
}

/// True for `…#c1.…` and `c1.…`, of any version.
fn looks_like_link(text: &str) -> bool {
    let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
    let version = fragment
        .strip_prefix('c')
        .and_then(|rest| rest.split_once('.'));
    version.is_some_and(|(digits, _)| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn not_a_recipe(path: &Path, error: &serde_json::Error) -> ErrorReport {
    let message = error.to_string();
    let what = message.split(" at line ").next().unwrap_or(&message);
    ErrorReport {
        code: "recipe".into(),
        message: format!("this is no recipe: {what}"),
        hint: nearest_expected(what).map(|word| format!("did you mean {word}?")),
        field: None,
        location: Some(format!(
            "line {}, column {}, of {}",
            error.line(),
            error.column(),
            path.display()
        )),
        remedies: Vec::new(),
    }
}

/// The nearest of the words that the JSON reader would have taken. It names the one it found and
/// then those, each in backticks: "unknown field `stepss`, expected one of `inputs`, `steps`".
fn nearest_expected(message: &str) -> Option<String> {
    let mut words = message.split('`').skip(1).step_by(2);
    let found = words.next()?;
    nearest(found, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_told_from_files() {
        let check =
            |text: &str, expected: bool| assert_eq!(looks_like_link(text), expected, "{text}");
        check("https://example.org/app/#c1.d.AAAA.1234abcd", true);
        check("#c1.d.AAAA.1234abcd", true);
        check("c12.d.AAAA.1234abcd", true);
        check("recipe.json", false);
        check("counts.c1.json", false);
        check("c.json", false);
    }

    #[test]
    fn a_misspelled_field_brings_the_nearest_one() {
        let error = serde_json::from_str::<Recipe>(r#"{"cuvette": 1, "stepss": []}"#).unwrap_err();
        let report = not_a_recipe(Path::new("r.json"), &error);
        assert_eq!(report.hint.as_deref(), Some("did you mean steps?"));
        assert!(report.location.unwrap().starts_with("line 1"));
    }
}
