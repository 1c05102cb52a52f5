//! What the machine works on.

use std::sync::Arc;

use super::{
    Entry, Problem,
    names::Name,
    numbers::{Number, NumberType},
};

/// What stands on the stack. Containers stand in the arena.
#[derive(Debug, Clone)]
pub(super) enum Value {
    None,
    Bool,
    Number(Number),
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
    Name(Name),
    Object(usize),
}

#[derive(Debug)]
pub(super) enum Object {
    Dictionary(Vec<(Value, Value)>),
    List,
    Tuple(Vec<Value>),
    NumberType(NumberType),
}

/// An error in words.
pub(super) fn damaged<T>(problem: &str) -> Result<T, Problem> {
    Err(Problem::Damaged(problem.into()))
}

/// Values as names and what stands behind them.
pub(super) fn pairs(values: Vec<Value>) -> Result<Vec<(Value, Value)>, Problem> {
    if !values.len().is_multiple_of(2) {
        return damaged("a name without a value");
    }
    let mut values = values.into_iter();
    let mut all = Vec::with_capacity(values.len() / 2);
    while let (Some(name), Some(value)) = (values.next(), values.next()) {
        all.push((name, value));
    }
    Ok(all)
}

/// A pair as an entry of the dictionary that is read.
pub(super) fn entry((name, value): &(Value, Value)) -> Result<(Arc<str>, Entry), Problem> {
    let Value::Text(name) = name else {
        return damaged("a name in the dictionary is no text");
    };
    let entry = match value {
        Value::Number(Number::Integer(whole)) => Entry::Integer(*whole),
        Value::Number(Number::Float(number)) => Entry::Number(*number),
        Value::Text(text) => Entry::Text(Arc::clone(text)),
        _ => {
            return Err(Problem::Damaged(format!(
                "the value of {name:?} is neither a number nor a text"
            )));
        }
    };
    Ok((Arc::clone(name), entry))
}
