//! Foreign text made safe to look at.

use std::fmt::Write;

/// Returns `text` with every character that hides, moves or controls replaced by its escape, `\u{202E}` for
/// example.
///
/// Names come from strangers: an override of the writing direction or a letter without width would let one
/// name look like another. Every view shows names through this; the data keeps them as they are.
pub fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_deceptive(letter) {
            // Writing to a String cannot fail.
            let _ = write!(safe, "\\u{{{:04X}}}", u32::from(letter));
        } else {
            safe.push(letter);
        }
    }
    safe
}

fn is_deceptive(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}'
            // Letters of no width or of nothing but width.
            | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}'
            // Zero width, marks and overrides of direction, separators of lines, isolates.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_names_of_all_scripts_alone() {
        for name in ["ada@example.com", "Ünïcode ¿?", "你好世界", "مثال", "😀 👍🏽", "C:\\u{41}", ""] {
            assert_eq!(shown(name), name);
        }
    }

    #[test]
    fn shows_what_would_hide_or_turn_the_text() {
        assert_eq!(shown("bank\u{202e}moc"), "bank\\u{202E}moc");
        assert_eq!(shown("a\u{2066}b\u{2069}"), "a\\u{2066}b\\u{2069}");
        assert_eq!(shown("Git\u{200b}Hub\u{200d}"), "Git\\u{200B}Hub\\u{200D}");
        assert_eq!(shown("one\ntwo\0\u{7f}\u{85}"), "one\\u{000A}two\\u{0000}\\u{007F}\\u{0085}");
        assert_eq!(shown("\u{feff}\u{e0041}"), "\\u{FEFF}\\u{E0041}");
    }
}
