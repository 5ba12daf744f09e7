//! Whatever bytes are taken for a policy or a status file: what is read is within its bounds and says the same again.

use sterk::account::shown;
use sterk::policy::{Link, MOST_BYTES, PolicyFile, Status};
use sterk::seal::SigningKey;

/// Checks one input; tells whether it was read as something.
pub fn holds(bytes: &[u8]) -> bool {
    policy(bytes) | status(bytes)
}

fn policy(bytes: &[u8]) -> bool {
    let file = match PolicyFile::read(bytes) {
        Ok(file) => file,
        Err(error) => {
            let told = error.to_string();
            assert!(!told.is_empty() && shown(&told) == told, "an error says something, and nothing in disguise");
            return false;
        }
    };
    let policy = file.policy();
    assert!(bytes.len() <= MOST_BYTES && policy.services.len() <= 200 && policy.revision > 0);
    for service in &policy.services {
        assert!(!service.name.trim().is_empty() && !service.issuers.is_empty());
        let link = service.enrol_at.as_ref().map(Link::as_str);
        assert!(link.is_none_or(|link| link.starts_with("https://") && link.is_ascii() && !link.contains(' ')));
    }
    assert_eq!(PolicyFile::read(file.text().as_bytes()).as_ref(), Ok(&file), "it is kept as its text");
    if file.signer().is_none() && bytes.len() < MOST_BYTES / 4 {
        let key = SigningKey::from_seed(&[7; 32]);
        let signed = PolicyFile::sign(file.text().as_bytes(), &key).expect("what is read can be signed");
        let signed = PolicyFile::read(signed.as_bytes()).expect("what is signed is read");
        assert_eq!((signed.policy(), signed.digest()), (policy, file.digest()));
        assert_eq!(signed.signer(), Some(key.public()));
    }
    true
}

fn status(bytes: &[u8]) -> bool {
    let Ok(status) = Status::read(bytes) else { return false };
    assert_eq!(Status::read(status.to_string().as_bytes()).as_ref(), Ok(&status));
    true
}
