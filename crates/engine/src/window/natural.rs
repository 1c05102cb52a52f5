//! The order in which people expect names: `sample2` before `sample10`.

use std::cmp::Ordering;

/// Compares digits by their number and letters without regard to case; equal names by their bytes.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (Some(x), Some(y)) = (left.chars().next(), right.chars().next()) else {
            return left.len().cmp(&right.len()).then_with(|| a.cmp(b));
        };
        let order = if x.is_ascii_digit() && y.is_ascii_digit() {
            let (digits_left, digits_right) = (take_digits(&mut left), take_digits(&mut right));
            digits_left
                .len()
                .cmp(&digits_right.len())
                .then_with(|| digits_left.cmp(digits_right))
        } else {
            left = &left[x.len_utf8()..];
            right = &right[y.len_utf8()..];
            x.to_lowercase().cmp(y.to_lowercase())
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Takes the digits off the front and gives them without leading zeros.
fn take_digits<'a>(text: &mut &'a str) -> &'a str {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    *text = rest;
    digits.trim_start_matches('0')
}

#[cfg(test)]
mod tests {
    use super::compare;
    use proptest::prelude::*;
    use std::cmp::Ordering;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = [
            "s10", "S2", "s1", "s02", "", "s", "10", "9", "é", "chr1_2", "chr1_10",
        ];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(
            names,
            [
                "", "9", "10", "chr1_2", "chr1_10", "s", "s1", "S2", "s02", "s10", "é"
            ]
        );
    }

    proptest! {
        #[test]
        fn it_is_a_total_order(a in "[a-cA-C0-2é]{0,6}", b in "[a-cA-C0-2é]{0,6}", c in "[a-cA-C0-2é]{0,6}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }
}
