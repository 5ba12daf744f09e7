//! The real window, from outside: what a person does, and what they then see.
//!
//! Each test has a desk of its own (see the library of this package) and ends within minutes,
//! whatever hangs. Pictures of the screen are left in `target/screens`;
//! `STERK_PHOTOGRAPH=1` makes those of `docs/screens` anew.
#![cfg(target_os = "linux")]

mod album;
mod authority;
mod backups;
mod canary;
mod contrast;
mod crash;
mod desk;
mod details;
mod enrol;
mod guide;
mod journey;
mod keyring;
mod keys;
mod languages;
mod leftovers;
mod locking;
mod looking;
mod many;
mod memory;
#[expect(dead_code, reason = "other sessions are tried in `tests/away.rs`")]
#[path = "../../../support/moments.rs"]
mod moments;
mod order;
mod party;
mod person;
mod policy;
mod poster;
mod reveals;
mod screens;
mod senses;
mod settings;
mod site;
mod slots;
