//! The data palettes: the same in light, dark and print.

/// A color: red, green, blue.
pub type Rgb = [u8; 3];

/// Blue to white to orange, in equal steps of lightness on either side.
const DIVERGING: [Rgb; 9] = [
    [0x08, 0x51, 0x9c],
    [0x3b, 0x82, 0xc4],
    [0x86, 0xb5, 0xde],
    [0xc9, 0xdf, 0xf1],
    [0xff, 0xff, 0xff],
    [0xfb, 0xdc, 0xbf],
    [0xeb, 0xa5, 0x64],
    [0xcc, 0x6a, 0x1a],
    [0x8f, 0x40, 0x00],
];

/// Viridis, low to high, monotone in lightness.
const SEQUENTIAL: [Rgb; 8] = [
    [0x44, 0x01, 0x54],
    [0x46, 0x32, 0x7e],
    [0x36, 0x5c, 0x8d],
    [0x27, 0x7f, 0x8e],
    [0x1f, 0xa1, 0x87],
    [0x4a, 0xc1, 0x6d],
    [0xa0, 0xda, 0x39],
    [0xfd, 0xe7, 0x25],
];

/// Color of a signed value in −1 to 1: blue below zero, white at zero, orange above. Values beyond
/// take the end; NaN takes the middle.
pub fn diverging(value: f64) -> Rgb {
    interpolate(&DIVERGING, f64::midpoint(value, 1.0))
}

/// Color of a value in 0 to 1: viridis, low is dark. Values beyond take the end; NaN takes the middle.
pub fn sequential(value: f64) -> Rgb {
    interpolate(&SEQUENTIAL, value)
}

fn interpolate(stops: &[Rgb], share: f64) -> Rgb {
    let last = stops.len() - 1;
    // `clamp` keeps NaN; the middle is the value that claims least.
    let share = if share.is_nan() { 0.5 } else { share };
    let at = share.clamp(0.0, 1.0) * last as f64;
    let below = (at as usize).min(last - 1);
    let part = at - below as f64;
    // INVARIANT: `below + 1 <= last`, and every stop has three channels.
    std::array::from_fn(|channel| {
        let low = f64::from(stops[below][channel]);
        let high = f64::from(stops[below + 1][channel]);
        (low + part * (high - low)).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::{diverging, sequential};

    #[test]
    fn zero_is_white_and_the_ends_are_the_deepest() {
        assert_eq!(diverging(0.0), [255; 3]);
        assert_eq!(diverging(-1.0), [0x08, 0x51, 0x9c]);
        assert_eq!(diverging(7.0), [0x8f, 0x40, 0x00]);
    }

    #[test]
    fn viridis_grows_lighter() {
        let lightness = |[r, g, b]: [u8; 3]| {
            0.2126 * f64::from(r) + 0.7152 * f64::from(g) + 0.0722 * f64::from(b)
        };
        let steps: Vec<f64> = (0..=100)
            .map(|step| lightness(sequential(f64::from(step) / 100.0)))
            .collect();
        assert!(steps.is_sorted());
    }

    #[test]
    fn a_missing_value_has_a_color_and_does_not_panic() {
        assert_eq!(diverging(f64::NAN), [255; 3]);
        assert_eq!(sequential(f64::NAN), sequential(0.5));
    }
}
