//! One file a verb; each does one thing with the core and answers.

pub mod add;
pub mod audit;
pub mod backup;
pub mod bin;
pub mod code;
pub mod completions;
pub mod confirm;
pub mod doctor;
pub mod edit;
pub mod emergency;
pub mod enrol;
pub mod export;
pub mod hold_clipboard;
pub mod import;
pub mod init;
pub mod list;
pub mod man;
pub mod policy;
pub mod recovery;
pub mod rekey;
pub mod remove;
pub mod scan;
pub mod show;
pub mod slot;
pub mod team;
pub mod tour;

use crate::context::Context;
use crate::failure::Failure;
use crate::options::{Options, Verb};

/// Runs the verb that was asked for.
pub fn run(options: Options) -> Result<(), Failure> {
    let context = Context::new(options.global)?;
    match options.verb {
        Verb::Add(add) => add.run(&context),
        Verb::Audit(audit) => audit.run(&context),
        Verb::Backup { what } => what.run(&context),
        Verb::Bin { what } => what.run(&context),
        Verb::Code(code) => code.run(&context),
        Verb::Completions(completions) => completions.run(),
        Verb::Confirm(confirm) => confirm.run(&context),
        Verb::Doctor(doctor) => doctor.run(&context),
        Verb::Edit(edit) => edit.run(&context),
        Verb::Emergency(emergency) => emergency.run(&context),
        Verb::Enrol(enrol) => enrol.run(&context),
        Verb::Export(export) => export.run(&context),
        Verb::Import(import) => import.run(&context),
        Verb::Init(init) => init.run(&context),
        Verb::List(list) => list.run(&context),
        Verb::Man(man) => man.run(),
        Verb::Policy { what } => what.run(&context),
        Verb::Recovery { what } => what.run(&context),
        Verb::Remove(remove) => remove.run(&context),
        Verb::Scan(scan) => scan.run(&context),
        Verb::Show(show) => show.run(&context),
        Verb::Slot { what } => what.run(&context),
        Verb::Team { what } => what.run(&context),
        Verb::Tour(tour) => tour.run(&context),
    }
}
