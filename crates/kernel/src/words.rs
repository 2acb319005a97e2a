//! Enums whose values are words: of the exchange format, of the database, of forms.

/// A value that stands as a word in files, in the database, in forms and in the keys of messages.
pub trait Word: Copy + Eq + std::fmt::Debug + Send + Sync + 'static {
    const ALL: &'static [Self];

    fn word(self) -> &'static str;
}

/// An enum with the word of each value, the list of all, and the way back from a word. With the feature `database` it is a
/// column, too; with `openapi` it has a schema that lists its words.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word that stands for it in files, in the database and in the keys of messages.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl $crate::Word for $name {
            const ALL: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.word()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.word()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Refusal;
            fn from_str(text: &str) -> Result<Self, $crate::Refusal> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err($crate::Refusal::new("choice", text)) }
            }
        }

        impl $crate::serde::Serialize for $name {
            fn serialize<S: $crate::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.word())
            }
        }

        impl<'de> $crate::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as $crate::serde::Deserialize>::deserialize(from)?;
                word.parse().map_err($crate::serde::de::Error::custom)
            }
        }

        $crate::word_column!($name);
        $crate::word_schema!($name);
    };
}

/// Words are columns where there is a database.
#[cfg(feature = "database")]
#[doc(hidden)]
#[macro_export]
macro_rules! word_column {
    ($name:ident) => {
        $crate::column!($name);
    };
}

#[cfg(not(feature = "database"))]
#[doc(hidden)]
#[macro_export]
macro_rules! word_column {
    ($name:ident) => {};
}

/// Words list themselves in the description of the interface for programs.
#[cfg(feature = "openapi")]
#[doc(hidden)]
#[macro_export]
macro_rules! word_schema {
    ($name:ident) => {
        impl $crate::utoipa::PartialSchema for $name {
            fn schema() -> $crate::utoipa::openapi::RefOr<$crate::utoipa::openapi::Schema> {
                use $crate::utoipa::openapi::schema::{ObjectBuilder, Type};
                let words = Self::ALL.iter().map(|one| one.word());
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
            }
        }

        impl $crate::utoipa::ToSchema for $name {}
    };
}

#[cfg(not(feature = "openapi"))]
#[doc(hidden)]
#[macro_export]
macro_rules! word_schema {
    ($name:ident) => {};
}
