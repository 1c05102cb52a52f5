//! The command `cuvette`.
fn main() {}
