//! The real window, from outside.
#![cfg(target_os = "linux")]

mod desk;
