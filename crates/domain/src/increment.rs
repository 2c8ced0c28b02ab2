use crate::Money;

/// The house's steps, in minor units: from this price on, this increment.
pub const HOUSE_TABLE: [(i64, i64); 10] = [
    (1, 5),
    (100, 25),
    (500, 50),
    (2_500, 100),
    (10_000, 250),
    (25_000, 500),
    (50_000, 1_000),
    (100_000, 2_500),
    (250_000, 5_000),
    (500_000, 10_000),
];

/// By how much a lot's bids must rise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Increments {
    /// [`HOUSE_TABLE`].
    House,
    /// The same step at every price.
    Fixed(Money),
    /// Steps of the lot's own: `(from, step)`, ascending by `from`, not empty.
    Table(Vec<(Money, Money)>),
}

impl Increments {
    /// `inc(price)`: the step of the last row that begins at or below `price` (the first row's,
    /// below all of them).
    pub fn at(&self, price: Money) -> Money {
        match self {
            Increments::Fixed(step) => *step,
            Increments::House => {
                let step = last_at_or_below(&HOUSE_TABLE, |row| row.0 <= price.minor());
                step.and_then(|row| Money::from_minor(row.1)).unwrap_or(Money::ZERO)
            }
            Increments::Table(rows) => {
                last_at_or_below(rows, |row| row.0 <= price).map_or(Money::ZERO, |row| row.1)
            }
        }
    }
}

fn last_at_or_below<T: Copy>(rows: &[T], begins: impl Fn(&T) -> bool) -> Option<T> {
    let reached = rows.partition_point(begins);
    rows.get(reached.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(minor: i64) -> Money {
        Money::from_minor(minor).expect("in range")
    }

    #[test]
    fn a_step_begins_at_its_row_and_not_before() {
        for (from, step) in HOUSE_TABLE {
            assert_eq!(Increments::House.at(money(from)).minor(), step);
        }
        assert_eq!(Increments::House.at(money(9_999)).minor(), 100);
        assert_eq!(Increments::House.at(Money::MAX).minor(), 10_000);
        assert_eq!(Increments::House.at(Money::ZERO).minor(), 5);
    }

    #[test]
    fn a_table_of_its_own_starts_with_its_first_step() {
        let own = Increments::Table(vec![(money(100), money(7)), (money(200), money(9))]);
        assert_eq!(own.at(money(1)).minor(), 7);
        assert_eq!(own.at(money(199)).minor(), 7);
        assert_eq!(own.at(money(200)).minor(), 9);
    }
}
