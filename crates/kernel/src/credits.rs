use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Refusal;

/// 1 credit = 24 academic hours (item 4.8). The edition's data state the same number; a test compares them.
pub const HOURS_PER_CREDIT: u32 = 24;

const MICRO: u64 = 1_000_000;
const MAX_CREDITS: u64 = 10_000;
const MAX_HOURS: u32 = 240_000;

/// Credits (кредит): a non-negative decimal, kept to the sixth decimal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Credits(u64);

impl Credits {
    pub const ZERO: Self = Self(0);

    pub const fn whole(credits: u32) -> Self {
        Self(credits as u64 * MICRO)
    }

    /// The credits that so many hours make; thirds of a credit are rounded to the sixth decimal.
    pub const fn from_hours(hours: AcademicHours) -> Self {
        let per = HOURS_PER_CREDIT as u64;
        Self((hours.0 as u64 * MICRO + per / 2) / per)
    }

    /// The hours these credits stand for, where they make whole hours.
    pub const fn hours(self) -> Option<AcademicHours> {
        let scaled = self.0 * HOURS_PER_CREDIT as u64;
        #[expect(clippy::cast_possible_truncation, reason = "at most 10,000 credits, 240,000 hours")]
        if scaled.is_multiple_of(MICRO) { Some(AcademicHours((scaled / MICRO) as u32)) } else { None }
    }

    fn from_f64(value: f64) -> Result<Self, Refusal> {
        if !value.is_finite() {
            return Err(Refusal::new("not-a-number", value));
        }
        if value < 0.0 {
            return Err(Refusal::new("negative", value));
        }
        if value > MAX_CREDITS as f64 {
            return Err(Refusal::new("credits-too-many", value));
        }
        let micro = (value * MICRO as f64).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded above")]
        Ok(Self(micro as u64))
    }

    /// The same but for the rounding of thirds: sums of 1.333333 credits meet whole numbers.
    pub const fn is_about(self, other: Self) -> bool {
        self.0.abs_diff(other.0) <= 1000
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

/// Reads `3`, `1.5` or `1,5`.
impl FromStr for Credits {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let value: f64 = text.trim().replace(',', ".").parse().map_err(|_| Refusal::new("not-a-number", text))?;
        Self::from_f64(value)
    }
}

impl TryFrom<f64> for Credits {
    type Error = Refusal;

    fn try_from(value: f64) -> Result<Self, Refusal> {
        Self::from_f64(value)
    }
}

/// Shortest decimal, point as separator: `3`, `1.5`.
impl fmt::Display for Credits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / MICRO, self.0 % MICRO);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{rest:06}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl Add for Credits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Credits {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl Sum for Credits {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for Credits {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(MICRO) {
            to.serialize_u64(self.0 / MICRO)
        } else {
            to.serialize_f64(self.0 as f64 / MICRO as f64)
        }
    }
}

impl<'de> Deserialize<'de> for Credits {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Number).and_then(|n| Self::from_f64(n).map_err(de::Error::custom))
    }
}

impl JsonSchema for Credits {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Credits".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "number", "minimum": 0, "maximum": MAX_CREDITS,
            "description": "Credits: a decimal, kept to six decimals; 1 credit = 24 academic hours (item 4.8)"
        })
    }
}

/// Academic hours (академиялық сағат) of 45 minutes each (item 4.8): whole and not negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AcademicHours(u32);

impl AcademicHours {
    pub const ZERO: Self = Self(0);

    pub const fn new(hours: u32) -> Self {
        Self(hours)
    }

    pub const fn get(self) -> u32 {
        self.0
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    fn from_f64(value: f64) -> Result<Self, Refusal> {
        if !value.is_finite() {
            return Err(Refusal::new("not-a-number", value));
        }
        if value < 0.0 {
            return Err(Refusal::new("negative", value));
        }
        if value > f64::from(MAX_HOURS) {
            return Err(Refusal::new("hours-too-many", value));
        }
        if value.fract() != 0.0 {
            return Err(Refusal::new("hours-fractional", value));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded above, whole")]
        Ok(Self(value as u32))
    }
}

impl FromStr for AcademicHours {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let value: f64 = text.trim().replace(',', ".").parse().map_err(|_| Refusal::new("not-a-number", text))?;
        Self::from_f64(value)
    }
}

impl TryFrom<f64> for AcademicHours {
    type Error = Refusal;

    fn try_from(value: f64) -> Result<Self, Refusal> {
        Self::from_f64(value)
    }
}

impl fmt::Display for AcademicHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Add for AcademicHours {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for AcademicHours {
    fn add_assign(&mut self, other: Self) {
        self.0 = self.0.saturating_add(other.0);
    }
}

impl Sum for AcademicHours {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for AcademicHours {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u32(self.0)
    }
}

impl<'de> Deserialize<'de> for AcademicHours {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Number).and_then(|n| Self::from_f64(n).map_err(de::Error::custom))
    }
}

impl JsonSchema for AcademicHours {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "AcademicHours".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "integer", "minimum": 0, "maximum": MAX_HOURS,
            "description": "Whole academic hours of 45 minutes (item 4.8)"
        })
    }
}

/// Any JSON number; text, booleans and the like are refused as `not-a-number`.
struct Number;

impl Visitor<'_> for Number {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<f64, E> {
        Err(E::custom(Refusal::new("not-a-number", value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn credits_are_read_and_shown() {
        for (text, shown) in [
            ("3", "3"),
            ("1.5", "1.5"),
            ("1,5", "1.5"),
            (" 59.50 ", "59.5"),
            ("0", "0"),
            ("1.3333333333333333", "1.333333"),
        ] {
            assert_eq!(text.parse::<Credits>().map(|c| c.to_string()), Ok(shown.to_owned()), "{text}");
        }
        for (text, code) in [
            ("-1", "negative"),
            ("1e9", "credits-too-many"),
            ("NaN", "not-a-number"),
            ("inf", "not-a-number"),
            ("three", "not-a-number"),
        ] {
            assert_eq!(text.parse::<Credits>().map_err(|r| r.code), Err(code), "{text}");
        }
    }

    #[test]
    fn hours_are_whole() {
        assert_eq!("72".parse(), Ok(AcademicHours::new(72)));
        assert_eq!("7.5".parse::<AcademicHours>().map_err(|r| r.code), Err("hours-fractional"));
        assert_eq!(serde_json::from_str::<AcademicHours>("72.0").ok(), Some(AcademicHours::new(72)));
        assert!(serde_json::from_str::<AcademicHours>("\"72\"").is_err());
        assert!(serde_json::from_str::<AcademicHours>("-1").is_err());
    }

    #[test]
    fn a_credit_is_24_hours() {
        assert_eq!(Credits::from_hours(AcademicHours::new(1440)), Credits::whole(60));
        assert_eq!("1.5".parse::<Credits>().map(Credits::hours), Ok(Some(AcademicHours::new(36))));
        assert_eq!("1.51".parse::<Credits>().map(Credits::hours), Ok(None));
    }

    proptest! {
        #[test]
        fn text_and_json_are_the_identity(micro in 0u64..=10_000_000_000) {
            let credits = Credits(micro);
            prop_assert_eq!(credits.to_string().parse(), Ok(credits));
            let json = serde_json::to_string(&credits).unwrap();
            prop_assert_eq!(serde_json::from_str::<Credits>(&json).unwrap(), credits);
        }

        #[test]
        fn hours_survive_the_way_over_credits(hours in 0u32..100_000) {
            let credits = Credits::from_hours(AcademicHours::new(hours));
            if hours.is_multiple_of(3) {
                prop_assert_eq!(credits.hours(), Some(AcademicHours::new(hours)));
            }
        }
    }
}
