//! As much of the protobuf wire format as the batches need.

use super::Damaged;

/// Is the value of one field; numbers of fixed width are read over.
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Fixed,
}

impl<'a> Value<'a> {
    pub(super) fn number(self) -> Result<u64, Damaged> {
        if let Self::Number(number) = self { Ok(number) } else { Err(Damaged) }
    }

    /// Returns an `int32`, which is written with the sign stretched to 64 bits.
    pub(super) fn int32(self) -> Result<i32, Damaged> {
        self.number().map(|number| number as i32)
    }

    pub(super) fn bytes(self) -> Result<&'a [u8], Damaged> {
        if let Self::Bytes(bytes) = self { Ok(bytes) } else { Err(Damaged) }
    }
}

/// Hands out the fields of one message, each with its number.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// Returns the next field, or nothing at the end of the message.
    pub(super) fn next(&mut self) -> Result<Option<(u64, Value<'a>)>, Damaged> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| Damaged)?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(Damaged),
        };
        Ok(Some((tag >> 3, value)))
    }

    fn varint(&mut self) -> Result<u64, Damaged> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let &[byte] = self.take(1)? else { return Err(Damaged) };
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Damaged> {
        let (head, tail) = self.0.split_at_checked(length).ok_or(Damaged)?;
        self.0 = tail;
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(bytes: &[u8]) -> Option<u64> {
        Fields(bytes).next().ok().flatten().and_then(|(_, value)| value.number().ok())
    }

    #[test]
    fn reads_numbers_up_to_64_bits() {
        assert_eq!(first(&[8, 0x96, 1]), Some(150));
        let largest = [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
        assert_eq!(first(&largest), Some(u64::MAX));
        assert_eq!(first(&[8, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 0]), None, "eleven bytes");
    }

    #[test]
    fn reads_over_fields_of_fixed_width() {
        let mut fields = Fields(&[9, 1, 2, 3, 4, 5, 6, 7, 8, 13, 1, 2, 3, 4, 16, 7]);
        let mut numbers = Vec::new();
        while let Ok(Some((field, _))) = fields.next() {
            numbers.push(field);
        }
        assert_eq!(numbers, [1, 1, 2]);
    }

    #[test]
    fn refuses_what_ends_too_early() {
        for bytes in [&[8][..], &[8, 128], &[10, 2, 0], &[9, 0, 0], &[13, 0], &[11], &[10, 255, 255, 255, 255, 127]] {
            assert!(Fields(bytes).next().is_err(), "{bytes:?}");
        }
    }
}
