//! The header of safetensors: which tensor stands where
//! (<https://github.com/huggingface/safetensors/blob/v0.6.2/README.md#format>).
//!
//! Eight bytes of length, little-endian, then a JSON object: by name the type, the shape, and the
//! first byte and the one behind the last, counted from the end of the header. Read here and not by
//! the crate of that name: a few lines beside the JSON that is read anyway, while the crate wants
//! the file as a whole.

use serde_json::Value;

use super::json::read_fields;
use crate::findings::some_of;

/// Bytes of the length before the header.
pub(super) const LENGTH_BYTES: usize = 8;

/// A longer header is none.
pub(super) const MAX_HEADER: u64 = 16 << 20;

/// How values of a tensor that can be computed with are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Precision {
    F32,
    F16,
    Bf16,
}

/// A tensor of the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Planned {
    pub name: String,
    pub type_name: String,
    pub shape: Vec<usize>,
    /// Bytes of its values.
    pub n_bytes: u64,
    /// How it is kept; `None` where the encoder has no use for it.
    pub kept: Option<Precision>,
}

/// Whether the file begins as safetensors do.
pub(super) fn is_safetensors(head: &[u8]) -> bool {
    match head.split_first_chunk::<LENGTH_BYTES>() {
        Some((length, rest)) => u64::from_le_bytes(*length) < 1 << 32 && rest.starts_with(b"{\""),
        None => false,
    }
}

/// The tensors of a header, in the order of the file.
///
/// # Errors
///
/// In words: no JSON of that shape, places that overlap or leave a gap, a place that does not fit
/// the shape, or a tensor that no encoder of this kind has.
pub(super) fn read_header(text: &[u8]) -> Result<Vec<Planned>, String> {
    let fields =
        read_fields(text).map_err(|problem| format!("its header is damaged: {problem}"))?;
    let mut placed = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        if name != "__metadata__" {
            placed.push(read_tensor(name, &value)?);
        }
    }
    placed.sort_by_key(|(begin, end, _)| (*begin, *end));
    let mut expected = 0;
    for (begin, end, tensor) in &placed {
        if *begin != expected {
            let fault = if *begin < expected {
                "overlaps the one before it"
            } else {
                "leaves a gap behind the one before it"
            };
            return Err(format!(
                "the tensor {} begins at byte {begin} of the values, expected {expected}: it {fault}",
                tensor.name
            ));
        }
        expected = *end;
    }
    let tensors: Vec<Planned> = placed.into_iter().map(|(_, _, tensor)| tensor).collect();
    refuse_unknown(&tensors)?;
    Ok(tensors)
}

fn read_tensor(name: String, value: &Value) -> Result<(u64, u64, Planned), String> {
    let whole = |value: &Value| value.as_u64().filter(|&whole| whole < 1 << 48);
    let type_name = value.get("dtype").and_then(Value::as_str);
    let shape: Option<Vec<u64>> = value
        .get("shape")
        .and_then(Value::as_array)
        .filter(|shape| shape.len() <= 8)
        .and_then(|shape| shape.iter().map(whole).collect());
    let offsets: Option<Vec<u64>> = value
        .get("data_offsets")
        .and_then(Value::as_array)
        .and_then(|offsets| offsets.iter().map(whole).collect());
    let (Some(type_name), Some(shape), Some([begin, end])) = (type_name, shape, offsets.as_deref())
    else {
        return Err(format!(
            "the tensor {name} has no type, shape and place that could be read"
        ));
    };
    let n_bytes = end.checked_sub(*begin).ok_or_else(|| {
        format!("the tensor {name} ends at byte {end}, before its begin at {begin}")
    })?;
    if let Some(value_bytes) = value_bytes(type_name) {
        let needed = shape
            .iter()
            .try_fold(value_bytes, |product, &size| product.checked_mul(size));
        if needed != Some(n_bytes) {
            return Err(format!(
                "the tensor {name} has {n_bytes} bytes, which do not fit its shape {shape:?} of {type_name}"
            ));
        }
    }
    let kept = match (is_of_encoder(&name), type_name) {
        (false, _) | (_, "I64" | "I32" | "U8" | "BOOL") => None,
        (true, "F32") => Some(Precision::F32),
        (true, "F16") => Some(Precision::F16),
        (true, "BF16") => Some(Precision::Bf16),
        (true, other) => {
            return Err(format!(
                "the tensor {name} is of type {other}, expected F32, F16 or BF16"
            ));
        }
    };
    let planned = Planned {
        name,
        type_name: type_name.into(),
        shape: shape.iter().map(|&size| size as usize).collect(),
        n_bytes,
        kept,
    };
    Ok((*begin, *end, planned))
}

fn value_bytes(type_name: &str) -> Option<u64> {
    match type_name {
        "F64" | "I64" | "U64" => Some(8),
        "F32" | "I32" | "U32" => Some(4),
        "F16" | "BF16" | "I16" | "U16" => Some(2),
        "I8" | "U8" | "BOOL" => Some(1),
        _ => None,
    }
}

fn without_prefix(name: &str) -> &str {
    name.strip_prefix("bert.").unwrap_or(name)
}

fn is_of_encoder(name: &str) -> bool {
    let name = without_prefix(name);
    name.starts_with("embeddings.") || name.starts_with("encoder.layer.")
}

/// Heads that stand on an encoder, and are of no use here.
fn is_of_head(name: &str) -> bool {
    let name = without_prefix(name);
    ["cls.", "pooler.", "classifier."]
        .iter()
        .any(|head| name.starts_with(head))
}

fn refuse_unknown(tensors: &[Planned]) -> Result<(), String> {
    let unknown: Vec<String> = tensors
        .iter()
        .filter(|tensor| !is_of_encoder(&tensor.name) && !is_of_head(&tensor.name))
        .map(|tensor| tensor.name.clone())
        .collect();
    if unknown.is_empty() && tensors.iter().any(|tensor| tensor.kept.is_some()) {
        return Ok(());
    }
    let found = if unknown.is_empty() {
        "nothing of an encoder".to_owned()
    } else {
        format!("the tensors {}", some_of(&unknown))
    };
    Err(format!(
        "it holds {found}, expected those of BERT (bert.embeddings…, bert.encoder.layer…)"
    ))
}

#[cfg(test)]
mod tests {
    use super::read_header;

    const NAME: &str = "bert.embeddings.word_embeddings.weight";

    fn tensor(name: &str, type_name: &str, shape: &str, offsets: &str) -> String {
        format!(r#""{name}":{{"dtype":"{type_name}","shape":{shape},"data_offsets":{offsets}}}"#)
    }

    fn check(tensors: &[String], expected: &str) {
        let text = format!("{{{}}}", tensors.join(","));
        let problem = read_header(text.as_bytes()).unwrap_err();
        assert!(problem.contains(expected), "{problem}");
    }

    #[test]
    fn places_that_cannot_be_are_refused() {
        let first = tensor(NAME, "F32", "[2,2]", "[0,16]");
        let second = |offsets| tensor("cls.predictions.bias", "F32", "[2]", offsets);
        check(&[first.clone(), second("[8,16]")], "overlaps");
        check(&[first.clone(), second("[20,28]")], "leaves a gap");
        check(&[first.clone(), second("[24,16]")], "before its begin");
        check(&[first.clone(), second("[16,20]")], "do not fit its shape");
        check(
            &[first.clone(), second("[-1,20]")],
            "no type, shape and place",
        );
        check(&[first.clone(), first], "stands twice");
        let huge = "[281474976710655,281474976710655,281474976710655]";
        check(&[tensor(NAME, "F32", huge, "[0,16]")], "do not fit");
    }

    #[test]
    fn tensors_of_other_models_are_refused_by_name() {
        check(
            &[tensor("model.layers.0.weight", "F32", "[1]", "[0,4]")],
            "model.layers.0.weight",
        );
        check(
            &[tensor("cls.predictions.bias", "F32", "[1]", "[0,4]")],
            "nothing of an encoder",
        );
        check(&[tensor(NAME, "F64", "[1]", "[0,8]")], "of type F64");
        check(&["\"a\":".to_owned()], "header is damaged");
    }

    #[test]
    fn heads_and_buffers_are_not_kept() {
        let tensors = [
            tensor(NAME, "F16", "[3,2]", "[40,52]"),
            tensor("bert.embeddings.position_ids", "I64", "[1,4]", "[0,32]"),
            tensor("classifier.weight", "F32", "[2]", "[32,40]"),
            r#""__metadata__":{"format":"pt"}"#.to_owned(),
        ];
        let text = format!("{{{}}}", tensors.join(","));
        let found = read_header(text.as_bytes()).unwrap();
        let kept: Vec<bool> = found.iter().map(|tensor| tensor.kept.is_some()).collect();
        assert_eq!(kept, [false, false, true]);
        assert_eq!(found[2].shape, [3, 2]);
    }
}
