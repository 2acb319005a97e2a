use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Refusal;

/// Writes a code of ASCII characters as text in JSON, and reads it back through `FromStr`.
macro_rules! text_form {
    ($type:ty, $name:literal, $pattern:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                text.parse().map_err(de::Error::custom)
            }
        }
        impl JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": $pattern })
            }
        }
    };
}
pub(crate) use text_form;

/// Code of a specialty (мамандық коды): 8 digits, the first two the field of education (classifier, order 500 of 2018).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpecialtyCode([u8; 8]);

impl FromStr for SpecialtyCode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        <[u8; 8]>::try_from(text.as_bytes())
            .ok()
            .filter(|digits| digits.iter().all(u8::is_ascii_digit))
            .map(Self)
            .ok_or_else(|| Refusal::new("specialty-code", text))
    }
}

impl fmt::Display for SpecialtyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}
text_form!(SpecialtyCode, "SpecialtyCode", "^[0-9]{8}$");

/// Level of a qualification (біліктілік деңгейі) in the national qualifications framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QualificationLevel {
    /// `3W`: worker (жұмысшы біліктілігі)
    Worker,
    /// `4S`: mid-level specialist (орта буын маманы)
    MidLevel,
    /// `5AB`: applied bachelor (қолданбалы бакалавр)
    AppliedBachelor,
}

impl QualificationLevel {
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Worker => "3W",
            Self::MidLevel => "4S",
            Self::AppliedBachelor => "5AB",
        }
    }
}

/// Code of a qualification (біліктілік коды): level prefix and 8 digits, e.g. `3W06130102`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QualificationCode {
    level: QualificationLevel,
    digits: [u8; 8],
}

impl QualificationCode {
    pub const fn level(self) -> QualificationLevel {
        self.level
    }

    /// Whether its first six digits are the specialty's, as the classifier builds codes.
    pub fn belongs_to(self, specialty: SpecialtyCode) -> bool {
        self.digits[..6] == specialty.0[..6]
    }
}

impl FromStr for QualificationCode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        use QualificationLevel::{AppliedBachelor, MidLevel, Worker};
        [Worker, MidLevel, AppliedBachelor]
            .into_iter()
            .find_map(|level| {
                let digits = <[u8; 8]>::try_from(text.strip_prefix(level.prefix())?.as_bytes()).ok()?;
                digits.iter().all(u8::is_ascii_digit).then_some(Self { level, digits })
            })
            .ok_or_else(|| Refusal::new("qualification-code", text))
    }
}

impl fmt::Display for QualificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.level.prefix())?;
        f.write_str(std::str::from_utf8(&self.digits).unwrap_or_default())
    }
}
text_form!(QualificationCode, "QualificationCode", "^(3W|4S|5AB)[0-9]{8}$");

/// Region (облыс, республикалық маңызы бар қала): the first two digits of KATO.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode([u8; 2]);

impl FromStr for RegionCode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        <[u8; 2]>::try_from(text.as_bytes())
            .ok()
            .filter(|digits| digits.iter().all(u8::is_ascii_digit) && digits[0] != b'0')
            .map(Self)
            .ok_or_else(|| Refusal::new("region-code", text))
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}
text_form!(RegionCode, "RegionCode", "^[1-9][0-9]$");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        let specialty: SpecialtyCode = "06130100".parse().unwrap();
        let qualification: QualificationCode = "3W06130102".parse().unwrap();
        assert_eq!(qualification.level(), QualificationLevel::Worker);
        assert!(qualification.belongs_to(specialty));
        assert!(!"3W06120101".parse::<QualificationCode>().unwrap().belongs_to(specialty));
        assert_eq!("5AB06130106".parse::<QualificationCode>().unwrap().to_string(), "5AB06130106");
        // The old seven-digit classifier, a missing prefix, look-alike Cyrillic letters.
        for wrong in ["1304000", "06130102", "3W0613010", "3w06130102", "4Ѕ06130103", ""] {
            assert!(wrong.parse::<QualificationCode>().is_err(), "{wrong}");
        }
        for wrong in ["1304000", "0613010０", "061301000", "0613010a"] {
            assert!(wrong.parse::<SpecialtyCode>().is_err(), "{wrong}");
        }
        assert!("5".parse::<RegionCode>().is_err());
    }
}
