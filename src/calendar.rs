//! Days and seconds as text, in UTC and for file names; what a person reads in their own language is the page's.

mod day;

pub use day::{Day, NotADay};

/// Writes a Unix second as `2026-11-22T184305Z`: sorts by age, and allowed in file names everywhere.
pub fn stamped(unix_seconds: u64) -> String {
    let rest = unix_seconds % 86_400;
    format!("{}T{:02}{:02}{:02}Z", dated(unix_seconds), rest / 3600, rest % 3600 / 60, rest % 60)
}

/// Writes the day of a Unix second as `2026-11-22`, in UTC.
pub fn dated(unix_seconds: u64) -> String {
    Day::of(unix_seconds).to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates_files_by_the_calendar() {
        assert_eq!(super::stamped(0), "1970-01-01T000000Z");
        assert_eq!(super::stamped(951_826_154), "2000-02-29T120914Z");
        assert_eq!(super::stamped(1_795_372_985), "2026-11-22T184305Z");
    }
}
