//! The desk itself: what the other tests stand on.

use sterk_ui_tests::{Desk, Outcome};

#[tokio::test]
async fn two_desks_share_no_clipboard() -> Outcome {
    let (first, second) = (Desk::without_keyring("first")?, Desk::without_keyring("second")?);
    first.set_clipboard("one")?;
    second.set_clipboard("two")?;
    assert_eq!((first.clipboard()?, second.clipboard()?), ("one".to_owned(), "two".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_desk_has_a_keyring_only_when_asked() -> Outcome {
    assert!(Desk::with_keyring("keyring")?.has_keyring());
    assert!(!Desk::without_keyring("no-keyring")?.has_keyring());
    Ok(())
}
