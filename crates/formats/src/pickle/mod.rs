//! Python pickles of dictionaries, read without Python: protocols 0 to 5
//! (<https://github.com/python/cpython/blob/v3.13.0/Lib/pickletools.py>).
//!
//! How this works: a pickle is a program for a small stack machine. [`machine`] runs the part of it
//! that makes dictionaries of texts and numbers, those of numpy among them. A pickle may also name
//! any function of Python to be called with arguments of its choice. Here a name is never looked up:
//! the few in [`names`] stand for what they make, and every other one refuses the file.
//!
//! Before you change it: the bytes are anybody's. Containers live in an arena and refer to each
//! other by position, so that no nesting, however deep, is walked or dropped recursively; every
//! instruction takes memory in proportion to its own bytes.

mod machine;
mod names;
mod numbers;
mod stream;
mod values;

use std::{collections::BTreeSet, sync::Arc};

use machine::Machine;

/// A pickle of more bytes than this is not read: the dictionaries of Geneformer have 4 MB at most.
pub(crate) const MAX_BYTES: usize = 64 << 20;

/// What a dictionary holds under a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A text.
    Text(Arc<str>),
}

/// A dictionary in the order in which it was made.
pub(crate) type Entries = Vec<(Arc<str>, Entry)>;

/// Why a pickle is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PickleError {
    /// Bytes before the instruction.
    pub byte: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a pickle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// It would call something other than what makes dictionaries and numbers.
    Refused(String),
    /// It is cut short.
    Cut,
    /// Anything else, in words.
    Damaged(String),
}

/// Whether a file begins as pickles do: those of protocol 2 and later say so, earlier ones are
/// known by a dictionary, or by a name of Python as their first instruction.
pub(crate) fn is_pickle(head: &[u8]) -> bool {
    match head {
        [0x80, 0..=5, ..] | [b'}', b'q', ..] => true,
        [b'(', b'd', b'p', rest @ ..] => {
            let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            n_digits > 0 && rest.get(n_digits) == Some(&b'\n')
        }
        [b'c', rest @ ..] => is_name_of_python(rest),
        _ => false,
    }
}

/// A module and a name, each on a line of its own, then an instruction.
fn is_name_of_python(rest: &[u8]) -> bool {
    let mut lines = rest.splitn(3, |&byte| byte == b'\n');
    let is_word = |line: Option<&[u8]>| {
        line.is_some_and(|line| {
            let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"._".contains(byte);
            !line.is_empty() && line.len() < 100 && line.iter().all(is_letter)
        })
    };
    is_word(lines.next())
        && is_word(lines.next())
        && match lines.next().unwrap_or_default() {
            // Only the first memo: gene lists hold names like p53.
            [b'(' | b')' | b'.', ..] | [b'p', b'0', b'\n', ..] => true,
            [b'q', number, ..] => *number < b' ',
            _ => false,
        }
}

/// The dictionary that a pickle holds.
///
/// # Errors
///
/// Where it is cut or damaged, holds anything but a dictionary of texts and numbers, or a name
/// twice; and before anything else where it names a function of Python.
pub(crate) fn read_pickle(bytes: &[u8]) -> Result<Entries, PickleError> {
    let mut machine = Machine::new(bytes);
    let entries = machine.run()?;
    let mut names = BTreeSet::new();
    for (name, _) in &entries {
        if !names.insert(name) {
            let problem = Problem::Damaged(format!("{name:?} stands twice in the dictionary"));
            return Err(PickleError {
                byte: bytes.len(),
                problem,
            });
        }
    }
    Ok(entries)
}

/// What the start of a pickle shows of its dictionary.
pub(crate) fn peek_pickle(head: &[u8]) -> Entries {
    let mut machine = Machine::new(head);
    machine.run().unwrap_or_else(|_| machine.first_dictionary())
}

#[cfg(test)]
mod tests;
