//! Lists whose elements refer to other guest memory: the operations of a transaction.

use super::{apart, checked, number, text};
use crate::{Fault, Profile, Span};

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
