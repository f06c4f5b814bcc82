//! Lists whose elements hold no pointers.

use core::marker::PhantomData;

use super::{bool, checked};
use crate::Fault;

/// A type that lists hold in guest memory by itself, without pointers.
pub trait Element: Copy {
    /// Bytes that one has.
    const SIZE: u32;
    /// Its alignment.
    const ALIGN: u32;

    /// Reads one from [`SIZE`](Self::SIZE) bytes.
    ///
    /// # Errors
    /// Whatever makes the bytes no value of the type.
    fn lift(bytes: &[u8]) -> Result<Self, Fault>;
}

macro_rules! numbers {
    ($($ty:ty)*) => {$(
        impl Element for $ty {
            const SIZE: u32 = size_of::<$ty>() as u32;
            // Every number of the Canonical ABI is aligned to its size, also where Rust's is not.
            const ALIGN: u32 = Self::SIZE;

            #[inline]
            fn lift(bytes: &[u8]) -> Result<Self, Fault> {
                let mut number = [0; size_of::<$ty>()];
                number.copy_from_slice(bytes);
                Ok(Self::from_le_bytes(number))
            }
        }
    )*};
}

numbers! { u8 u16 u32 u64 i32 i64 }

impl Element for bool {
    const SIZE: u32 = 1;
    const ALIGN: u32 = 1;

    #[inline]
    fn lift(bytes: &[u8]) -> Result<Self, Fault> {
        bool(bytes[0].into())
    }
}

/// A list in guest memory whose elements were all found to be good.
#[derive(Debug, Clone, Copy)]
pub struct List<'m, T> {
    bytes: &'m [u8],
    elements: PhantomData<T>,
}

impl<'m, T: Element> List<'m, T> {
    /// Checks every element.
    pub(crate) fn check(bytes: &[u8]) -> Result<(), Fault> {
        bytes.chunks_exact(T::SIZE as usize).try_for_each(|element| T::lift(element).map(drop))
    }

    /// A list that was checked.
    pub(crate) fn new(bytes: &'m [u8]) -> Self {
        Self { bytes, elements: PhantomData }
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len() / T::SIZE as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The elements in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = T> + use<'m, T> {
        self.bytes.chunks_exact(T::SIZE as usize).map(|element| checked(T::lift(element)))
    }
}
