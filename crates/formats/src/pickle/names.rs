//! The names of Python that a pickle may use, and what they stand for here.

use super::Problem;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// `numpy.core.multiarray.scalar`: a number from its type and bytes.
    Scalar,
    /// `numpy.dtype`: the type of a number.
    NumberType,
    /// `collections.defaultdict` and `collections.OrderedDict`.
    Dictionary,
    /// `_codecs.encode`: how protocols 0 to 2 write bytes.
    Encode,
    /// `int`, `float`, `str`: what a `defaultdict` gives for names it does not have. Never called.
    Default,
}

/// The name, or its refusal.
pub(super) fn known_name(module: &str, name: &str) -> Result<Name, Problem> {
    match (module, name) {
        ("numpy.core.multiarray" | "numpy._core.multiarray", "scalar") => Ok(Name::Scalar),
        ("numpy", "dtype") => Ok(Name::NumberType),
        ("collections", "defaultdict" | "OrderedDict") => Ok(Name::Dictionary),
        ("_codecs", "encode") => Ok(Name::Encode),
        ("builtins" | "__builtin__", "int" | "float" | "str") => Ok(Name::Default),
        _ => Err(Problem::Refused(format!("{module}.{name}"))),
    }
}
