//! How much a new passphrase slot may cost, measured on this machine.
//!
//! The cost is written into the slot: whoever opens it later pays the same, on whatever machine.

use std::time::{Duration, Instant};

use super::error::SealError;
use super::kdf::Kdf;
use crate::secret::Passphrase;

impl Kdf {
    /// How long checking a passphrase shall take, where nothing else is wished.
    pub const WANTED: Duration = Duration::from_secs(1);

    /// Chooses the cost with which checking a passphrase takes about `wanted` here, by checking one.
    ///
    /// Never less than [`Kdf::STANDARD`], however slow this machine is, and never more than
    /// [`Kdf::MEASURED_MOST`]. Where `wanted` is nothing, nothing is measured.
    ///
    /// # Errors
    /// [`SealError::NoMemory`].
    pub fn measured(wanted: Duration, clock: impl Fn() -> Instant) -> Result<Self, SealError> {
        if wanted.is_zero() {
            return Ok(Self::STANDARD);
        }
        let since = clock();
        Self::STANDARD.derive(&Passphrase::new("measuring".into()), &[0; 32])?;
        Ok(Self::of_pace(clock().saturating_duration_since(since), wanted))
    }

    /// Spends what there is time for on memory first, because memory is what a guesser's hardware is short of.
    fn of_pace(standard: Duration, wanted: Duration) -> Self {
        let (low, high) = (Self::STANDARD, Self::MEASURED_MOST);
        let work = |kdf: Self| u128::from(kdf.memory_kib()) * u128::from(kdf.passes());
        let affordable = work(low) * wanted.as_micros() / standard.as_micros().max(1);
        let affordable = affordable.clamp(work(low), work(high));
        let mebibytes = affordable / u128::from(low.passes()) / 1024;
        let memory_kib = u32::try_from(mebibytes * 1024).unwrap_or(u32::MAX).min(high.memory_kib());
        let passes = u32::try_from(affordable / u128::from(memory_kib)).unwrap_or(u32::MAX);
        let passes = passes.clamp(low.passes(), high.passes());
        // Both lie between two costs that are accepted.
        Self::new(memory_kib, passes, low.lanes()).unwrap_or(low)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn chosen(standard_ms: u64, wanted_ms: u64) -> (u32, u32) {
        let kdf = Kdf::of_pace(Duration::from_millis(standard_ms), Duration::from_millis(wanted_ms));
        assert_eq!(Kdf::new(kdf.memory_kib(), kdf.passes(), kdf.lanes()), Ok(kdf), "every reader accepts it");
        (kdf.memory_kib() / 1024, kdf.passes())
    }

    #[test]
    fn takes_memory_first_and_passes_when_that_is_at_its_end() {
        assert_eq!(chosen(500, 1000), (128, 3));
        assert_eq!(chosen(250, 1000), (256, 3));
        assert_eq!(chosen(125, 1000), (256, 6));
    }

    #[test]
    fn stays_between_the_standard_and_what_a_weak_machine_still_opens() {
        assert_eq!(chosen(1000, 1000), (64, 3));
        assert_eq!(chosen(60_000, 1000), (64, 3));
        assert_eq!(chosen(1, 1000), (256, 8));
        assert_eq!(chosen(0, 60_000), (256, 8));
    }

    #[test]
    fn measures_by_the_clock_it_is_given() {
        let (begun, looked) = (Instant::now(), Cell::new(0));
        let clock = || begun + Duration::from_millis(400) * looked.replace(looked.get() + 1);
        let kdf = Kdf::measured(Kdf::WANTED, clock).unwrap();
        assert_eq!((kdf.memory_kib() / 1024, kdf.passes(), kdf.lanes()), (160, 3, 1));
        assert_eq!(looked.get(), 2);
    }

    #[test]
    fn measures_nothing_where_no_time_is_wanted() {
        let clock = || panic!("nobody looks at the clock");
        assert_eq!(Kdf::measured(Duration::ZERO, clock), Ok(Kdf::STANDARD));
    }
}
