//! Lists of recovery codes as sites print them; the codes are invented.
//!
//! The layouts are those that the named sites are known to have used; what a site prints today may differ.

use proptest::prelude::*;
use sterk::Passphrase;
use sterk::account::recovery::{is_same, read_list};

/// The site, its list, and the codes in it.
const LAYOUTS: &[(&str, &str, &[&str])] = &[
    ("GitHub", "a1b2c-3d4e5\n6f7a8-9b0c1\nd2e3f-4a5b6\n", &["a1b2c-3d4e5", "6f7a8-9b0c1", "d2e3f-4a5b6"]),
    (
        "Google",
        "SAVE YOUR BACKUP CODES\nKeep these backup codes somewhere safe but accessible.\n\n1. 1234 5678\t\t 6. 2345 6789\n2. 8765 4321\t\t 7. 9876 5432\n\n(ada@example.org)\n\n* You can only use each backup code once.\n* Need more? Visit https://g.co/2sv\n* These codes were generated on: Nov 22, 2026.\n",
        &["1234 5678", "2345 6789", "8765 4321", "9876 5432"],
    ),
    ("Microsoft", "Recovery code: A1B2C-D3E4F-G5H6J-K7L8M-N9P0Q\n", &["A1B2C-D3E4F-G5H6J-K7L8M-N9P0Q"]),
    (
        "GitLab",
        "Please copy, download, or print your recovery codes before proceeding.\n\n0a1b2c3d4e5f6071\n8293a4b5c6d7e8f9\n\n",
        &["0a1b2c3d4e5f6071", "8293a4b5c6d7e8f9"],
    ),
    (
        "Discord",
        "These are your Discord backup codes for account ada@example.org. Keep them safe!\r\n\r\n* ab1c-2d3e\r\n* f4g5-6h7i\r\n",
        &["ab1c-2d3e", "f4g5-6h7i"],
    ),
    ("Dropbox", "Your one-time backup codes\n\n1. k3dm p8qz\n2. w2xn v7rt\n", &["k3dm p8qz", "w2xn v7rt"]),
    (
        "npm",
        "Recovery Codes\n0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0\n00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
        &[
            "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        ],
    ),
    (
        "AWS, in a CSV file",
        "\"Code\",\"Status\"\n\"7K2M-9QXR\",\"unused\"\n\"4WJ8-ZT3P\",\"used\"\n",
        &["7K2M-9QXR", "4WJ8-ZT3P"],
    ),
    (
        "Facebook",
        "1234 5678    8765 4321\n1357 2468    8642 7531\n",
        &["1234 5678", "8765 4321", "1357 2468", "8642 7531"],
    ),
    ("Apple", "Recovery Key: AB12-CD34-EF56-GH78-JK90-LM12-NP34\n", &["AB12-CD34-EF56-GH78-JK90-LM12-NP34"]),
    ("PyPI", "a0b1c2d3e4f50617\n28394a5b6c7d8e9f\n", &["a0b1c2d3e4f50617", "28394a5b6c7d8e9f"]),
    ("X", "Backup code\nh3k9m2p7q4rt\n", &["h3k9m2p7q4rt"]),
    ("Instagram", "• 1234 5678\n• 8765 4321\n", &["1234 5678", "8765 4321"]),
    ("Slack", "Backup codes:\n  123456\n  654321\n", &["123456", "654321"]),
    (
        "Bitwarden",
        "Bitwarden two-step login recovery code:\n\nABCD EFGH JKLM NPQR STUV WXYZ 2345 6789\n",
        &["ABCD EFGH JKLM NPQR STUV WXYZ 2345 6789"],
    ),
    (
        "letters in groups",
        "ABCD EFGH JKLM NPQR\nSTUV WXYZ ABCF GHJK\n",
        &["ABCD EFGH JKLM NPQR", "STUV WXYZ ABCF GHJK"],
    ),
    ("Nintendo", "□ abcd1234\n□ efgh5678\n", &["abcd1234", "efgh5678"]),
    ("Epic Games", "[ ] 1A2B3C4D\n[ ] 5E6F7G8H\n[x] 9J0K1L2M\n", &["1A2B3C4D", "5E6F7G8H", "9J0K1L2M"]),
    (
        "Proton",
        "1.  a1b2c3d4   7.  e5f6g7h8\n2.  j9k0m1n2   8.  p3q4r5s6\n",
        &["a1b2c3d4", "e5f6g7h8", "j9k0m1n2", "p3q4r5s6"],
    ),
    ("Mastodon", "0a1b2c3d4e\n5f60718293\n", &["0a1b2c3d4e", "5f60718293"]),
    ("Nextcloud", "Nextcloud backup codes\n\nAb3dEf6hIj9k\nLm2nOp5qRs8t\n", &["Ab3dEf6hIj9k", "Lm2nOp5qRs8t"]),
    ("WordPress", "1) 12345678\n2) 23456789\n10) 34567890\n", &["12345678", "23456789", "34567890"]),
    ("django-allauth", "12345678\n23456789\n34567890", &["12345678", "23456789", "34567890"]),
    ("Stripe", "abcd-efgh-jkmn-pqrs-tuvw", &["abcd-efgh-jkmn-pqrs-tuvw"]),
    ("Cloudflare", "- a1b2c-d3e4f\n- g5h6j-k7m8n\n", &["a1b2c-d3e4f", "g5h6j-k7m8n"]),
    ("Zoom", "1: 1a2b3c4d\n2: 5e6f7a8b\n", &["1a2b3c4d", "5e6f7a8b"]),
    ("Atlassian", "Recovery key\nM3XQ-7RTZ-K9WD-2PVN\nGenerated: 2026-11-22\n", &["M3XQ-7RTZ-K9WD-2PVN"]),
    ("Steam", "R1A2B3\nR4C5D6\n", &["R1A2B3", "R4C5D6"]),
    ("as JSON", "{\"codes\": [\"ab12-cd34\", \"ef56-gh78\"]}", &["ab12-cd34", "ef56-gh78"]),
    ("as JSON in lines", "[\n  \"ab12-cd34\",\n  \"ef56-gh78\"\n]\n", &["ab12-cd34", "ef56-gh78"]),
    (
        "words",
        "1. apple-river-stone-cloud\n2. horse-lamp-green-forty\n",
        &["apple-river-stone-cloud", "horse-lamp-green-forty"],
    ),
    ("in a table", "| 1 | ab12cd34 |\n|---|---|\n| 2 | ef56gh78 |\n", &["ab12cd34", "ef56gh78"]),
    ("with remarks", "ab12-cd34 (used)\nef56-gh78\n", &["ab12-cd34", "ef56-gh78"]),
    ("Dutch", "Bewaar je herstelcodes op een veilige plek\n\nab12-cd34\nef56-gh78\n", &["ab12-cd34", "ef56-gh78"]),
];

#[test]
fn reads_every_layout() {
    assert!(LAYOUTS.len() >= 25);
    for (site, list, codes) in LAYOUTS {
        let read: Vec<String> = read_list(list).iter().map(|code| code.expose().to_owned()).collect();
        assert_eq!(read, *codes, "{site}");
    }
}

#[test]
fn finds_no_codes_where_there_are_none() {
    for text in [
        "",
        "Keep these codes somewhere safe.\n",
        "Lost your phone? Visit https://example.org/a1b2-c3d4",
        "ada@example.org",
        "Date: 2026-11-22",
        "1.\n2.\n3.\n",
        "---\n",
    ] {
        assert!(read_list(text).is_empty(), "{text:?}");
    }
}

#[test]
fn knows_a_code_that_was_typed_another_way() {
    let words = |text: &str| Passphrase::new(text.to_owned());
    assert!(is_same(&words("ab12-CD34"), &words("AB12 cd34")));
    assert!(!is_same(&words("ab12-cd34"), &words("ab12-cd35")));
    assert!(!is_same(&words("----"), &words("-")), "nothing is no code");
}

fn one_code() -> impl Strategy<Value = String> {
    // A digit in each group, so that no group is by chance a word of a sentence.
    prop_oneof![
        "[0-9]{6,12}",
        "[a-f][0-9a-f]{6,30}[0-9]",
        "([A-Z][0-9][A-Z0-9]{2,3}-){1,5}[A-Z][0-9][A-Z]{2}",
        "[a-z]{3}[0-9] [a-z]{3}[0-9]"
    ]
}

fn one_list() -> impl Strategy<Value = (Vec<String>, usize, usize, bool)> {
    (prop::collection::vec(one_code(), 1..20), 0..7usize, 0..4usize, any::<bool>())
}

/// Writes a list in one of the ways that sites have.
fn written(codes: &[String], numbering: usize, between: usize, heading: bool) -> String {
    let before = |at: usize| match numbering {
        0 => String::new(),
        1 => format!("{at}. "),
        2 => format!("{at}) "),
        3 => "• ".to_owned(),
        4 => "[ ] ".to_owned(),
        5 => format!("#{at} "),
        _ => format!("{at:>3}: "),
    };
    let lines: Vec<String> = codes.iter().zip(1..).map(|(code, at)| before(at) + code).collect();
    let heading = if heading { "Your recovery codes:\n\n" } else { "" };
    heading.to_owned() + &lines.join(["\n", "\r\n", "\t", "    "][between])
}

#[test]
fn what_was_understood_reads_the_same_again() {
    for (site, list, _) in LAYOUTS {
        let codes = read_list(list);
        let again = codes.iter().map(|code| code.expose()).collect::<Vec<_>>().join("\n");
        assert_eq!(read_list(&again), codes, "{site}");
    }
}

proptest! {
    #[test]
    fn reads_codes_however_they_are_set((codes, numbering, between, heading) in one_list()) {
        let dates = |code: &String| code.len() == 10 && code.matches('-').count() == 2;
        prop_assume!(!codes.iter().any(dates));
        let mut wanted = codes.clone();
        let mut seen = std::collections::BTreeSet::new();
        wanted.retain(|code| seen.insert(code.clone()));
        let read: Vec<String> = read_list(&written(&codes, numbering, between, heading)).iter().map(|code| code.expose().to_owned()).collect();
        prop_assert_eq!(read, wanted);
    }

    #[test]
    fn whatever_is_read_can_be_kept(text in "(\\PC|[\n\t :.#*-]){0,400}") {
        let codes = read_list(&text);
        for (at, code) in codes.iter().enumerate() {
            let length = code.expose().chars().count();
            prop_assert!((4..=64).contains(&length));
            prop_assert!(!code.expose().contains(char::is_control));
            prop_assert!(text.contains(code.expose()), "nothing is made up");
            prop_assert!(!codes[..at].contains(code));
        }
    }
}
