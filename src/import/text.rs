//! Any other text with links in it: the last resort, when no app is known by the file.
//!
//! Lines that begin with `#` are remarks and stay so, as in a list.

use zeroize::Zeroizing;

use super::collect::Collector;
use super::{Access, Fit, Import, ImportError, Importer, Source};

/// Reads links wherever they stand.
pub(super) const IMPORTER: Importer = Importer {
    name: "text",
    about: "any other text with links in it",
    detect: |source| match source.text().is_some_and(|text| text.contains("://") && links(text).next().is_some()) {
        true => Fit::Perhaps,
        false => Fit::No,
    },
    read,
};

/// How a link begins; the longer of two that begin alike comes first.
const SCHEMES: [&str; 5] = ["otpauth-migration://", "apple-otpauth://", "otpauth://", "motp://", "steam://"];

fn read(source: &Source<'_>, _: &Access<'_>) -> Result<Import, ImportError> {
    let text = source.text().ok_or(ImportError::UnknownFormat)?;
    let plain = unescaped(text);
    let mut collector = Collector::default();
    for (line, link) in links(&plain) {
        collector.add(line, link, |holds| holds.sentence())?;
    }
    Ok(Import { format: IMPORTER.name, holds_more: true, ..collector.finish()? })
}

/// Finds links, each with its line, counted from 1: up to a space, a quote or a bracket.
pub(super) fn links(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_remark = |line: &str| line.trim_start().starts_with('#');
    (1..).zip(text.lines()).filter(move |(_, line)| !is_remark(line)).flat_map(|(number, line)| {
        let mut rest = line;
        std::iter::from_fn(move || {
            let start = start(rest)?;
            let end = rest[start..].find(is_end).map_or(rest.len(), |length| start + length);
            let link = &rest[start..end];
            rest = &rest[end..];
            Some((number, link))
        })
    })
}

fn is_end(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '"' | '\'' | '<' | '>' | '`' | '|' | '\\' | ')' | ']' | '}')
}

/// Finds the first link whose scheme is a word of its own.
fn start(text: &str) -> Option<usize> {
    let colons = text.match_indices("://").map(|(at, _)| at);
    colons
        .filter_map(|colon| {
            let front = &text[..colon + 3];
            let scheme = SCHEMES.iter().find(|scheme| {
                let at = front.len().checked_sub(scheme.len());
                at.and_then(|at| front.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(scheme))
            })?;
            let at = front.len() - scheme.len();
            let is_word = !text[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '-');
            is_word.then_some(at)
        })
        .next()
}

/// Puts the letters that HTML and JSON write otherwise.
pub(super) fn unescaped(text: &str) -> Zeroizing<String> {
    let pairs = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&apos;", "'"),
        ("\\/", "/"),
    ];
    let plain =
        pairs.iter().fold(Zeroizing::new(text.to_owned()), |text, (from, to)| Zeroizing::new(text.replace(from, to)));
    // Last, so that `&amp;lt;` becomes `&lt;` and no further.
    let plain = plain
        .replace("&amp;", "&")
        .replace("&#43;", "+")
        .replace("&#x2B;", "+")
        .replace("&#x2F;", "/")
        .replace("&#61;", "=");
    Zeroizing::new(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_links_wherever_they_stand() {
        let text = "see <a href=\"otpauth://totp/a?secret=A\">x</a>, OTPAUTH://hotp/b\n# otpauth://totp/c\n(motp://d) notsteam://e xotpauth://f";
        let found: Vec<_> = links(text).collect();
        assert_eq!(found, [(1, "otpauth://totp/a?secret=A"), (1, "OTPAUTH://hotp/b"), (3, "motp://d")]);
    }
}
