//! Days and seconds as text, in UTC and for file names; what a person reads in their own language is the page's.

/// Writes a Unix second as `2026-11-22T184305Z`: sorts by age, and allowed in file names everywhere.
pub fn stamped(unix_seconds: u64) -> String {
    let rest = unix_seconds % 86_400;
    format!("{}T{:02}{:02}{:02}Z", dated(unix_seconds), rest / 3600, rest % 3600 / 60, rest % 60)
}

/// Writes the day of a Unix second as `2026-11-22`, in UTC.
pub fn dated(unix_seconds: u64) -> String {
    let days = unix_seconds / 86_400;
    // Days to a civil date, after the well-known algorithm for the proleptic Gregorian calendar.
    let z = days + 719_468;
    let (era, day_of_era) = (z / 146_097, z % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
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
