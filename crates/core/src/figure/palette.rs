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

/// Colors of groups, in order. Neighbors differ in lightness, and any two stay apart for readers
/// with protanopia, deuteranopia and tritanopia, on a light and on a dark ground.
pub const CATEGORIES: [Rgb; 12] = [
    [0x2b, 0x6f, 0xb3],
    [0xe9, 0xa1, 0x1a],
    [0x0f, 0x8a, 0x6b],
    [0xdb, 0x7f, 0xb0],
    [0x63, 0xc1, 0xee],
    [0xa9, 0x3c, 0x14],
    [0x70, 0x28, 0xe8],
    [0x88, 0x94, 0xf4],
    [0x34, 0x64, 0x64],
    [0xe8, 0x4c, 0x10],
    [0xd0, 0xac, 0x88],
    [0x7c, 0x70, 0xf4],
];
/// Color of what has no group color left.
pub const OTHER: Rgb = [0x7d, 0x82, 0x88];
/// Color of a point whose group or value is missing.
pub const MISSING: Rgb = [0xb4, 0xb8, 0xbb];

/// Color of the group at that place; the palette starts over after its end.
pub fn categorical(place: usize) -> Rgb {
    // INVARIANT: the remainder is below the number of colors.
    CATEGORIES[place % CATEGORIES.len()]
}

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
    use super::{CATEGORIES, MISSING, OTHER, Rgb, diverging, sequential};

    #[test]
    fn zero_is_white_and_the_ends_are_the_deepest() {
        assert_eq!(diverging(0.0), [255; 3]);
        assert_eq!(diverging(-1.0), [0x08, 0x51, 0x9c]);
        assert_eq!(diverging(7.0), [0x8f, 0x40, 0x00]);
    }

    /// Severe protanopia, deuteranopia and tritanopia on linear red, green and blue: Machado,
    /// Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113, table 1.
    const VISIONS: [[[f64; 3]; 3]; 4] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
        [
            [1.255_528, -0.076_749, -0.178_779],
            [-0.078_411, 0.930_809, 0.147_602],
            [0.004_733, 0.691_367, 0.303_900],
        ],
    ];
    /// Least distance of two groups in Oklab; a difference just seen side by side is about 0.02.
    const LEAST_DISTANCE: f64 = 0.04;
    /// Least contrast of a point with white and with the dark ground, as WCAG counts it.
    const LEAST_CONTRAST: f64 = 1.9;

    fn linear(color: Rgb) -> [f64; 3] {
        color.map(|channel| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    fn product(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(vector).map(|(a, b)| a * b).sum())
    }

    /// Oklab of linear red, green and blue (Ottosson 2020).
    fn oklab(rgb: [f64; 3]) -> [f64; 3] {
        let lms = product(
            &[
                [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
                [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
                [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
            ],
            rgb,
        );
        product(
            &[
                [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
                [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
                [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
            ],
            lms.map(f64::cbrt),
        )
    }

    #[test]
    fn groups_stay_apart_for_every_reader() {
        for (vision, matrix) in VISIONS.iter().enumerate() {
            let seen: Vec<[f64; 3]> = CATEGORIES
                .iter()
                .map(|&color| {
                    oklab(product(matrix, linear(color)).map(|value| value.clamp(0.0, 1.0)))
                })
                .collect();
            for (at, a) in seen.iter().enumerate() {
                for (other, b) in seen.iter().enumerate().skip(at + 1) {
                    let squares = a.iter().zip(b).map(|(a, b)| (a - b).powi(2));
                    let distance = squares.sum::<f64>().sqrt();
                    assert!(
                        distance >= LEAST_DISTANCE,
                        "{at} and {other}, vision {vision}: {distance}"
                    );
                }
            }
        }
    }

    #[test]
    fn points_stand_out_from_a_light_and_a_dark_ground() {
        let luminance = |color| product(&[[0.2126, 0.7152, 0.0722]; 3], linear(color))[0];
        let contrast = |a: f64, b: f64| (a.max(b) + 0.05) / (a.min(b) + 0.05);
        for color in CATEGORIES.into_iter().chain([OTHER, MISSING]) {
            for ground in [[0xff; 3], [0x13, 0x15, 0x17]] {
                let found = contrast(luminance(color), luminance(ground));
                assert!(
                    found >= LEAST_CONTRAST,
                    "{color:x?} on {ground:x?}: {found}"
                );
            }
        }
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
