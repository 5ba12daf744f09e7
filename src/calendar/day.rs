//! A day of the calendar, in UTC.

use std::fmt;
use std::str::FromStr;

/// Is a day of the Gregorian calendar, from 1970 to 9999, as `2026-11-27`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// Returns the day of a Unix second, in UTC.
    pub fn of(unix_seconds: u64) -> Self {
        // Days to a civil date, after the well-known algorithm for the proleptic Gregorian calendar.
        let z = (unix_seconds / 86_400).min(2_932_896) + 719_468;
        let (era, day_of_era) = (z / 146_097, z % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + u64::from(month <= 2);
        Self { year: year as u16, month: month as u8, day: (day_of_year - (153 * shifted + 2) / 5 + 1) as u8 }
    }

    fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        ((1970..=9999).contains(&year) && (1..=days).contains(&day)).then_some(Self { year, month, day })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Says that a text is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADay;

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let is_written = text.len() == 10
            && text
                .bytes()
                .enumerate()
                .all(|(at, letter)| if matches!(at, 4 | 7) { letter == b'-' } else { letter.is_ascii_digit() });
        if !is_written {
            return Err(NotADay);
        }
        let part = |from: usize, to: usize| text[from..to].parse::<u16>().map_err(|_| NotADay);
        let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
        Self::new(year, month as u8, day as u8).ok_or(NotADay)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_calendar() {
        for (second, day) in [
            (0, "1970-01-01"),
            (951_826_154, "2000-02-29"),
            (1_795_372_985, "2026-11-22"),
            (253_402_300_799, "9999-12-31"),
            (u64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Day::of(second).to_string(), day);
            assert_eq!(day.parse(), Ok(Day::of(second)));
        }
    }

    #[test]
    fn refuses_days_that_no_calendar_has() {
        for text in [
            "2026-02-29",
            "2100-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "1969-12-31",
            "2026-1-1",
            "26-01-01",
            "2026/01/01",
            "",
            "٢٠٢٦-01-01",
            "2026-11-27 ",
        ] {
            assert_eq!(text.parse::<Day>(), Err(NotADay), "{text}");
        }
        assert!("2024-02-29".parse::<Day>().is_ok());
    }
}
