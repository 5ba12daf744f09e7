//! Who can reset the second factor of an account: a link, an address, or words.

/// Returns the link in what was kept, where it is one that may be opened: `https` or `mailto`.
///
/// Anything else, `http` and `javascript` among it, is words to read and never a link.
pub fn link(reset_by: &str) -> Option<&str> {
    let text = reset_by.trim();
    let has_scheme = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && text.len() > scheme.len()
    };
    let is_one_word = !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    (is_one_word && (has_scheme("https://") || has_scheme("mailto:"))).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_links_that_may_be_opened() {
        assert_eq!(link(" https://example.org/reset "), Some("https://example.org/reset"));
        assert_eq!(link("MAILTO:owner@example.org"), Some("MAILTO:owner@example.org"));
    }

    #[test]
    fn takes_everything_else_for_words() {
        for text in ["", "the owner", "http://example.org", "javascript:alert(1)", "https://", "mailto:", "https://a b"]
        {
            assert_eq!(link(text), None, "{text}");
        }
        assert_eq!(link("é"), None);
    }
}
