//! Reading recovery codes from a list as a site gives it.

use super::RecoveryCode;
use crate::secret::Passphrase;

/// The fewest and the most characters of one recovery code; what is outside is a number or prose.
const LENGTHS: std::ops::RangeInclusive<usize> = 4..=64;
/// So few unused codes that it is time to ask the site for new ones.
const FEW: usize = 2;

/// Marks that a site puts before a code: bullets, dashes and tick boxes.
const BULLETS: [&str; 18] =
    ["[ ]", "[x]", "[X]", "•", "*", "‣", "◦", "·", "●", "○", "☐", "□", "▢", "✓", "✔", "- ", "– ", "— "];

/// What a code may be wrapped in: quotes and brackets of JSON and CSV.
const WRAPS: [char; 9] = ['"', '\'', '`', '[', ']', '{', '}', '«', '»'];

/// Words around recovery codes: a cell with one of them is prose, a cell of one of them alone a heading.
const PROSE: &[&str] = &[
    "a",
    "access",
    "account",
    "and",
    "are",
    "authentication",
    "authenticator",
    "backup",
    "can",
    "code",
    "codes",
    "copy",
    "date",
    "de",
    "device",
    "download",
    "each",
    "email",
    "emergency",
    "for",
    "generate",
    "generated",
    "have",
    "here",
    "id",
    "if",
    "in",
    "is",
    "issued",
    "it",
    "keep",
    "key",
    "keys",
    "list",
    "login",
    "lost",
    "more",
    "name",
    "need",
    "new",
    "not",
    "of",
    "on",
    "once",
    "one-time",
    "only",
    "or",
    "password",
    "phone",
    "place",
    "please",
    "print",
    "recovery",
    "remaining",
    "safe",
    "save",
    "scratch",
    "secret",
    "secure",
    "service",
    "share",
    "site",
    "somewhere",
    "static",
    "status",
    "store",
    "the",
    "them",
    "these",
    "this",
    "to",
    "token",
    "tokens",
    "two-factor",
    "two-step",
    "unused",
    "use",
    "used",
    "user",
    "username",
    "valid",
    "verification",
    "visit",
    "with",
    "you",
    "your",
    "uw",
    "je",
    "jouw",
    "herstelcodes",
    "herstelcode",
    "bewaar",
    "codes",
    "vos",
    "votre",
    "récupération",
    "secours",
];

/// Tells whether few of the codes that were kept are left; where none are kept, none are missing.
pub fn is_few(codes: &[RecoveryCode]) -> bool {
    !codes.is_empty() && codes.iter().filter(|code| code.used_at.is_none()).count() <= FEW
}

/// Tells whether `typed` is `code`, letters without case and whatever stands between them.
pub fn is_same(code: &Passphrase, typed: &Passphrase) -> bool {
    let plain = |words: &Passphrase| {
        let letters = words.expose().chars().filter(|letter| letter.is_alphanumeric());
        Passphrase::new(letters.flat_map(char::to_lowercase).collect())
    };
    let typed = plain(typed);
    !typed.is_empty() && plain(code) == typed
}

/// Reads the codes of a list: one a line, or several set apart by tabs, commas or wide gaps.
///
/// Numbering, bullets, blanks, labels, dates and headings are dropped; separators inside a code stay as the site
/// writes them. A code has 4 to 64 characters. Words that sites write around codes make a line prose.
pub fn read_list(text: &str) -> Vec<Passphrase> {
    let mut codes: Vec<Passphrase> = Vec::new();
    for line in text.lines().map(|line| line.trim_matches(is_blank)).filter(|line| !is_heading(line)) {
        for cell in cells(without_label(line)) {
            let code = Passphrase::new(bare(cell).to_owned());
            if is_code(code.expose()) && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}

/// Tells a line that holds no code: a title, a rule, an address, a sentence.
fn is_heading(line: &str) -> bool {
    line.is_empty()
        || line.ends_with([':', '?', '!'])
        || line.contains("://")
        || line.contains('@')
        || line.chars().count() > 16 * LENGTHS.end()
        || (line.starts_with('#') && !line[1..].starts_with(|letter: char| letter.is_ascii_digit()))
        || is_sentence(line)
}

/// Tells a sentence: four words or more, one of them such as sites write around codes.
fn is_sentence(line: &str) -> bool {
    let words = line.split_once(": ").map_or(line, |(label, _)| label).split_whitespace();
    words.clone().count() > 3 && words.clone().any(is_prose_word)
}

fn is_prose_word(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase();
    PROSE.contains(&word.as_str())
}

/// Drops a label, as in `Recovery code: ABCD-EFGH`.
fn without_label(line: &str) -> &str {
    match line.split_once(':') {
        Some((label, rest)) if label.contains(char::is_alphabetic) && label.split_whitespace().any(is_prose_word) => {
            rest.trim_matches(is_blank)
        }
        _ => line,
    }
}

/// Splits at tabs, bars, commas, semicolons and gaps of two spaces or more.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(['\t', ',', ';', '|']).flat_map(|part| part.split("  ")).map(|cell| cell.trim_matches(is_blank))
}

/// Drops what stands around a code: a bullet, a number, quotes, a remark in brackets behind it.
fn bare(cell: &str) -> &str {
    let wraps = |letter: char| is_blank(letter) || WRAPS.contains(&letter);
    let plain = without_number(without_bullet(cell)).trim_matches(wraps);
    match plain.split_once(" (") {
        Some((code, _)) => code.trim_matches(wraps),
        None => plain,
    }
}

fn without_bullet(cell: &str) -> &str {
    let found = BULLETS.iter().find_map(|bullet| cell.strip_prefix(bullet));
    found.map_or(cell, |rest| rest.trim_matches(is_blank))
}

/// Drops a number of up to three digits with its mark: `1.`, `1)`, `1:`, `#1`, `(1)`.
fn without_number(cell: &str) -> &str {
    let opened = cell.trim_start_matches(['#', '(']);
    let digits = opened.chars().take_while(char::is_ascii_digit).count();
    let is_marked = opened.len() < cell.len();
    match opened[digits..].strip_prefix(['.', ')', ':']) {
        Some(rest) if (1..=3).contains(&digits) => rest.trim_matches(is_blank),
        _ if is_marked && (1..=3).contains(&digits) && opened[digits..].starts_with(' ') => {
            opened[digits..].trim_start()
        }
        _ => cell,
    }
}

fn is_code(text: &str) -> bool {
    LENGTHS.contains(&text.chars().count())
        && !text.ends_with(['.', '!', '?', ':'])
        && !text.starts_with('(')
        && !text.contains(char::is_control)
        && text.contains(char::is_alphanumeric)
        && !is_date(text)
        && !is_prose(text)
}

/// Tells words from a code that is written in groups.
///
/// Groups have digits, or are all of one length and one case; words of a sentence differ.
fn is_prose(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.iter().any(|word| is_prose_word(word)) {
        return true;
    }
    let letters_only = |word: &&str| !word.contains(|letter: char| letter.is_ascii_digit());
    let alike = words.windows(2).all(|pair| pair[0].chars().count() == pair[1].chars().count());
    words.len() > 3 && words.iter().all(letters_only) && !alike && !text.chars().all(|c| c.is_lowercase() || c == ' ')
}

/// Tells a day, as in `2026-11-22` or `22-11-2026`.
fn is_date(text: &str) -> bool {
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let is_year = |part: &str| part.len() == 4 && (part.starts_with("19") || part.starts_with("20"));
    let is_digits = |part: &&str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    match parts.as_slice() {
        [a, b, c] => {
            parts.iter().all(is_digits)
                && ((is_year(a) && b.len() <= 2 && c.len() <= 2) || (a.len() <= 2 && b.len() <= 2 && is_year(c)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        read_list(text).iter().map(|code| code.expose().to_owned()).collect()
    }

    #[test]
    fn drops_numbers_bullets_blanks_and_headings() {
        let text = "Your recovery codes:\r\n\r\n 1. abcd-efgh\n2) ijkl-mnop \n• 1234 5678\n* 0a1b2c\n[ ] zz-99\n";
        assert_eq!(read(text), ["abcd-efgh", "ijkl-mnop", "1234 5678", "0a1b2c", "zz-99"]);
    }

    #[test]
    fn keeps_codes_of_digits_whole() {
        assert_eq!(read("12345678\n87654321"), ["12345678", "87654321"]);
    }

    #[test]
    fn reads_several_codes_a_line_once_each() {
        assert_eq!(read("aaaa1\tbbbb2\naaaa1,  cccc3"), ["aaaa1", "bbbb2", "cccc3"]);
    }

    #[test]
    fn few_are_two_of_those_that_are_kept() {
        let codes = |unused, used| {
            let code = |used_at| RecoveryCode { code: Passphrase::new("a".into()), used_at };
            [vec![code(None); unused], vec![code(Some(1)); used]].concat()
        };
        assert!(is_few(&codes(2, 8)) && is_few(&codes(0, 1)) && is_few(&codes(1, 0)));
        assert!(!is_few(&codes(3, 7)) && !is_few(&codes(0, 0)));
    }

    #[test]
    fn leaves_out_prose() {
        assert_eq!(read("keep these codes somewhere safe\nabcd-1234"), ["abcd-1234"]);
    }
}
