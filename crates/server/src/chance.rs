//! Chance, where what failed or left together must not come back together.

/// From 0 to 1; in the middle, where the system has no randomness.
pub(crate) fn chance() -> f64 {
    let mut random = [0; 2];
    match getrandom::fill(&mut random) {
        Ok(()) => f64::from(u16::from_be_bytes(random)) / f64::from(u16::MAX),
        Err(_) => 0.5,
    }
}
