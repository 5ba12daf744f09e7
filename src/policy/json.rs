//! JSON that means one thing: an object in which a member is given twice is refused.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use super::PolicyError;

/// Is a JSON value, numbers as far as they are whole and not negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Flag(bool),
    List(Vec<Node>),
    Members(Vec<(String, Node)>),
    Null,
    /// None for a number that is negative, broken or beyond 64 bits.
    Number(Option<u64>),
    Text(String),
}

impl Node {
    /// Reads one document.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, PolicyError> {
        serde_json::from_slice(bytes).map_err(|fault| {
            let (line, column) = (fault.line(), fault.column());
            match fault.classify() {
                // The one fault that is ours: everything that is JSON fits a node.
                Category::Data => PolicyError::Repeated { line, column },
                _ => PolicyError::NotJson { line, column },
            }
        })
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Flag(value))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Number(None))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(u64::try_from(value).ok()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(Some(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = entries.next_element()? {
            list.push(entry);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut members: Vec<(String, Node)> = Vec::new();
        let mut names = std::collections::BTreeSet::new();
        while let Some((name, value)) = entries.next_entry::<String, Node>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom("a member is given twice"));
            }
            members.push((name, value));
        }
        Ok(Node::Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_the_json_breaks() {
        assert_eq!(Node::read(b"{\"a\": 1,\n \"b\": }"), Err(PolicyError::NotJson { line: 2, column: 7 }));
        for broken in [&b""[..], b"{", b"[1,]", b"{} {}", b"\xff", b"nan"] {
            assert!(matches!(Node::read(broken), Err(PolicyError::NotJson { .. })), "{broken:?}");
        }
    }

    #[test]
    fn refuses_a_member_that_is_given_twice_at_any_depth() {
        assert!(matches!(Node::read(br#"{"a":1,"a":1}"#), Err(PolicyError::Repeated { .. })));
        assert!(matches!(Node::read(br#"[{"b":{"c":[{"a":1,"\u0061":2}]}}]"#), Err(PolicyError::Repeated { .. })));
    }

    #[test]
    fn survives_any_depth() {
        let deep = "[".repeat(60_000);
        assert!(matches!(Node::read(deep.as_bytes()), Err(PolicyError::NotJson { .. })));
    }

    #[test]
    fn keeps_whole_numbers_and_no_others() {
        let read = Node::read(b"[0, 18446744073709551615, -1, 1.5, 1e3, 99999999999999999999]").unwrap();
        let odd = Node::Number(None);
        let whole = |number| Node::Number(Some(number));
        assert_eq!(read, Node::List(vec![whole(0), whole(u64::MAX), odd.clone(), odd.clone(), odd.clone(), odd]));
    }
}
