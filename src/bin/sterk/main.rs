//! The command line `sterk`.
fn main() {}
