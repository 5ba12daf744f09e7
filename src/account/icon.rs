//! Which of the bundled icons belongs to an issuer.
//!
//! Only what is certain counts: the service's own name, another name it is known by, or its own domain. A letter is
//! better than a wrong logo. The drawings and `names.txt` are made by `ui/scripts/issuers.mjs`.
//!
//! ```
//! use sterk::account::icon::icon_of;
//!
//! assert_eq!(icon_of("GitHub"), Some("github"));
//! assert_eq!(icon_of("gist.github.com"), Some("github"));
//! assert_eq!(icon_of("GitHub at work"), None);
//! ```

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Account;

/// Slug, title, other names and domains of each icon, between tabs; the last two separated by `|`.
const NAMES: &str = include_str!("../../icons/issuers/names.txt");

/// What the list of names does not say itself.
const ALIASES: &[(&str, &str)] = &[
    ("Battle.net", "battledotnet"),
    ("Epic", "epicgames"),
    ("facebook.com", "facebook"),
    ("Firefox Accounts", "firefox"),
    ("gmail.com", "gmail"),
    ("google.com", "google"),
    ("Hetzner Online", "hetzner"),
    ("instagram.com", "instagram"),
    ("mozilla.org", "mozilla"),
    ("netflix.com", "netflix"),
    ("OVHcloud", "ovh"),
    ("Proton Account", "proton"),
    ("Python Package Index", "pypi"),
    ("pypi.org", "pypi"),
    ("reddit.com", "reddit"),
    ("steampowered.com", "steam"),
    ("Tutanota", "tuta"),
    ("twitter.com", "x"),
];

static TABLE: LazyLock<HashMap<String, &'static str>> = LazyLock::new(table);

/// Is one icon of the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Icon {
    /// Name of its file, without the ending.
    pub slug: &'static str,
    /// Name of the service.
    pub title: &'static str,
}

/// Returns every icon, by slug.
pub fn icons() -> impl Iterator<Item = Icon> {
    NAMES.lines().filter_map(|line| {
        let mut parts = line.split('\t');
        Some(Icon { slug: parts.next()?, title: parts.next()? })
    })
}

/// Finds the icon of an issuer, if it is certain.
pub fn icon_of(issuer: &str) -> Option<&'static str> {
    TABLE.get(&squashed(issuer)).or_else(|| of_domain(issuer)).copied()
}

/// Finds the icon to show for an account: the one that was chosen, else that of its issuer.
pub fn icon_for(account: &Account) -> Option<&'static str> {
    match &account.icon {
        Some(slug) => icons().map(|icon| icon.slug).find(|known| known == slug),
        None => icon_of(&account.issuer),
    }
}

/// Reads a choice as people make it: a slug, `none` for a letter, `auto` to follow the issuer.
pub fn chosen(word: &str) -> Option<String> {
    match word {
        "auto" => None,
        "none" => Some(String::new()),
        slug => Some(slug.to_owned()),
    }
}

/// Names the choice of an account as [`chosen`] reads it.
pub fn choice(account: &Account) -> &str {
    match account.icon.as_deref() {
        None => "auto",
        Some("") => "none",
        Some(slug) => slug,
    }
}

/// Takes an issuer for a domain, and looks for it and for those above it.
fn of_domain(issuer: &str) -> Option<&'static &'static str> {
    let host = issuer.trim().to_lowercase();
    let mut host = host.split_once("://").map_or(host.as_str(), |(_, rest)| rest);
    host = host.split(['/', ':']).next().unwrap_or(host);
    while let Some((_, above)) = host.split_once('.') {
        if let Some(slug) = TABLE.get(host) {
            return Some(slug);
        }
        host = above;
    }
    None
}

fn table() -> HashMap<String, &'static str> {
    let mut table = HashMap::new();
    let mut others = Vec::new();
    for line in NAMES.lines() {
        let mut parts = line.split('\t');
        let mut next = || parts.next().unwrap_or_default();
        let (slug, title, names, domains) = (next(), next(), next(), next());
        table.insert(slug.to_owned(), slug);
        table.insert(squashed(title), slug);
        others.extend(names.split('|').map(|name| (squashed(name), slug)));
        others.extend(domains.split('|').map(|domain| (domain.to_owned(), slug)));
    }
    let known: Vec<_> = ALIASES.iter().filter(|(_, slug)| table.contains_key(*slug)).collect();
    others.extend(known.iter().map(|(name, slug)| (name.to_lowercase(), *slug)));
    others.extend(known.iter().filter(|(name, _)| !name.contains('.')).map(|(name, slug)| (squashed(name), *slug)));
    // What is somebody's own name is nobody's other name.
    for (name, slug) in others {
        table.entry(name).or_insert(slug);
    }
    table.remove("");
    table
}

/// Leaves letters and digits alone, in lower case: "Home Assistant" and "home-assistant" are one.
fn squashed(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_service_by_its_name_however_it_is_written() {
        for (issuer, slug) in [
            ("GitHub", "github"),
            (" github ", "github"),
            ("home-assistant", "homeassistant"),
            ("Booking.com", "bookingdotcom"),
            ("Twitter", "x"),
            ("OVHcloud", "ovh"),
            ("Firefox Accounts", "firefox"),
        ] {
            assert_eq!(icon_of(issuer), Some(slug), "{issuer}");
        }
    }

    #[test]
    fn knows_a_service_by_its_domain_and_those_below() {
        for (issuer, slug) in [
            ("github.com", "github"),
            ("https://gist.github.com/ada", "github"),
            ("accounts.google.com", "google"),
            ("GitLab.com:443", "gitlab"),
        ] {
            assert_eq!(icon_of(issuer), Some(slug), "{issuer}");
        }
    }

    #[test]
    fn shows_no_logo_that_may_be_wrong() {
        for issuer in
            ["", " ", ".", "Githubb", "My GitHub", "github.evil.example", "notgithub.com", "github.com.evil.io"]
        {
            assert_eq!(icon_of(issuer), None, "{issuer}");
        }
    }

    #[test]
    fn every_icon_has_its_drawing_and_every_drawing_its_name() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/icons/issuers");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut drawn: Vec<_> = files.filter_map(|file| Some(file.strip_suffix(".svg")?.to_owned())).collect();
        drawn.sort();
        let mut named: Vec<_> = icons().map(|icon| icon.slug.to_owned()).collect();
        named.sort();
        assert_eq!(drawn, named);
        assert!(named.len() > 300);
    }

    #[test]
    fn every_drawing_is_a_path_and_nothing_else() {
        for icon in icons() {
            let file = format!("{}/icons/issuers/{}.svg", env!("CARGO_MANIFEST_DIR"), icon.slug);
            let text = std::fs::read_to_string(file).unwrap();
            let path = text.strip_prefix("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\"><path d=\"");
            let path = path.and_then(|rest| rest.strip_suffix("\"/></svg>\n")).unwrap_or("<");
            assert!(!path.contains(['<', '"', '&']), "{}", icon.slug);
        }
    }
}
