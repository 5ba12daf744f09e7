//! Search: from what was typed to the accounts that may be meant, the best first.
//!
//! Letters count without case and accents. It looks at the id, the names, the tags, the note and who resets, and forgives
//! one wrong letter in a word only where nothing fits as typed. A word as in `state:open` names a [`State`] that must hold.
//!
//! ```
//! use sterk::account::search::{Fit, search};
//! # use sterk::{AccountId, Algorithm, Digits, Draft, Otp, Period, Secret};
//! # let secret = Secret::from_base32("JBSWY3DPEHPK3PXP")?;
//! # let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
//! # let account = Draft::new("Café Zürich", "ada", otp).into_account(AccountId([7; 16]));
//!
//! let hits = search(&[account], "CAFE zurich");
//! assert_eq!((hits[0].place, hits[0].fit), (0, Fit::Whole));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Account, AccountId, State};

/// How many digits of an id name it.
const ENOUGH_OF_ID: usize = 6;
/// The shortest word in which a wrong letter is forgiven; of three letters, too much would fit.
const FORGIVEN_FROM: usize = 4;

/// Says how well an account fits, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The query is its id, or at least six digits of its beginning.
    Id,
    /// The query is its issuer, its name, or both.
    Whole,
    /// Every word of the query is part of its issuer or its name.
    Part,
    /// Every word is part of its names, its tags, its note or who resets it.
    Beside,
    /// Every word begins one of its names but for one letter; found only where nothing else fits.
    Near,
}

/// Is one account that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Place in the accounts that were searched.
    pub place: usize,
    /// How well it fits.
    pub fit: Fit,
}

/// Finds the accounts that fit `query`: the best fit first, else in the order given; all of them for no query.
pub fn search(accounts: &[Account], query: &str) -> Vec<Hit> {
    Index::new(accounts).search(query)
}

/// Is what a search looks at, prepared once for many searches in the same accounts.
///
/// It holds names, tags, notes and who resets, and no secret.
pub struct Index(Vec<Entry>);

struct Entry {
    id: AccountId,
    issuer_length: usize,
    /// Issuer and name, with a space between where both are there.
    names: String,
    beside: String,
    states: Vec<State>,
}

impl Index {
    /// Prepares the search in `accounts`.
    pub fn new(accounts: &[Account]) -> Self {
        Self(accounts.iter().map(Entry::new).collect())
    }

    /// Finds as [`search()`] does; a hit's place is that in the accounts the index was made of.
    pub fn search(&self, query: &str) -> Vec<Hit> {
        let query = Query::new(query);
        let hits = self.hits(|entry| entry.fit(&query));
        if hits.is_empty() { self.hits(|entry| entry.is_near(&query).then_some(Fit::Near)) } else { hits }
    }

    fn hits(&self, fit: impl Fn(&Entry) -> Option<Fit>) -> Vec<Hit> {
        let places = self.0.iter().enumerate();
        let mut hits: Vec<Hit> = places.filter_map(|(place, entry)| fit(entry).map(|fit| Hit { place, fit })).collect();
        hits.sort_by_key(|hit| hit.fit);
        hits
    }
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Index({} accounts)", self.0.len())
    }
}

impl Entry {
    fn new(account: &Account) -> Self {
        let mut names = String::with_capacity(account.issuer.len() + account.name.len() + 1);
        fold_into(&account.issuer, &mut names);
        let issuer_length = names.len();
        fold_into(&account.name, &mut names);
        let mut beside = String::new();
        account.tags.iter().chain([&account.note, &account.reset_by]).for_each(|text| fold_into(text, &mut beside));
        let states = State::ALL.into_iter().filter(|state| state.holds(account)).collect();
        Self { id: account.id, issuer_length, names, beside, states }
    }

    fn fit(&self, query: &Query) -> Option<Fit> {
        if !self.is_in(query) {
            None
        } else if query.is_id_of(self.id) {
            Some(Fit::Id)
        } else if self.is_whole(&query.text) {
            Some(Fit::Whole)
        } else if query.words().all(|word| self.names.contains(word)) {
            Some(Fit::Part)
        } else if query.words().all(|word| self.names.contains(word) || self.beside.contains(word)) {
            Some(Fit::Beside)
        } else {
            None
        }
    }

    fn is_whole(&self, text: &str) -> bool {
        let (issuer, name) = self.names.split_at(self.issuer_length);
        !text.is_empty() && [issuer, name.trim_start(), &self.names].contains(&text)
    }

    fn is_in(&self, query: &Query) -> bool {
        query.states.iter().all(|state| self.states.contains(state))
    }

    fn is_near(&self, query: &Query) -> bool {
        let is_near =
            |typed: &str| self.names.contains(typed) || self.names.split(' ').any(|word| begins_near(word, typed));
        self.is_in(query) && query.words().all(is_near)
    }
}

struct Query {
    text: String,
    /// As typed, for an id, where it is long enough to be one.
    id: Option<String>,
    states: Vec<State>,
}

impl Query {
    fn new(query: &str) -> Self {
        let (mut text, mut states) = (String::new(), Vec::new());
        for word in query.split_whitespace() {
            match state_in(word) {
                Some(state) => states.push(state),
                None => fold_into(word, &mut text),
            }
        }
        let is_id = text.len() >= ENOUGH_OF_ID && text.bytes().all(|digit| digit.is_ascii_hexdigit());
        Self { id: is_id.then(|| text.clone()), text, states }
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split(' ')
    }

    fn is_id_of(&self, id: AccountId) -> bool {
        self.id.as_ref().is_some_and(|query| data_encoding::HEXLOWER.encode(&id.0).starts_with(query))
    }
}

/// Reads a word as in `state:open`; a name that is none of a state is a word like any other.
fn state_in(word: &str) -> Option<State> {
    let (key, name) = word.split_once(':')?;
    State::ALL.into_iter().find(|state| key.eq_ignore_ascii_case("state") && name.eq_ignore_ascii_case(state.name()))
}

/// Adds `text` to `folded` behind a space: lower case, without accents, colons and white space as one space.
fn fold_into(text: &str, folded: &mut String) {
    for word in text.split(|letter: char| letter == ':' || letter.is_whitespace()).filter(|word| !word.is_empty()) {
        if !folded.is_empty() {
            folded.push(' ');
        }
        if word.is_ascii() {
            folded.extend(word.chars().map(|letter| letter.to_ascii_lowercase()));
        } else {
            word.nfkd().filter(|letter| !is_combining_mark(*letter)).for_each(|letter| fold_letter(letter, folded));
        }
    }
}

/// Adds one letter; those that Unicode does not take apart are written as people without them type them.
fn fold_letter(letter: char, folded: &mut String) {
    for letter in letter.to_lowercase() {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            mark if is_combining_mark(mark) => {}
            other => folded.push(other),
        }
    }
}

/// Tells whether `word` begins with `typed` but for one letter wrong, missing, too many, or swapped with the next.
fn begins_near(word: &str, typed: &str) -> bool {
    if typed.chars().count() < FORGIVEN_FROM {
        return false;
    }
    let same = word.chars().zip(typed.chars()).take_while(|(a, b)| a == b).map(|(letter, _)| letter.len_utf8()).sum();
    let (word, typed) = (&word[same..], &typed[same..]);
    let ((first, word_rest), (typed_first, typed_rest)) = (take_letter(word), take_letter(typed));
    let ((second, word_end), (typed_second, typed_end)) = (take_letter(word_rest), take_letter(typed_rest));
    let wrong = word_rest.starts_with(typed_rest);
    let missing = word_rest.starts_with(typed);
    let too_many = word.starts_with(typed_rest);
    let swapped = first == typed_second && second == typed_first && word_end.starts_with(typed_end);
    wrong || missing || too_many || swapped
}

fn take_letter(text: &str) -> (Option<char>, &str) {
    let mut letters = text.chars();
    (letters.next(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Draft;
    use crate::otp::{Algorithm, Digits, Otp, Period};
    use crate::secret::Secret;

    fn account(issuer: &str, name: &str) -> Account {
        let secret = Secret::new(b"12345678901234567890".to_vec());
        let otp = Otp::Totp { secret, algorithm: Algorithm::Sha1, digits: Digits::SIX, period: Period::THIRTY };
        Draft::new(issuer, name, otp).into_account(AccountId([0xab; 16]))
    }

    fn fit(account: &Account, query: &str) -> Option<Fit> {
        search(std::slice::from_ref(account), query).first().map(|hit| hit.fit)
    }

    #[test]
    fn finds_all_in_the_order_given_for_no_query() {
        let accounts = [account("B", "b"), account("", ""), account("A", "a")];
        let places = |query| search(&accounts, query).iter().map(|hit| hit.place).collect::<Vec<_>>();
        assert_eq!(places(""), [0, 1, 2]);
        assert_eq!(places(" \t"), [0, 1, 2]);
    }

    #[test]
    fn puts_the_whole_name_before_a_part_of_one() {
        let accounts = [account("My GitHub", "ada"), account("GitHub", "ada"), account("Forge", "github")];
        let hits = search(&accounts, "github");
        let seen: Vec<_> = hits.iter().map(|hit| (hit.place, hit.fit)).collect();
        assert_eq!(seen, [(1, Fit::Whole), (2, Fit::Whole), (0, Fit::Part)]);
    }

    #[test]
    fn takes_issuer_and_name_together_as_people_write_them() {
        for query in ["GitHub:ada", "github: ada", "github ada", " GitHub  ada "] {
            assert_eq!(fit(&account("GitHub", "ada"), query), Some(Fit::Whole), "{query}");
        }
        assert_eq!(fit(&account("GitHub", "ada"), "ada github"), Some(Fit::Part));
        assert_eq!(fit(&account("GitHub", "ada"), "hub:ad"), Some(Fit::Part));
    }

    #[test]
    fn reads_letters_without_case_and_accents() {
        for (name, query) in [
            ("Crédit Agricole", "CREDIT AGRICOLE"),
            ("Credit", "crédit"),
            ("Straße", "STRASSE"),
            ("Łódź", "lodz"),
            ("Ångström", "angstro\u{308}m"),
            ("İstanbul", "istanbul"),
            ("Яндекс", "яНДЕКС"),
            ("ＡＢＣ", "abc"),
        ] {
            assert_eq!(fit(&account(name, "x"), query), Some(Fit::Whole), "{query}");
        }
    }

    #[test]
    fn finds_tags_and_notes_after_names() {
        let mut tagged = account("Bank", "ada");
        tagged.tags = vec!["Work".into()];
        tagged.note = "Contract 4711".into();
        assert_eq!(fit(&tagged, "work"), Some(Fit::Beside));
        assert_eq!(fit(&tagged, "4711"), Some(Fit::Beside));
        assert_eq!(fit(&tagged, "bank work"), Some(Fit::Beside), "words may come from both");
        assert_eq!(fit(&tagged, "bank home"), None);
        tagged.reset_by = "mailto:owner@example.org".into();
        assert_eq!(fit(&tagged, "owner@example.org"), Some(Fit::Beside));
        let hits = search(&[tagged, account("Workday", "ada")], "work");
        assert_eq!(hits.iter().map(|hit| hit.place).collect::<Vec<_>>(), [1, 0]);
    }

    #[test]
    fn knows_an_account_by_its_id_from_six_digits_on() {
        let known = account("Bank", "ada");
        for query in ["ababab", "ABABABAB", &"ab".repeat(16)] {
            assert_eq!(fit(&known, query), Some(Fit::Id), "{query}");
        }
        assert_eq!(fit(&known, "ababa"), None, "five digits are a word like any other");
        assert_eq!(fit(&known, &"ab".repeat(17)), None);
    }

    #[test]
    fn forgives_one_letter_where_nothing_else_fits() {
        let known = account("GitHub", "ada@example.org");
        for query in ["gitub", "gitthub", "gihtub", "gitzub", "githb", "xithub", "githubb", "gihtu", "gthub ada"] {
            assert_eq!(fit(&known, query), Some(Fit::Near), "{query}");
        }
        let hits = search(&[known, account("Gitub", "ada")], "gitub");
        assert_eq!(hits.len(), 1, "a name as typed leaves nothing to forgive");
    }

    #[test]
    fn forgives_no_two_letters_and_none_in_short_words() {
        let known = account("GitHub AWS", "ada");
        for query in ["gtub", "giuthb", "axs", "zzzz", "github axs", "gítlab"] {
            assert_eq!(fit(&known, query), None, "{query}");
        }
    }

    #[test]
    fn finds_by_state_and_words_together() {
        let mut done = account("Bank", "ada");
        done.verified_at = Some(1);
        let accounts = [account("Bank", "grace"), done, account("Forge", "ada")];
        let places = |query: &str| search(&accounts, query).iter().map(|hit| hit.place).collect::<Vec<_>>();
        assert_eq!(places("state:unverified"), [0, 2]);
        assert_eq!(places("State:Unverified bank"), [0]);
        assert_eq!(places("state:verified state:open"), [1]);
        assert_eq!(places("bnak state:verified"), [1], "a letter is forgiven within a state");
        assert!(places("state:verified grace").is_empty());
        assert!(places("state:elsewhere").is_empty(), "which is no state, but words that nothing has");
    }

    #[test]
    fn shows_no_name_when_printed() {
        assert_eq!(format!("{:?}", Index::new(&[account("Bank", "ada")])), "Index(1 accounts)");
    }
}
