//! `sterk add`: from links, pictures, the screen, the clipboard, a camera, or by hand.

use std::path::PathBuf;

use clap::Args;
use sterk::account::Draft;
use sterk::account::form::Form;
use sterk::import::Import;
use sterk::otp::{Kind, Pin};
use sterk::{Algorithm, Digits, Otp, Period, Secret};

use crate::context::Context;
use crate::failure::Failure;
use crate::leftover::Found;
use crate::look::{self, Looking};
use crate::review::OnDuplicate;
use crate::sources::Heap;
use crate::{ask, review, unlock};

/// Add accounts from links, QR codes in pictures, on the screen or before a camera, or by hand
#[derive(Debug, Args)]
pub struct Add {
    /// otpauth: link to add; - reads links from standard input
    #[arg(value_name = "URI")]
    uris: Vec<String>,
    /// File with one link a line; - is standard input
    #[arg(long, value_name = "FILE")]
    uri_file: Option<PathBuf>,
    /// Picture with one or more QR codes
    #[arg(long, value_name = "FILE", num_args = 1..)]
    image: Vec<PathBuf>,
    #[command(flatten)]
    looking: Looking,
    /// What to do with an account that is there already
    #[arg(long, value_name = "WHAT")]
    on_duplicate: Option<OnDuplicate>,
    /// Delete the pictures and lists afterwards, if all that they hold was kept
    #[arg(long)]
    delete_source: bool,
    /// Type it in: the secret is asked for, or read with --secret-file
    #[arg(long)]
    manual: bool,
    #[command(flatten)]
    by_hand: ByHand,
}

/// What `--manual` takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "With --manual")]
struct ByHand {
    /// File with the secret in base32 (mOTP: as the service gave it); - is standard input
    #[arg(long, value_name = "FILE", requires = "manual")]
    secret_file: Option<PathBuf>,
    /// Service that issued the secret
    #[arg(long, requires = "manual", default_value = "", hide_default_value = true)]
    issuer: String,
    /// Name of the account at that service
    #[arg(long, requires = "manual", default_value = "", hide_default_value = true)]
    account: String,
    /// Kind of codes
    #[arg(long, requires = "manual", default_value = "totp")]
    kind: KindName,
    /// Hash algorithm: SHA1, SHA256, SHA512 (also SHA224, SHA384, MD5)
    #[arg(long, requires = "manual", default_value = "SHA1")]
    algorithm: String,
    /// Length of a code, 1 to 10 [default: 6, Steam 5]
    #[arg(long, requires = "manual")]
    digits: Option<u64>,
    /// Seconds a code is valid, 1 to 3600
    #[arg(long, requires = "manual", default_value_t = 30)]
    period: u64,
    /// Counter of the next HOTP code
    #[arg(long, requires = "manual", default_value_t = 0)]
    counter: u64,
    /// File with the PIN of an mOTP or Yandex account; - is standard input
    #[arg(long, value_name = "FILE", requires = "manual")]
    pin_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum KindName {
    Totp,
    Hotp,
    Steam,
    Motp,
    Yandex,
}

impl Add {
    pub fn run(self, context: &Context) -> Result<(), Failure> {
        self.claim_stdin(context)?;
        if self.delete_source && self.image.is_empty() && self.uri_file.is_none() {
            return Err(Failure::usage("--delete-source needs --image or --uri-file"));
        }
        let found = if self.manual { self.by_hand.read(context)?.into() } else { self.read(context)? };
        let opened = unlock::vault_or_new(context)?;
        review::keep(context, opened, found, self.on_duplicate, self.delete_source)
    }

    fn claim_stdin(&self, context: &Context) -> Result<(), Failure> {
        for uri in &self.uris {
            context.claim(Some(uri.as_ref()), "URI")?;
        }
        context.claim(self.uri_file.as_deref(), "--uri-file")?;
        for picture in &self.image {
            context.claim(Some(picture), "--image")?;
        }
        context.claim(self.by_hand.secret_file.as_deref(), "--secret-file")?;
        context.claim(self.by_hand.pin_file.as_deref(), "--pin-file")
    }

    fn read(&self, context: &Context) -> Result<Found, Failure> {
        let mut heap = Heap::default();
        let files = self.uris.iter().filter(|uri| *uri == "-").map(PathBuf::from).chain(self.uri_file.clone());
        for file in files {
            heap.lines(&file)?;
        }
        for uri in self.uris.iter().filter(|uri| *uri != "-") {
            context
                .warn("other users of this machine may have seen the link; `sterk add -` reads it from standard input");
            heap.link(uri);
        }
        for picture in &self.image {
            heap.picture(picture)?;
        }
        for view in self.looking.views()? {
            heap.seen(self.looking.find(context, view, look::holds_accounts)?);
        }
        if heap.is_empty() {
            return Err(Failure::usage("nothing was named to add")
                .hint("give a link, --uri-file, --image, --screen, --clipboard, --camera or --manual"));
        }
        heap.read()
    }
}

impl ByHand {
    fn read(&self, context: &Context) -> Result<Import, Failure> {
        let otp = self.otp(context)?;
        let draft = Draft::new(self.issuer.clone(), self.account.clone(), otp);
        let (skipped, missing_parts, parts) = Default::default();
        let (drafts, positions) = (vec![draft], vec![1]);
        Ok(Import {
            format: "manual",
            encrypted: false,
            holds_more: false,
            drafts,
            positions,
            skipped,
            missing_parts,
            parts,
        })
    }

    fn otp(&self, context: &Context) -> Result<Otp, Failure> {
        let words = match &self.secret_file {
            Some(file) => ask::words_from(file)?,
            None if context.can_ask() => ask::hidden("Secret")?,
            None => return Err(Failure::undecided("a secret is needed", "--secret-file FILE")),
        };
        // What the window's form refuses is refused here too: a blank or too short secret makes no codes.
        match self.kind {
            KindName::Motp => return self.with_pin(Form::new(Kind::Motp, &words).draft()?.otp),
            KindName::Yandex => return self.with_pin(Form::new(Kind::Yandex, &words).draft()?.otp),
            KindName::Hotp | KindName::Steam | KindName::Totp => {}
        }
        let secret = Secret::from_base32(words.expose())?;
        let algorithm = Algorithm::parse(&self.algorithm)?;
        let digits = |default| self.digits.map_or(Ok(default), Digits::new);
        Ok(match self.kind {
            KindName::Hotp => Otp::Hotp { secret, algorithm, digits: digits(Digits::SIX)?, counter: self.counter },
            KindName::Steam => Otp::Steam { secret, digits: digits(Digits::FIVE)?, period: Period::new(self.period)? },
            KindName::Motp | KindName::Totp | KindName::Yandex => {
                Otp::Totp { secret, algorithm, digits: digits(Digits::SIX)?, period: Period::new(self.period)? }
            }
        })
    }

    fn with_pin(&self, otp: Otp) -> Result<Otp, Failure> {
        let pin = self.pin()?;
        Ok(match otp {
            Otp::Motp { secret, .. } => Otp::Motp { secret, pin },
            Otp::Yandex { secret, .. } => Otp::Yandex { secret, pin },
            other => other,
        })
    }

    fn pin(&self) -> Result<Option<Pin>, Failure> {
        Ok(self.pin_file.as_deref().map(ask::words_from).transpose()?.map(Pin::new).transpose()?)
    }
}
