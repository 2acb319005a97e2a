//! Structures that are read from an object and nothing else.

/// Gives a structure that derives serde's traits with `remote = "Self"` the traits themselves, read from an object only: the
/// derived reader would take a list of the fields' values, too, which the format does not know.
#[macro_export]
macro_rules! object {
    ($name:ident) => {
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("an object")
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, fields: A) -> Result<$name, A::Error> {
                        // The inherent function that `remote` derives, not the trait's.
                        <$name>::deserialize(serde::de::value::MapAccessDeserializer::new(fields))
                    }
                }

                from.deserialize_map(Object)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                <$name>::serialize(self, to)
            }
        }
    };
}
