//! The ways in which a program is nasty on purpose.

/// One way. Each is met within some thousand programs, or a test fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Nasty {
    /// A handle that nobody has given out.
    StrangeHandle,
    /// A handle of something else.
    OtherHandle,
    /// An enum, bool or flags number that is none.
    BadCase,
    /// Bits above a narrow type.
    WideNumber,
    /// The highest or the lowest numbers.
    ExtremeNumber,
    /// A pointer beyond memory.
    PointerBeyond,
    /// Memory up to its very last byte.
    UpToEdge,
    /// Memory across its last byte.
    AcrossEdge,
    /// A list that does not begin where it must.
    Misaligned,
    /// A buffer over another argument.
    Overlap,
    /// Text that is not UTF-8.
    BadText,
    /// No bytes, anywhere.
    Empty,
    /// No bytes, beyond memory.
    EmptyBeyond,
    /// More bytes than there are.
    HugeLength,
    /// More bytes than the profile lets go over a bus.
    LargeTransfer,
    /// More operations than any profile has.
    ManyOperations,
    /// An element of a list that is none.
    BadElement,
    /// Memory that grows beyond its bound.
    GrowBeyond,
    /// A trap that no call makes.
    MachineTrap,
    /// A module with damaged bytes.
    Damage,
    /// A module that nobody thought of.
    Smith,
}

impl Nasty {
    #[cfg(test)]
    pub(crate) const ALL: &'static [Self] = &[
        Self::StrangeHandle,
        Self::OtherHandle,
        Self::BadCase,
        Self::WideNumber,
        Self::ExtremeNumber,
        Self::PointerBeyond,
        Self::UpToEdge,
        Self::AcrossEdge,
        Self::Misaligned,
        Self::Overlap,
        Self::BadText,
        Self::Empty,
        Self::EmptyBeyond,
        Self::HugeLength,
        Self::LargeTransfer,
        Self::ManyOperations,
        Self::BadElement,
        Self::GrowBeyond,
        Self::MachineTrap,
        Self::Damage,
        Self::Smith,
    ];
}
