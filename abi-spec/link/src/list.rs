//! Lists that need no memory of their own.

use core::{fmt, marker::PhantomData};

use postcard::ser_flavors::Size;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error, ser::SerializeTuple};

/// Several values: before sending a slice of them, after receiving the bytes of the frame, decoded while they are
/// walked through.
///
/// On the wire: the length of all elements in bytes, then the elements.
pub struct List<'a, T>(Source<'a, T>);

enum Source<'a, T> {
    Values(&'a [T]),
    Bytes(&'a [u8]),
}

impl<T> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<'_, T> {}

impl<T> Clone for Source<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Source<'_, T> {}

impl<'a, T> From<&'a [T]> for List<'a, T> {
    fn from(values: &'a [T]) -> Self {
        Self::of(values)
    }
}

impl<'a, T> List<'a, T> {
    /// A list of these values.
    #[must_use]
    pub const fn of(values: &'a [T]) -> Self {
        Self(Source::Values(values))
    }
}

impl<T> Default for List<'_, T> {
    fn default() -> Self {
        Self(Source::Values(&[]))
    }
}

impl<'a, T: Copy + Deserialize<'a>> List<'a, T> {
    /// The values in order.
    #[must_use]
    pub fn iter(&self) -> Items<'a, T> {
        Items { rest: self.0, element: PhantomData }
    }
}

impl<'a, T: Copy + Deserialize<'a>> IntoIterator for List<'a, T> {
    type Item = T;
    type IntoIter = Items<'a, T>;

    fn into_iter(self) -> Items<'a, T> {
        self.iter()
    }
}

/// Walks through a [`List`].
pub struct Items<'a, T> {
    rest: Source<'a, T>,
    element: PhantomData<T>,
}

impl<'a, T: Copy + Deserialize<'a>> Iterator for Items<'a, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        match &mut self.rest {
            Source::Values(values) => {
                let (first, rest) = values.split_first()?;
                *values = rest;
                Some(*first)
            }
            Source::Bytes(bytes) => {
                // Every element was decoded once when the list was received.
                let (first, rest) = postcard::take_from_bytes(bytes).ok()?;
                *bytes = rest;
                Some(first)
            }
        }
    }
}

impl<'a, T: Copy + Deserialize<'a> + PartialEq> PartialEq for List<'a, T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<'a, T: Copy + Deserialize<'a> + Eq> Eq for List<'a, T> {}

impl<'a, T: Copy + Deserialize<'a> + fmt::Debug> fmt::Debug for List<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T> fmt::Debug for Items<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").finish_non_exhaustive()
    }
}

impl<T: Serialize> Serialize for List<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::Error;
        let values = match self.0 {
            Source::Values(values) => values,
            Source::Bytes(bytes) => return serializer.serialize_bytes(bytes),
        };
        let mut bytes: u32 = 0;
        for value in values {
            let size = postcard::serialize_with_flavor(value, Size::default()).map_err(S::Error::custom)?;
            bytes += size as u32;
        }
        // A tuple has no frame of its own: the length and the elements are what a byte string would be.
        let mut tuple = serializer.serialize_tuple(values.len() + 1)?;
        tuple.serialize_element(&bytes)?;
        for value in values {
            tuple.serialize_element(value)?;
        }
        tuple.end()
    }
}

impl<'de: 'a, 'a, T: Deserialize<'a>> Deserialize<'de> for List<'a, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes: &'a [u8] = <&'de [u8]>::deserialize(deserializer)?;
        let mut rest = bytes;
        while !rest.is_empty() {
            let (_, after) = postcard::take_from_bytes::<T>(rest).map_err(D::Error::custom)?;
            if after.len() == rest.len() {
                return Err(D::Error::custom("an element without bytes"));
            }
            rest = after;
        }
        Ok(Self(Source::Bytes(bytes)))
    }
}
