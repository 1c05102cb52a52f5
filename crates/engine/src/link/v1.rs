//! Version 1 of a link's payload. Frozen: links that were sent must be read for ever.
//!
//! These types are not the recipe's: the recipe may grow fields and change names, and this file
//! translates. `postcard` writes fields in order without their names, so none may be added, removed
//! or moved here. What comes behind them is not read by those who do not know it: there stands, where
//! anything was chosen, one text that says how results were shown. Parameters and import options are JSON text, which carries their names and numbers
//! exactly and bounds their depth.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{LinkError, Linked};
use crate::{
    hash::hex,
    recipe::{Fingerprint, Input, Recipe, Step},
};

#[derive(Serialize, Deserialize)]
struct LinkV1 {
    title: String,
    inputs: Vec<InputV1>,
    steps: Vec<StepV1>,
    selected: String,
}

#[derive(Serialize, Deserialize)]
struct InputV1 {
    name: String,
    file: String,
    /// `as` of the recipe; empty where it is guessed.
    kind: String,
    /// `import` of the recipe as JSON; empty where nothing is overridden.
    import: String,
    fingerprint: Option<FingerprintV1>,
}

#[derive(Serialize, Deserialize)]
struct FingerprintV1 {
    /// 32 bytes, or none.
    bytes: Vec<u8>,
    /// 32 bytes, or none.
    matrix: Vec<u8>,
    shape: Option<(u64, u64)>,
}

#[derive(Serialize, Deserialize)]
struct StepV1 {
    id: String,
    run: String,
    of: Vec<String>,
    /// `with` of the recipe as JSON; empty where all are defaults.
    with: String,
    off: bool,
}

pub fn to_bytes(linked: &Linked) -> Vec<u8> {
    let recipe = &linked.recipe;
    let link = LinkV1 {
        title: recipe.title.clone(),
        inputs: recipe.inputs.iter().map(from_input).collect(),
        steps: recipe.steps.iter().map(from_step).collect(),
        selected: linked.selected.clone(),
    };
    // INVARIANT: these types hold nothing that postcard cannot write, and a vector grows.
    let mut bytes = postcard::to_allocvec(&link).unwrap_or_default();
    if !linked.shown.is_empty() {
        bytes.extend(postcard::to_allocvec(&linked.shown).unwrap_or_default());
    }
    bytes
}

pub fn from_bytes(bytes: &[u8]) -> Result<Linked, LinkError> {
    let (link, behind): (LinkV1, _) =
        postcard::take_from_bytes(bytes).map_err(|_schema| unreadable("recipe"))?;
    let inputs = link.inputs.into_iter().map(to_input);
    let steps = link.steps.into_iter().map(to_step);
    Ok(Linked {
        recipe: Recipe {
            title: link.title,
            inputs: inputs.collect::<Result<_, _>>()?,
            steps: steps.collect::<Result<_, _>>()?,
            ..Recipe::default()
        },
        selected: link.selected,
        shown: postcard::from_bytes(behind).unwrap_or_default(),
    })
}

fn from_input(input: &Input) -> InputV1 {
    let kind = serde_json::to_value(input.kind).unwrap_or_default();
    let import = serde_json::to_string(&input.import).unwrap_or_default();
    InputV1 {
        name: input.name.clone(),
        file: input.file.clone(),
        kind: kind.as_str().unwrap_or_default().into(),
        import: if import == "{}" {
            String::new()
        } else {
            import
        },
        fingerprint: input.fingerprint.as_ref().map(|print| FingerprintV1 {
            bytes: from_hex(&print.bytes),
            matrix: from_hex(&print.matrix),
            shape: print
                .shape
                .map(|[rows, columns]| (rows as u64, columns as u64)),
        }),
    }
}

fn to_input(input: InputV1) -> Result<Input, LinkError> {
    let part = format!("import options of {}", input.name);
    let kind = match input.kind.as_str() {
        "" => String::new(),
        word => Value::from(word).to_string(),
    };
    Ok(Input {
        kind: parsed(&kind, &part)?,
        import: parsed(&input.import, &part)?.unwrap_or_default(),
        name: input.name,
        file: input.file,
        fingerprint: input.fingerprint.map(|print| Fingerprint {
            bytes: hex(&print.bytes),
            matrix: hex(&print.matrix),
            shape: print
                .shape
                .map(|(rows, columns)| [rows as usize, columns as usize]),
        }),
    })
}

fn from_step(step: &Step) -> StepV1 {
    let with = serde_json::to_string(&step.with).unwrap_or_default();
    StepV1 {
        id: step.id.clone(),
        run: step.run.clone(),
        of: step.of.clone(),
        with: if step.with.is_empty() {
            String::new()
        } else {
            with
        },
        off: step.off,
    }
}

fn to_step(step: StepV1) -> Result<Step, LinkError> {
    let part = format!("parameters of {}", step.id);
    Ok(Step {
        with: parsed(&step.with, &part)?.unwrap_or_default(),
        id: step.id,
        run: step.run,
        of: step.of,
        off: step.off,
    })
}

/// A value written as JSON; `None` where nothing was written.
fn parsed<T: DeserializeOwned>(text: &str, part: &str) -> Result<Option<T>, LinkError> {
    if text.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(text)
        .map(Some)
        .map_err(|_json| unreadable(part))
}

/// Bytes of hexadecimal text; anything else than pairs of digits gives none.
fn from_hex(text: &str) -> Vec<u8> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).map(|value| value as u8))
        .collect();
    let digits = digits.unwrap_or_default();
    digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn unreadable(part: &str) -> LinkError {
    LinkError::Unreadable { part: part.into() }
}
