//! The options every verb shares, and the list of verbs.

use std::path::PathBuf;

use clap::{Args, ColorChoice, Parser, Subcommand};

use crate::verbs;

/// Keeps the secrets of your accounts and makes their login codes
#[derive(Debug, Parser)]
#[command(name = "sterk", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Options {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Verb,
}

/// Options that can stand before or after any verb.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every verb")]
pub struct Global {
    /// Folder of the vault [default: the platform's data folder]
    #[arg(long, global = true, value_name = "DIR", env = "STERK_VAULT", hide_env_values = true)]
    pub vault: Option<PathBuf>,
    /// File with the vault's passphrase; - is standard input
    #[arg(long, global = true, value_name = "FILE", env = "STERK_PASSPHRASE_FILE", hide_env_values = true)]
    pub passphrase_file: Option<PathBuf>,
    /// File with the recovery key, to unlock with it; - is standard input
    #[arg(long, global = true, value_name = "FILE")]
    pub recovery_key_file: Option<PathBuf>,
    /// Act as on a machine without a keyring [env: STERK_NO_KEYRING=1]
    #[arg(long, global = true)]
    pub no_keyring: bool,
    /// Print one JSON document and nothing else
    #[arg(long, global = true)]
    pub json: bool,
    /// Compute codes for this Unix time instead of now
    #[arg(long, global = true, value_name = "UNIX_SECONDS")]
    pub at: Option<u64>,
    /// Accept what would be asked; never stands for authentication
    #[arg(long, short = 'y', global = true)]
    pub yes: bool,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// Say only what goes wrong
    #[arg(long, short = 'q', global = true)]
    pub quiet: bool,
    /// Say more about what is done
    #[arg(long, short = 'v', global = true, conflicts_with = "quiet")]
    pub verbose: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Add accounts from links, QR codes in pictures, on the screen or before a camera, or by hand
    Add(verbs::add::Add),
    /// Show what happened to the vault: unlocks, wrong tries, what was shown or taken out, changed ways to unlock
    Audit(verbs::audit::Audit),
    /// Write an encrypted backup, or prove that one opens
    Backup {
        #[command(subcommand)]
        what: verbs::backup::Backup,
    },
    /// List, restore or empty what was removed
    Bin {
        #[command(subcommand)]
        what: verbs::bin::Bin,
    },
    /// Show login codes
    Code(verbs::code::Code),
    /// Print the completion script of a shell
    Completions(verbs::completions::Completions),
    /// Record that the site accepted a code
    Confirm(verbs::confirm::Confirm),
    /// Check the vault and the keyring, and say what mends them
    Doctor(verbs::doctor::Doctor),
    /// Change an account
    Edit(verbs::edit::Edit),
    /// Print a sheet without secrets: which accounts, whether recovery codes exist, who resets
    Emergency(verbs::emergency::Emergency),
    /// Enrol an account step by step: find it, confirm it, keep its recovery codes, back up
    Enrol(verbs::enrol::Enrol),
    /// Write accounts to a file that another app reads
    Export(verbs::export::Export),
    /// Bring in accounts from files of other apps
    Import(verbs::import::Import),
    /// Make a vault
    Init(verbs::init::Init),
    /// List accounts
    List(verbs::list::List),
    /// Print the manual page
    Man(verbs::man::Man),
    /// Follow the policy of your organisation: which services must be enrolled, and how
    Policy {
        #[command(subcommand)]
        what: verbs::policy::Policy,
    },
    /// Keep the recovery codes of an account
    Recovery {
        #[command(subcommand)]
        what: verbs::recovery::Recovery,
    },
    /// Move an account to the bin
    Remove(verbs::remove::Remove),
    /// Show the QR codes in pictures, on the screen or before a camera and what they hold; keeps nothing
    Scan(verbs::scan::Scan),
    /// Show one account
    Show(verbs::show::Show),
    /// List, add, rename, remove or change the ways to unlock
    Slot {
        #[command(subcommand)]
        what: verbs::slot::Slot,
    },
    /// Tell your organisation how you stand, and read what its people tell
    Team {
        #[command(subcommand)]
        what: verbs::team::Team,
    },
    /// See the whole job done once, in a vault of its own
    Tour(verbs::tour::Tour),
}
