use std::fmt;

/// An amount of money in whole minor units (cents), from 0 to [`Money::MAX`].
///
/// There is no conversion from a floating-point sum: the edges of the system turn decimals into
/// minor units once, and everything inside counts whole units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Money(i64);

/// An amount as somebody asked for it: valid, or with what is wrong about it. Refusing it is the
/// rules' business (a known idempotency key is answered first), so it travels with the command.
pub type Asked = Result<Money, MoneyError>;

/// Why an amount cannot be bid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MoneyError {
    /// Zero, negative, or not a number.
    NotPositive,
    /// More than two decimals.
    TooPrecise,
    /// Above [`Money::MAX`].
    TooLarge,
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MoneyError::NotPositive => "must be more than zero",
            MoneyError::TooPrecise => "must have at most two decimals",
            MoneyError::TooLarge => "must be at most 1000000000",
        })
    }
}

impl Money {
    /// Nothing at all.
    pub const ZERO: Money = Money(0);
    /// The largest amount that may be asked: 1 000 000 000 major units.
    pub const MAX: Money = Money(100_000_000_000);

    /// An amount of `minor` units, or `None` outside 0 to [`Money::MAX`].
    pub const fn from_minor(minor: i64) -> Option<Money> {
        if minor >= 0 && minor <= Money::MAX.0 { Some(Money(minor)) } else { None }
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Reads a decimal number of major units, as JSON carries it.
    ///
    /// Exact in spite of the float: a number is taken only if it is the very float that its
    /// rounding to two decimals has, which holds for every amount up to [`Money::MAX`].
    ///
    /// # Errors
    /// Any [`MoneyError`].
    pub fn from_major(major: f64) -> Asked {
        if major.is_nan() || major <= 0.0 {
            return Err(MoneyError::NotPositive);
        }
        let minor = (major * 100.0).round();
        if minor > Money::MAX.0 as f64 {
            return Err(MoneyError::TooLarge);
        }
        if minor / 100.0 != major {
            return Err(MoneyError::TooPrecise);
        }
        Ok(Money(minor as i64))
    }

    /// The amount in major units, for JSON. Reading it back gives the same amount.
    pub fn major(self) -> f64 {
        self.0 as f64 / 100.0
    }

    /// The sum, held at twice [`Money::MAX`]: a minimum bid above the largest amount that can be
    /// asked still compares rightly, and nothing overflows.
    pub(crate) fn plus(self, step: Money) -> Money {
        Money(self.0.saturating_add(step.0).min(Money::MAX.0 * 2))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hostile_numbers_are_refused_with_their_reason() {
        for (number, error) in [
            (0.0, MoneyError::NotPositive),
            (-1.0, MoneyError::NotPositive),
            (f64::NAN, MoneyError::NotPositive),
            (f64::NEG_INFINITY, MoneyError::NotPositive),
            (f64::INFINITY, MoneyError::TooLarge),
            (1e300, MoneyError::TooLarge),
            (1_000_000_000.01, MoneyError::TooLarge),
            (0.001, MoneyError::TooPrecise),
            (10.005, MoneyError::TooPrecise),
            (0.1 + 0.2, MoneyError::TooPrecise),
            (f64::MIN_POSITIVE, MoneyError::TooPrecise),
        ] {
            assert_eq!(Money::from_major(number), Err(error), "{number}");
        }
        assert_eq!(Money::from_major(1e9), Ok(Money::MAX));
    }

    proptest! {
        #[test]
        fn every_amount_survives_the_way_out_and_in(minor in 1..=Money::MAX.0) {
            let money = Money::from_minor(minor).expect("in range");
            prop_assert_eq!(Money::from_major(money.major()), Ok(money));
            let text = serde_free_parse(&money.to_string());
            prop_assert_eq!(Money::from_major(text), Ok(money));
        }
    }

    fn serde_free_parse(text: &str) -> f64 {
        text.parse().expect("a decimal number")
    }
}
