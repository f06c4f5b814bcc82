//! From flat numbers and guest memory to typed values: the checks that the generated glue is made of.

#![allow(dead_code, reason = "which of the checks are needed depends on the types in the WIT")]

use core::marker::PhantomData;

use crate::{Fault, Function, Halt, Host, Profile, Span, Trap, Violation, types::ErrorCode};

/// Records that a call trapped at argument number `argument`, and ends the guest.
#[cold]
#[inline(never)]
pub(crate) fn broken<H: Host + ?Sized>(
    host: &mut H,
    function: Function,
    start_ns: u64,
    argument: u8,
    fault: Fault,
) -> Halt {
    if let Some(recorder) = host.recorder() {
        recorder.call(function, start_ns).trapped(argument);
    }
    Halt::Trap(Trap::AbiViolation(Violation { function, argument, fault }))
}

/// The flat result of an error.
#[inline]
pub(crate) fn error(code: ErrorCode) -> i32 {
    -1 - code as i32
}

/// The flat result of a success with a value, which must leave room for the errors.
#[inline]
pub(crate) fn success(value: u32) -> i32 {
    debug_assert!(value <= i32::MAX as u32, "value {value} of a result would be taken for an error");
    value.cast_signed()
}

/// As [`success`], in 64 bits.
#[inline]
pub(crate) fn success_64(value: u64) -> i64 {
    debug_assert!(value <= i64::MAX as u64, "value {value} of a result would be taken for an error");
    value.cast_signed()
}

/// A flat bool.
#[inline]
pub(crate) fn bool(value: u32) -> Result<bool, Fault> {
    if value > 1 { Err(Fault::OutOfRange { value, max: 1 }) } else { Ok(value == 1) }
}

/// A flat u8.
#[inline]
pub(crate) fn u8(value: u32) -> Result<u8, Fault> {
    u8::try_from(value).map_err(|_| Fault::OutOfRange { value, max: u8::MAX.into() })
}

/// A flat u16.
#[inline]
pub(crate) fn u16(value: u32) -> Result<u16, Fault> {
    u16::try_from(value).map_err(|_| Fault::OutOfRange { value, max: u16::MAX.into() })
}

/// An enum's case, if there is one for the number.
#[inline]
pub(crate) fn case<T>(value: u32, case: Option<T>, cases: usize) -> Result<T, Fault> {
    case.ok_or(Fault::NoSuchCase { value, cases: cases as u32 })
}

/// Flags, if there is one for each bit.
#[inline]
pub(crate) fn flags<T>(bits: u32, flags: Option<T>, mask: u32) -> Result<T, Fault> {
    flags.ok_or(Fault::NoSuchFlag { bits, mask })
}

/// Checks that bytes are UTF-8.
pub(crate) fn text(bytes: &[u8]) -> Result<(), Fault> {
    match core::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault::NotUtf8 { at: error.valid_up_to() }),
    }
}

/// Bytes that were found to be UTF-8.
pub(crate) fn checked_text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).expect("the glue checked it before")
}

/// A value that was found to be good.
pub(crate) fn checked<T>(value: Result<T, Fault>) -> T {
    value.expect("the glue checked it before")
}

/// Checks that a buffer shares no byte with argument number `argument`.
#[inline]
pub(crate) fn apart(buffer: Span, other: Span, argument: u8) -> Result<(), Fault> {
    if buffer.overlaps(other) { Err(Fault::Overlap { other: argument }) } else { Ok(()) }
}

/// `size` (1, 2 or 4) bytes at `at`, as a number.
#[inline]
pub(crate) fn number(bytes: &[u8], at: usize, size: usize) -> u32 {
    let mut number = [0; 4];
    number[..size].copy_from_slice(&bytes[at..at + size]);
    u32::from_le_bytes(number)
}

/// Writes the low `size` bytes of a number at `at`.
pub(crate) fn store(bytes: &mut [u8], at: usize, size: usize, number: u64) {
    bytes[at..at + size].copy_from_slice(&number.to_le_bytes()[..size]);
}

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

/// What other memory an element refers to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reference {
    /// Nothing.
    None,
    /// Bytes that the host reads.
    Read(Span),
    /// Bytes that the host fills.
    Filled(Span),
}

impl Reference {
    fn span(self) -> Option<Span> {
        match self {
            Self::None => None,
            Self::Read(span) | Self::Filled(span) => Some(span),
        }
    }
}

fn span_at(memory: &[u8], element: &[u8], at: usize) -> Result<Span, Fault> {
    Span::check(memory.len(), number(element, at, 4), number(element, at + 4, 4), 1, 1)
}

/// The buffer whose address and length an element has at `at`.
pub(crate) fn filled_at(memory: &[u8], element: &[u8], at: usize) -> Result<Reference, Fault> {
    span_at(memory, element, at).map(Reference::Filled)
}

/// The bytes whose address and length an element has at `at`.
pub(crate) fn bytes_at(memory: &[u8], element: &[u8], at: usize) -> Result<Reference, Fault> {
    span_at(memory, element, at).map(Reference::Read)
}

/// The text whose address and length an element has at `at`.
pub(crate) fn text_at(memory: &[u8], element: &[u8], at: usize) -> Result<Reference, Fault> {
    let span = span_at(memory, element, at)?;
    text(span.of(memory))?;
    Ok(Reference::Read(span))
}

/// As [`bytes_at`], of an element that was checked.
pub(crate) fn checked_bytes<'m>(memory: &'m [u8], element: &[u8], at: usize) -> &'m [u8] {
    checked(span_at(memory, element, at)).of(memory)
}

/// Checks one element.
pub(crate) type Check = fn(memory: &[u8], element: &[u8]) -> Result<Reference, Fault>;

/// A list in guest memory whose elements may refer to other memory, not yet bound to that memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ElementSpan {
    array: Span,
    count: u32,
}

impl ElementSpan {
    /// Checks the list, and its elements if they are not too many.
    pub(crate) fn check(
        memory: &[u8],
        address: u32,
        count: u32,
        size: u32,
        align: u32,
        check: Check,
    ) -> Result<Self, Fault> {
        let list = Self { array: Span::check(memory.len(), address, count, size, align)?, count };
        list.elements(memory, size).try_for_each(|element| check(memory, element).map(drop))?;
        Ok(list)
    }

    /// Checks that no buffer of a checked list shares a byte with the list, or with what another element refers
    /// to. `argument` is the list's own number.
    pub(crate) fn check_apart(
        self,
        memory: &[u8],
        size: u32,
        check: Check,
        argument: u8,
    ) -> Result<(), Fault> {
        let mut references = [Reference::None; Profile::MAX_OPERATIONS as usize];
        for (reference, element) in references.iter_mut().zip(self.elements(memory, size)) {
            *reference = check(memory, element)?;
        }
        for (at, reference) in references.iter().enumerate() {
            let Reference::Filled(buffer) = *reference else { continue };
            apart(buffer, self.array, argument)?;
            let others = references[..at].iter().chain(&references[at + 1..]);
            others.filter_map(|other| other.span()).try_for_each(|other| apart(buffer, other, argument))?;
        }
        Ok(())
    }

    /// The list as a host gets it.
    pub(crate) fn of(self, memory: &mut [u8]) -> Elements<'_> {
        Elements { memory, list: self }
    }

    /// How many elements the guest says there are.
    pub(crate) fn count(self) -> u32 {
        self.count
    }

    /// The bytes of each element; none of a list that is too long to look at.
    pub(crate) fn elements(self, memory: &[u8], size: u32) -> impl Iterator<Item = &[u8]> {
        self.array.of(memory).chunks_exact(size as usize).take(self.followed())
    }

    fn followed(self) -> usize {
        if self.count > Profile::MAX_OPERATIONS { 0 } else { self.count as usize }
    }
}

/// A checked list, with the memory that its elements refer to.
#[derive(Debug)]
pub(crate) struct Elements<'m> {
    memory: &'m mut [u8],
    list: ElementSpan,
}

impl Elements<'_> {
    pub(crate) fn len(&self) -> usize {
        self.list.count as usize
    }

    /// How many elements may be looked at.
    pub(crate) fn followed(&self) -> usize {
        self.list.followed()
    }

    pub(crate) fn memory(&self) -> &[u8] {
        self.memory
    }

    /// The bytes of element `index`.
    pub(crate) fn element(&self, index: usize, size: u32) -> &[u8] {
        assert!(index < self.followed(), "element {index} of {}", self.followed());
        let start = index * size as usize;
        &self.list.array.of(self.memory)[start..start + size as usize]
    }

    pub(crate) fn buffer_mut(&mut self, index: usize, size: u32, check: Check) -> Option<&mut [u8]> {
        match checked(check(self.memory, self.element(index, size))) {
            Reference::Filled(span) => Some(span.of_mut(self.memory)),
            _ => None,
        }
    }
}
