//! Reading recovery codes from a list as a site gives it.

use super::RecoveryCode;
use crate::secret::Passphrase;

/// The most characters of one recovery code; longer lines are prose.
const MOST_CODE: usize = 64;
/// So few unused codes that it is time to ask the site for new ones.
const FEW: usize = 2;

/// Tells whether few of the codes that were kept are left; where none are kept, none are missing.
pub fn is_few(codes: &[RecoveryCode]) -> bool {
    !codes.is_empty() && codes.iter().filter(|code| code.used_at.is_none()).count() <= FEW
}

/// Reads the codes of a list: one a line, or several set apart by tabs, commas or wide gaps.
///
/// Numbering, bullets, blank lines and headings are dropped; separators inside a code stay as the site
/// writes them. A heading is a line that ends in a colon, or prose: more than three words without a digit,
/// or longer than any code.
pub fn read_list(text: &str) -> Vec<Passphrase> {
    let mut codes: Vec<Passphrase> = Vec::new();
    for line in text.lines().map(|line| line.trim_matches(is_blank)).filter(|line| !is_heading(line)) {
        for cell in cells(line) {
            let code = Passphrase::new(without_number(cell).to_owned());
            if !code.is_empty() && code.expose().chars().count() <= MOST_CODE && !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}

fn is_blank(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '\u{feff}' | '\u{200b}')
}

fn is_heading(line: &str) -> bool {
    let prose = line.split_whitespace().count() > 3 && !line.contains(|letter: char| letter.is_ascii_digit());
    line.is_empty() || line.ends_with(':') || line.starts_with('#') || line.chars().count() > 8 * MOST_CODE || prose
}

/// Splits at tabs, commas, semicolons and gaps of two spaces or more.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split(['\t', ',', ';']).flat_map(|part| part.split("  ")).map(|cell| cell.trim_matches(is_blank))
}

/// Drops a bullet, a tick box, or a number of up to three digits with its mark.
fn without_number(cell: &str) -> &str {
    let plain = cell.trim_start_matches(['•', '*', '‣', '◦', '·']).trim_start_matches("[ ]").trim_start_matches("- ");
    let plain = plain.trim_matches(is_blank);
    let digits = plain.chars().take_while(char::is_ascii_digit).count();
    match plain[digits..].strip_prefix(['.', ')', ':']) {
        Some(rest) if (1..=3).contains(&digits) => rest.trim_matches(is_blank),
        _ => plain,
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
