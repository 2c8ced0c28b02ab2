use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Money on its way out: whole minor units inside, in JSON a number of major units with at most
/// two decimals (`55`, `55.5`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Price(pub i64);

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 100 == 0 {
            serializer.serialize_i64(self.0 / 100)
        } else {
            serializer.serialize_f64(self.0 as f64 / 100.0)
        }
    }
}

/// A moment, in milliseconds since the Unix epoch; in JSON ISO 8601 in UTC with milliseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Timestamp(pub i64);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let moment = jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        });
        write!(f, "{moment:.3}")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Timestamp;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as 2026-01-05T18:00:00.000Z")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Timestamp, E> {
                let moment: jiff::Timestamp =
                    text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))?;
                Ok(Timestamp(moment.as_millisecond()))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// A day of UTC, counted from the epoch; in JSON and in queries `2026-11-23`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Day(pub i64);

const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

impl Day {
    /// The day that a moment, in milliseconds since the epoch, falls on.
    pub const fn of_ms(ms: i64) -> Day {
        Day(ms.div_euclid(86_400_000))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = jiff::Span::new().try_days(self.0).and_then(|days| EPOCH.checked_add(days));
        days.unwrap_or(EPOCH).fmt(f)
    }
}

impl FromStr for Day {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Day, jiff::Error> {
        let date = jiff::civil::Date::strptime("%Y-%m-%d", text)?;
        Ok(Day(i64::from((date - EPOCH).get_days())))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_a_plain_number() {
        let json = |minor| serde_json::to_string(&Price(minor)).expect("a number");
        assert_eq!(json(5_500), "55");
        assert_eq!(json(5_550), "55.5");
        assert_eq!(json(1), "0.01");
        assert_eq!(json(99_999_999_999), "999999999.99");
    }

    #[test]
    fn a_day_is_written_as_people_write_it() {
        assert_eq!(Day::of_ms(0).to_string(), "1970-01-01");
        assert_eq!(Day::of_ms(-1).to_string(), "1969-12-31");
        for text in ["2026-11-23", "2024-02-29", "1970-01-01"] {
            assert_eq!(text.parse::<Day>().expect("a day").to_string(), text);
        }
        for bad in ["", "2026-13-01", "2025-02-29", "23.11.2026", "2026-11-23T00:00", "x"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn time_is_utc_with_milliseconds() {
        let text = r#""2026-01-05T18:00:00.000Z""#;
        let time: Timestamp = serde_json::from_str(text).expect("a time");
        assert_eq!(serde_json::to_string(&time).expect("text"), text);
        let offset: Timestamp =
            serde_json::from_str(r#""2026-01-05T19:00:00+01:00""#).expect("a time");
        assert_eq!(offset, time);
        for bad in [r#""tomorrow""#, r#""2026-01-05""#, "1", r#""2026-13-05T18:00:00Z""#] {
            assert!(serde_json::from_str::<Timestamp>(bad).is_err(), "{bad}");
        }
    }
}
