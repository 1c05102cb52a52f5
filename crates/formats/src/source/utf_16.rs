//! UTF-16 as UTF-8, block by block.
//!
//! A crate of all encodings of the web would do it, and weigh a tenth of the page with its tables.

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

/// A decoder, with what an earlier block left unfinished.
pub(super) struct Utf16 {
    order: ByteOrder,
    at_start: bool,
    /// First byte of a unit that was cut.
    odd_byte: Option<u8>,
    /// First half of a pair that was cut.
    high_half: Option<u16>,
}

impl Utf16 {
    pub(super) fn new(order: ByteOrder) -> Self {
        Self {
            order,
            at_start: true,
            odd_byte: None,
            high_half: None,
        }
    }

    /// The text of the next block without the byte order mark, and whether anything in it was no
    /// text: that reads as U+FFFD. Nothing follows `last`.
    pub(super) fn decode(&mut self, block: &[u8], last: bool) -> (String, bool) {
        let mut units = self.units(block);
        let odd_end = last && self.odd_byte.take().is_some();
        if !last && units.last().is_some_and(|unit| is_high_half(*unit)) {
            self.high_half = units.pop();
        }
        let mut text = String::with_capacity(units.len() + units.len() / 2);
        let mut is_damaged = odd_end;
        for letter in char::decode_utf16(units) {
            is_damaged |= letter.is_err();
            text.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if odd_end {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        (text, is_damaged)
    }

    /// Whole units: what was left over and this block. An odd last byte is kept.
    fn units(&mut self, block: &[u8]) -> Vec<u16> {
        let mut units = Vec::with_capacity(block.len() / 2 + 2);
        units.extend(self.high_half.take());
        let mut rest = block;
        if let Some((&second, others)) = rest.split_first()
            && let Some(first) = self.odd_byte.take()
        {
            units.push(self.unit([first, second]));
            rest = others;
        }
        let pairs = rest.chunks_exact(2);
        self.odd_byte = pairs.remainder().first().copied().or(self.odd_byte);
        units.extend(pairs.map(|pair| self.unit([pair[0], pair[1]])));
        if self.at_start && !units.is_empty() {
            self.at_start = false;
            if units[0] == BYTE_ORDER_MARK {
                units.remove(0);
            }
        }
        units
    }

    fn unit(&self, bytes: [u8; 2]) -> u16 {
        match self.order {
            ByteOrder::Little => u16::from_le_bytes(bytes),
            ByteOrder::Big => u16::from_be_bytes(bytes),
        }
    }
}

const BYTE_ORDER_MARK: u16 = 0xFEFF;

fn is_high_half(unit: u16) -> bool {
    (0xD800..0xDC00).contains(&unit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(units: &[u16], order: ByteOrder) -> Vec<u8> {
        let swap = |unit: &u16| match order {
            ByteOrder::Little => unit.to_le_bytes(),
            ByteOrder::Big => unit.to_be_bytes(),
        };
        units.iter().flat_map(swap).collect()
    }

    fn decode(bytes: &[u8], order: ByteOrder, block: usize) -> (String, bool) {
        let mut decoder = Utf16::new(order);
        let (mut text, mut is_damaged) = (String::new(), false);
        for part in bytes.chunks(block) {
            let (more, damaged) = decoder.decode(part, false);
            text += &more;
            is_damaged |= damaged;
        }
        let (more, damaged) = decoder.decode(&[], true);
        (text + &more, is_damaged | damaged)
    }

    fn check(bytes: &[u8], expected: &str, is_damaged: bool) {
        for block in 1..=bytes.len() {
            let found = decode(bytes, ByteOrder::Little, block);
            assert_eq!(
                found,
                (expected.to_owned(), is_damaged),
                "blocks of {block}"
            );
        }
    }

    #[test]
    fn only_the_first_byte_order_mark_is_taken_off() {
        check(&[0xFF, 0xFE, 0xFF, 0xFE, b'a', 0], "\u{feff}a", false);
    }

    #[test]
    fn what_is_no_text_reads_as_the_replacement_character() {
        check(&[0x3D, 0xD8, b'a', 0], "\u{fffd}a", true);
        check(&[0x00, 0xDE, b'a', 0], "\u{fffd}a", true);
        check(&[b'a', 0, 0x3D, 0xD8], "a\u{fffd}", true);
        check(&[b'a', 0, b'b'], "a\u{fffd}", true);
    }

    proptest! {
        #[test]
        fn any_text_comes_back_in_either_order_wherever_blocks_are_cut(
            text in "\\PC{0,12}", block in 1_usize..9,
        ) {
            let units: Vec<u16> = text.encode_utf16().collect();
            for order in [ByteOrder::Little, ByteOrder::Big] {
                let found = decode(&bytes(&units, order), order, block);
                prop_assert_eq!(found, (text.clone(), false));
            }
        }
    }
}
