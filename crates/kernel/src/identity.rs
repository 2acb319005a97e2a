use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Refusal;
use crate::codes::text_form;

/// The check digit of an IIN or BIN, or `None` where such a number is not issued.
fn check_digit(digits: &[u8]) -> Option<u8> {
    let sum = |shift: u32| -> u32 {
        digits
            .iter()
            .zip(0u32..)
            .take(11)
            .map(|(digit, place)| u32::from(digit - b'0') * ((place + shift) % 11 + 1))
            .sum::<u32>()
            % 11
    };
    let first = sum(0);
    let digit = if first == 10 { sum(2) } else { first };
    u8::try_from(digit).ok().filter(|d| *d < 10)
}

fn twelve_digits(text: &str, code: &'static str) -> Result<[u8; 12], Refusal> {
    let digits = <[u8; 12]>::try_from(text.as_bytes())
        .ok()
        .filter(|digits| digits.iter().all(u8::is_ascii_digit))
        .ok_or_else(|| Refusal::new(code, text))?;
    if check_digit(&digits) == Some(digits[11] - b'0') { Ok(digits) } else { Err(Refusal::new("check-digit", text)) }
}

macro_rules! twelve {
    ($(#[$doc:meta])* $type:ident, $code:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type([u8; 12]);

        impl FromStr for $type {
            type Err = Refusal;
            fn from_str(text: &str) -> Result<Self, Refusal> {
                twelve_digits(text, $code).map(Self)
            }
        }
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(std::str::from_utf8(&self.0).unwrap_or_default())
            }
        }
        text_form!($type, $code, "^[0-9]{12}$");
    };
}

twelve!(
    /// Business identification number (бизнес-сәйкестендіру нөмірі, БСН), check digit verified.
    Bin,
    "bin"
);
twelve!(
    /// Individual identification number (жеке сәйкестендіру нөмірі, ЖСН), check digit verified. Personal data: not shown by `Debug`.
    Iin,
    "iin"
);

impl fmt::Debug for Bin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bin({self})")
    }
}

impl fmt::Debug for Iin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iin(…)")
    }
}

impl Bin {
    /// The number with the check digit that its first eleven digits demand; `None` where none is issued.
    pub fn complete(eleven: &str) -> Option<Self> {
        let digits = eleven.as_bytes();
        if digits.len() != 11 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        format!("{eleven}{}", check_digit(digits)?).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn check_digits() {
        assert!("990140000126".parse::<Bin>().is_ok());
        assert!("791028302728".parse::<Iin>().is_ok(), "a published sample");
        assert_eq!("060101500001".parse::<Iin>().map_err(|r| r.code), Err("check-digit"));
        assert_eq!("99014000012".parse::<Bin>().map_err(|r| r.code), Err("bin"));
        assert_eq!(format!("{:?}", "791028302728".parse::<Iin>().unwrap()), "Iin(…)");
    }

    proptest! {
        #[test]
        fn one_wrong_digit_is_seen(eleven in "[0-9]{11}", place in 0usize..11, by in 1u8..10) {
            prop_assume!(Bin::complete(&eleven).is_some());
            let whole = Bin::complete(&eleven).unwrap().to_string();
            let mut bytes = whole.clone().into_bytes();
            bytes[place] = b'0' + (bytes[place] - b'0' + by) % 10;
            // The second row of weights can meet by chance; the digit itself must then differ from the first row's rule.
            let wrong = String::from_utf8(bytes).unwrap();
            if let Ok(read) = wrong.parse::<Bin>() {
                prop_assert_eq!(Bin::complete(&wrong[..11]), Some(read));
            }
        }
    }
}
