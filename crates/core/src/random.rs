//! A seeded stream of random numbers, written out so that equal seeds give equal results for ever,
//! natively and in WebAssembly.

/// `SplitMix64` (Steele, Lea and Flood 2014, <https://doi.org/10.1145/2714064.2660195>): one word of
/// state, and good enough for starts and samples that only need to be without pattern.
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The stream of that seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The stream of one of many pieces of work, such as a tree of a forest: the same whoever does
    /// it and when, and without pattern between neighboring pieces.
    pub fn of_piece(seed: u64, piece: u64) -> Self {
        let mut seeds = Self::new(seed);
        let first = seeds.bits();
        let mut pieces = Self::new(first ^ piece.wrapping_mul(0xd134_2543_de82_ef95));
        Self::new(pieces.bits())
    }

    /// A whole number in `0..n`, each as likely; 0 where `n` is 0.
    ///
    /// Lemire 2019, <https://doi.org/10.1145/3230636>: the high half of a product, drawn again in
    /// the rare case that would favor some numbers.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        if n == 0 {
            return 0;
        }
        loop {
            let product = u128::from(self.bits()) * u128::from(n);
            if product as u64 >= n.wrapping_neg() % n {
                return (product >> 64) as usize;
            }
        }
    }

    /// Puts items into a random order, each order as likely (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number of the standard normal distribution: the first of [`Random::normal_pair`].
    pub fn normal(&mut self) -> f64 {
        self.normal_pair()[0]
    }

    /// Two numbers of the standard normal distribution, which know nothing of each other (Box and
    /// Muller 1958, <https://doi.org/10.1214/aoms/1177706645>).
    pub fn normal_pair(&mut self) -> [f64; 2] {
        // 1 − x is never 0, whose logarithm is infinite.
        let radius = (-2.0 * libm::log(1.0 - self.unit())).sqrt();
        let (sine, cosine) = libm::sincos(std::f64::consts::TAU * self.unit());
        [radius * cosine, radius * sine]
    }

    /// A number in [−1, 1).
    pub fn signed(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_stream_is_that_of_the_authors() {
        // From the reference program splitmix64.c with the seed 1234567.
        let mut random = Random::new(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(expected.map(|_| random.bits()), expected);
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::new(7);
        assert!((0..1_000).all(|_| (-1.0..1.0).contains(&random.signed())));
        assert!((0..1_000).all(|_| (0.0..1.0).contains(&random.unit())));
        assert!((0..1_000).all(|_| random.below(3) < 3));
        assert_eq!((random.below(0), random.below(1)), (0, 0));
    }

    #[test]
    fn normal_numbers_have_the_moments_and_tails_of_their_distribution() {
        let mut random = Random::new(11);
        let numbers: Vec<f64> = (0..50_000).flat_map(|_| random.normal_pair()).collect();
        let products = numbers.as_chunks::<2>().0.iter().map(|[x, y]| x * y);
        assert!(products.sum::<f64>().abs() / 50_000.0 < 0.023);
        let mean = |of: &dyn Fn(f64) -> f64| {
            numbers.iter().map(|&x| of(x)).sum::<f64>() / numbers.len() as f64
        };
        // Five standard errors, from the variances 1, 2, 15 and p (1 − p) with p = 0.0455.
        assert!(mean(&|x| x).abs() < 0.016);
        assert!((mean(&|x| x * x) - 1.0).abs() < 0.023);
        assert!(mean(&|x| x * x * x).abs() < 0.062);
        assert!((mean(&|x| f64::from(u8::from(x.abs() > 2.0))) - 0.0455).abs() < 0.0033);
    }

    #[test]
    fn every_number_below_a_bound_is_about_as_likely() {
        let mut random = Random::new(5);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[random.below(7)] += 1;
        }
        // Five standard deviations of a binomial count around 10,000.
        assert!(
            counts.iter().all(|&n| n.abs_diff(10_000) < 463),
            "{counts:?}"
        );
    }

    #[test]
    fn shuffled_items_are_the_same_items_in_every_place() {
        let mut firsts = [0_u32; 5];
        for seed in 0..1_000 {
            let mut items = [0, 1, 2, 3, 4];
            Random::of_piece(3, seed).shuffle(&mut items);
            firsts[items[0]] += 1;
            items.sort_unstable();
            assert_eq!(items, [0, 1, 2, 3, 4]);
        }
        assert!(firsts.iter().all(|&n| n.abs_diff(200) < 64), "{firsts:?}");
    }

    #[test]
    fn pieces_have_streams_of_their_own() {
        let first = |seed, piece| Random::of_piece(seed, piece).bits();
        let mut all: Vec<u64> = (0..20)
            .flat_map(|seed| (0..20).map(move |piece| first(seed, piece)))
            .collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 400);
    }
}
