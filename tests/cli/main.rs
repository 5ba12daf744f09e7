//! The command line against its contract: what it answers, where, and with which exit status.
//!
//! Every test runs the program itself. A vault that only a recovery key opens spares the tests the cost of
//! a passphrase; those about passphrases pay it.
#![cfg(unix)]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test stops where its setting fails")]

mod accounts;
mod adding;
mod audit;
mod automatic;
mod backups;
mod bad_input;
mod codes;
mod contract;
mod crash;
mod exporting;
#[cfg(target_os = "linux")]
mod hardening;
mod keeping;
#[cfg(target_os = "linux")]
mod keyring;
mod leaks;
mod leftovers;
mod policy;
mod restoring;
#[path = "../support/screen.rs"]
#[cfg(target_os = "linux")]
mod screen;
#[path = "../support/secret_service.rs"]
#[cfg(target_os = "linux")]
mod secret_service;
#[cfg(target_os = "linux")]
mod seeing;
#[path = "../support/sterk.rs"]
mod sterk;
#[cfg(target_os = "linux")]
mod terminal;
mod tour;
mod unlocking;

/// A link to RFC 4226's own secret: its codes are printed in appendix D.
const ADA: &str = "otpauth://totp/Example:ada?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Example";
const BOB: &str = "otpauth://totp/Example:bob?secret=MZXW6YTBOJTG633CMFZGM33PMJQXEZTP&issuer=Example";
/// The same name as [`ADA`] with another secret.
const ADA_ANEW: &str = "otpauth://totp/Example:ada?secret=NRXXEZLNNFYHG5LNMRXWY33SONUXIYLN&issuer=Example";
const COUNTED: &str = "otpauth://hotp/Token:carol?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Token&counter=0";
const MOTP: &str = "motp://Mobile:dora?secret=0123456789abcdef";
