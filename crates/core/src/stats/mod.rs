//! Statistics as free functions over slices and matrices; each names the R, SciPy or scikit-learn
//! function it agrees with.

pub mod overview;
