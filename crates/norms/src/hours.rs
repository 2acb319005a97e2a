//! How a unit's hours are spread over semesters and over parts.

use std::fmt;
use std::iter::Sum;

use schemars::JsonSchema;
use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sheber_kernel::{AcademicHours, Refusal, Semester};

/// Hours by semester (семестр бойынша сағаттар). A semester without hours is not written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SemesterHours([AcademicHours; Semester::MAX as usize]);

impl SemesterHours {
    pub fn of(&self, semester: Semester) -> AcademicHours {
        self.0[semester.index()]
    }

    pub fn set(&mut self, semester: Semester, hours: AcademicHours) {
        self.0[semester.index()] = hours;
    }

    pub fn sum(&self) -> AcademicHours {
        self.0.iter().copied().sum()
    }

    /// Hours of a study year, counted from 1.
    pub fn of_year(&self, year: u8) -> AcademicHours {
        Semester::all().filter(|semester| semester.year() == year).map(|semester| self.of(semester)).sum()
    }

    /// Hours after a semester.
    pub fn after(&self, last: Semester) -> AcademicHours {
        self.0[last.index() + 1..].iter().copied().sum()
    }

    /// The last semester that has hours.
    pub fn last(&self) -> Option<Semester> {
        Semester::all().filter(|semester| !self.of(*semester).is_zero()).last()
    }
}

impl Sum for SemesterHours {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        let mut total = Self::default();
        for each in all {
            for (sum, hours) in total.0.iter_mut().zip(each.0) {
                *sum += hours;
            }
        }
        total
    }
}

impl Serialize for SemesterHours {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        for semester in Semester::all() {
            let hours = self.of(semester);
            if !hours.is_zero() {
                map.serialize_entry(semester_key(semester), &hours)?;
            }
        }
        map.end()
    }
}

fn semester_key(semester: Semester) -> &'static str {
    ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"][semester.index()]
}

impl<'de> Deserialize<'de> for SemesterHours {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct BySemester;

        impl<'de> Visitor<'de> for BySemester {
            type Value = SemesterHours;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SemesterHours, A::Error> {
                let mut hours = SemesterHours::default();
                let mut seen = [false; Semester::MAX as usize];
                while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
                    let semester: Semester = key.parse().map_err(de::Error::custom)?;
                    if std::mem::replace(&mut seen[semester.index()], true) {
                        return Err(de::Error::custom(Refusal::new("field-twice", key)));
                    }
                    hours.set(semester, map.next_value()?);
                }
                Ok(hours)
            }
        }

        from.deserialize_map(BySemester)
    }
}

impl JsonSchema for SemesterHours {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SemesterHours".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let hours = generator.subschema_for::<AcademicHours>();
        schemars::json_schema!({
            "type": "object",
            "description": "Hours by semester, counted from the start of study; year = (semester + 1) / 2",
            "patternProperties": { "^([1-9]|1[0-2])$": hours },
            "additionalProperties": false
        })
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
pub(crate) fn no_hours(hours: &AcademicHours) -> bool {
    hours.is_zero()
}

/// Declares the parts of a unit once: the struct, the list of names, access by name, the sum.
macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident,)+) => {
        /// Hours by part (сағаттардың түрлері бойынша бөлінуі).
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, remote = "Self")]
        pub struct Parts {
            $($(#[$doc])* #[serde(default, skip_serializing_if = "no_hours")] pub $part: AcademicHours,)+
        }

        sheber_kernel::object!(Parts);

        impl Parts {
            pub const NAMES: &'static [&'static str] = &[$(stringify!($part),)+];

            /// Every part with its name, in the customary order.
            pub fn each(&self) -> impl Iterator<Item = (&'static str, AcademicHours)> {
                Self::NAMES.iter().copied().zip([$(self.$part,)+])
            }

            pub fn part_mut(&mut self, name: &str) -> Option<&mut AcademicHours> {
                match name { $(stringify!($part) => Some(&mut self.$part),)+ _ => None }
            }

            pub fn sum(&self) -> AcademicHours {
                [$(self.$part,)+].into_iter().sum()
            }
        }

        impl Sum for Parts {
            fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
                let mut total = Self::default();
                for each in all {
                    $(total.$part += each.$part;)+
                }
                total
            }
        }
    };
}

parts! {
    /// теория
    theory,
    /// зертханалық және практикалық сабақтар
    practical,
    /// курстық жұмыс
    course_work,
    /// өндірістік оқыту
    production_training,
    /// кәсіптік практика
    professional_practice,
    /// емтихан
    exam,
    /// консультация
    consultation,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_semester_stands_once_and_exists() {
        let read = |json: &str| serde_json::from_str::<SemesterHours>(json);
        let hours = read(r#"{"1": 48, "4": 24, "5": 0}"#).unwrap();
        assert_eq!(hours.sum().get(), 72);
        assert_eq!(hours.of_year(2).get(), 24);
        assert_eq!(serde_json::to_string(&hours).unwrap(), r#"{"1":48,"4":24}"#);
        for wrong in [r#"{"0": 1}"#, r#"{"99": 1}"#, r#"{"1": 1, "1": 2}"#, r#"{"01": 1}"#, "[1]"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
