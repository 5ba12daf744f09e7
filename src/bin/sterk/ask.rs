//! Questions at the terminal, and secrets from files.

use std::io::{self, BufRead, Read, Write};
use std::path::Path;

use sterk::Passphrase;
use zeroize::Zeroizing;

use crate::answer;
use crate::context::Context;
use crate::failure::Failure;

/// The most bytes of a file that holds a passphrase, a key or a secret.
const MOST_BYTES: u64 = 64 * 1024;

/// Reads a file, or standard input for `-`, of at most `most` bytes.
pub fn read(path: &Path, most: u64) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let fail = |fault: io::Error| {
        let code = if fault.kind() == io::ErrorKind::NotFound { "no_such_file" } else { "io_failed" };
        Failure::new(code, format!("could not read {}: {fault}", answer::path(path)))
    };
    let source: Box<dyn Read> =
        if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(std::fs::File::open(path).map_err(fail)?) };
    let mut bytes = Zeroizing::new(Vec::new());
    source.take(most + 1).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > most {
        return Err(Failure::new("too_large", format!("{} is larger than {most} bytes", answer::path(path))));
    }
    Ok(bytes)
}

/// Reads words from a file; one final newline is dropped.
pub fn words_from(path: &Path) -> Result<Passphrase, Failure> {
    let bytes = read(path, MOST_BYTES)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|_| Failure::new("not_text", format!("{} is not UTF-8 text", answer::path(path))))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    Ok(Passphrase::new(text.to_owned()))
}

/// Asks for words without showing them.
pub fn hidden(question: &str) -> Result<Passphrase, Failure> {
    let typed = rpassword::prompt_password(format!("{question}: "));
    typed.map(Passphrase::new).map_err(|fault| Failure::new("io_failed", format!("could not read the answer: {fault}")))
}

/// Asks for a new passphrase, twice, or reads it from `file`.
pub fn new_words(context: &Context, what: &str, file: Option<&Path>, option: &str) -> Result<Passphrase, Failure> {
    let words = match file {
        Some(file) => words_from(file)?,
        None if context.can_ask() => {
            let words = hidden(&format!("New {what}"))?;
            if words != hidden("The same again")? {
                return Err(Failure::new("not_the_same", "the two are not the same; nothing was changed"));
            }
            words
        }
        None => return Err(Failure::undecided(format!("a {what} is needed"), &format!("{option} FILE"))),
    };
    if words.is_empty() {
        return Err(Failure::new("passphrase_empty", format!("the {what} is empty")));
    }
    Ok(words)
}

/// Asks a question that is answered by yes or no; `--yes` answers it, and so does `option`.
pub fn yes(context: &Context, question: &str, option: &str) -> Result<bool, Failure> {
    if context.global.yes {
        return Ok(true);
    }
    if !context.can_ask() {
        return Err(Failure::undecided(question.to_owned(), option));
    }
    Ok(choice(&format!("{question} [Y/n]"))?.is_none_or(|letter| letter == 'y'))
}

/// Asks for one letter, in lower case; an empty answer is nothing.
pub fn choice(question: &str) -> Result<Option<char>, Failure> {
    Ok(line(question)?.trim().chars().next().map(|letter| letter.to_ascii_lowercase()))
}

/// Asks for one line, which is seen while it is typed; without a question for one more.
pub fn line(question: &str) -> Result<Zeroizing<String>, Failure> {
    let fail = |fault: io::Error| Failure::new("io_failed", format!("could not read the answer: {fault}"));
    if !question.is_empty() {
        eprint!("{question} ");
        io::stderr().flush().map_err(fail)?;
    }
    let mut line = Zeroizing::new(String::new());
    if io::stdin().lock().read_line(&mut line).map_err(fail)? == 0 {
        return Err(Failure::new("cancelled", "nothing was changed"));
    }
    Ok(line)
}
