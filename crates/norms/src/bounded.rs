//! Reading with bounds: lists no longer than any real programme needs, so that a hostile file cannot fill the memory.

use std::fmt;
use std::marker::PhantomData;

use chrono::NaiveDate;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use sheber_kernel::Refusal;

/// A list of at most `N` elements.
pub fn bounded<'de, D, T, const N: usize>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct List<T, const N: usize>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>, const N: usize> Visitor<'de> for List<T, N> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(element) = elements.next_element()? {
                if list.len() == N {
                    return Err(de::Error::custom(Refusal::new("list-too-long", N)));
                }
                list.push(element);
            }
            Ok(list)
        }
    }

    from.deserialize_seq(List::<T, N>(PhantomData))
}

/// A date written `2023-09-01`.
pub fn date<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
    parse_date(&text).map_err(de::Error::custom)
}

pub fn optional_date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveDate>, D::Error> {
    let text = <Option<std::borrow::Cow<'de, str>>>::deserialize(from)?;
    text.map(|text| parse_date(&text)).transpose().map_err(de::Error::custom)
}

/// A date written `2023-09-01`, of a year that a document of today can have.
pub fn parse_date(text: &str) -> Result<NaiveDate, Refusal> {
    let refuse = || Refusal::new("date", text);
    let shape =
        |(place, byte): (usize, u8)| if place == 4 || place == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return Err(refuse());
    }
    let date: NaiveDate = text.parse().map_err(|_| refuse())?;
    let year = chrono::Datelike::year(&date);
    if (1900..=2200).contains(&year) { Ok(date) } else { Err(refuse()) }
}
