//! What can be wrong with a policy, a status file, or a step from one policy to the next.

use super::Doubt;

/// Says why a policy or a status file was refused. A place in the file is named, its contents never.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The signature does not fit the text and the key: one of them was changed.
    #[error("the signature does not fit: the policy was changed after it was signed, or the key is another one")]
    BadSignature,
    /// A person has to decide first, each for itself.
    #[error("{}", told(.0))]
    Doubtful(Vec<Doubt>),
    /// Something in the file is not as it has to be.
    #[error("{field} {wrong}")]
    Field {
        /// The place, as in `services[0].enrol_at`.
        field: String,
        /// What is wrong with it.
        wrong: Wrong,
    },
    /// No policy is applied.
    #[error("no policy is applied to this vault")]
    None,
    /// The file is no JSON.
    #[error("line {line}, column {column}: this is no JSON")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The file is something else: it does not say what it is.
    #[error("the file is no {0}")]
    NotMine(&'static str),
    /// A member of an object is given twice, and readers would not agree on which one counts.
    #[error("line {line}, column {column}: a member is given twice")]
    Repeated {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// The file is larger than any such file has to be.
    #[error("the file is larger than 64 KiB")]
    TooLarge,
    /// The file is of a newer version.
    #[error("the file is of version {found}, and this program reads version {newest}")]
    TooNew {
        /// The version of the file.
        found: u64,
        /// The newest version that is read.
        newest: u64,
    },
    /// The vault keeps a policy that only a newer program understands, or that is damaged.
    #[error("the policy of this vault cannot be read by this program")]
    Unreadable,
}

/// Says what is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Wrong {
    /// There is nothing in it.
    #[error("is empty")]
    Empty,
    /// It has to be there.
    #[error("is missing")]
    Missing,
    /// It is no day.
    #[error("is no day as in 2026-11-27")]
    NotADay,
    /// It is no domain.
    #[error("is no domain as in example.org, in ASCII")]
    NotADomain,
    /// It is no link that may be opened.
    #[error("is no link that may be opened: https, a host in ASCII, no name or password before it, no blanks")]
    NotALink,
    /// It is no list.
    #[error("is no list")]
    NotAList,
    /// It is no whole number within these bounds.
    #[error("is no whole number from {least} to {most}")]
    NotANumber {
        /// The least it may be.
        least: u64,
        /// The most it may be.
        most: u64,
    },
    /// It is no object.
    #[error("is no object")]
    NotAnObject,
    /// It is neither true nor false.
    #[error("is neither true nor false")]
    NotYesOrNo,
    /// It is none of the words that may stand there.
    #[error("is none of {0}")]
    NoneOf(&'static str),
    /// It is no text.
    #[error("is no text")]
    NotText,
    /// It is not this many bytes in base64.
    #[error("is not {0} bytes in base64")]
    NotBase64(usize),
    /// It is not this many bytes in hexadecimal.
    #[error("is not {0} bytes in hexadecimal")]
    NotHex(usize),
    /// It has to have exactly one of several members.
    #[error("has not exactly one of {0}")]
    NotOne(&'static str),
    /// It is longer than it may be.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// It has more entries than it may have.
    #[error("has more than {0} entries")]
    TooMany(usize),
    /// It says what another one said before.
    #[error("is there twice")]
    Twice,
    /// This version does not know it, and a rule that is not understood cannot be kept.
    #[error("is not known in this version")]
    Unknown,
}

impl PolicyError {
    /// Returns the stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadSignature => "bad_policy_signature",
            Self::Doubtful(doubts) => doubts.first().map_or("policy_doubtful", |doubt| doubt.code()),
            Self::Field { .. } => "bad_policy",
            Self::None => "no_policy",
            Self::NotJson { .. } | Self::Repeated { .. } => "policy_not_json",
            Self::NotMine(_) => "not_a_policy",
            Self::TooLarge => "too_large",
            Self::TooNew { .. } => "policy_too_new",
            Self::Unreadable => "policy_unreadable",
        }
    }

    pub(super) fn at(field: impl Into<String>, wrong: Wrong) -> Self {
        Self::Field { field: field.into(), wrong }
    }
}

fn told(doubts: &[Doubt]) -> String {
    let sentences: Vec<&str> = doubts.iter().map(|doubt| doubt.sentence()).collect();
    sentences.join("; ")
}
