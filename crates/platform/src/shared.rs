//! Texts and keys that many records in memory have in common: each stands there once.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{ColIdx, QueryResult, TryGetError, TryGetable};
use serde::{Serialize, Serializer};

macro_rules! shared {
    ($(#[$doc:meta])* $name:ident of $inner:ty, read as $owned:ty) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<$inner>);

        impl Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<&$inner> for $name {
            fn from(inner: &$inner) -> Self {
                Self(inner.into())
            }
        }

        impl TryGetable for $name {
            fn try_get_by<I: ColIdx>(row: &QueryResult, column: I) -> Result<Self, TryGetError> {
                <$owned>::try_get_by(row, column).map(|read| Self(read.into()))
            }
        }
    };
}

shared! {
    /// A text that may be shared.
    Text of str, read as String
}

shared! {
    /// Bytes that may be shared: a sort key.
    Bytes of [u8], read as Vec<u8>
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self)
    }
}

/// What is shared among the records of a picture.
#[derive(Default)]
pub struct Pool {
    texts: Mutex<HashSet<Arc<str>>>,
    bytes: Mutex<HashSet<Arc<[u8]>>>,
}

impl Pool {
    /// Lets a text stand where the same one stands already.
    pub fn text(&self, text: &mut Text) {
        share(&self.texts, &mut text.0);
    }

    /// Lets bytes stand where the same ones stand already.
    pub fn bytes(&self, bytes: &mut Bytes) {
        share(&self.bytes, &mut bytes.0);
    }
}

fn share<T: ?Sized + Eq + Hash>(pool: &Mutex<HashSet<Arc<T>>>, one: &mut Arc<T>) {
    let mut pool = pool.lock().unwrap_or_else(PoisonError::into_inner);
    match pool.get(one) {
        Some(known) => *one = known.clone(),
        None => {
            pool.insert(one.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_stands_in_memory_once() {
        let pool = Pool::default();
        let [mut one, mut other, mut third] = ["колледж", "колледж", "гимназия"].map(Text::from);
        for text in [&mut one, &mut other, &mut third] {
            pool.text(text);
        }
        assert!(Arc::ptr_eq(&one.0, &other.0));
        assert!(!Arc::ptr_eq(&one.0, &third.0));
        assert_eq!((&*other, &*third), ("колледж", "гимназия"));
    }
}
