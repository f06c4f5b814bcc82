//! What may stand in a file: the one place that reader and schema take it from.

/// The highest integer that TOML has: 2^63 - 1 (TOML 1.0, "Integer").
pub const MAX_UNSIGNED: u64 = i64::MAX as u64;

/// A key and what may stand under it.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The key as it is written.
    pub name: &'static str,
    /// What it says, with unit and default, one line.
    pub about: &'static str,
    /// What may stand under it.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
}

/// What may stand under a key.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Any string.
    Text,
    /// A string of this form, as a regular expression of ECMA-262; the reader has a check of its own, with a message.
    Form(&'static str),
    /// At least `min` bytes as pairs of hexadecimal digits, spaces between them or not.
    Bytes {
        /// Lowest number of bytes.
        min: u32,
    },
    /// `true` or `false`.
    Boolean,
    /// An integer in a range; `why` says in a message where the range comes from, and begins with a space.
    Integer {
        /// Lowest value.
        min: u32,
        /// Highest value.
        max: u32,
        /// Behind the range in a message.
        why: &'static str,
    },
    /// An integer from 0 to the highest that TOML has, [`MAX_UNSIGNED`].
    Unsigned,
    /// One of a few integers.
    IntegerAmong(&'static [u8]),
    /// An integer or a fraction in a range.
    Number {
        /// Lowest value.
        min: f64,
        /// Highest value.
        max: f64,
    },
    /// One of several names.
    OneOf(fn() -> Vec<&'static str>),
    /// Either of two.
    Either(&'static Shape, &'static Shape),
    /// Any number of elements.
    Array(&'static Shape),
    /// A table with known keys.
    Table(&'static [Key]),
    /// A table with known keys, and others that something else decides, with what stands under each of those.
    Open {
        /// Its known keys.
        known: &'static [Key],
        /// What stands under the others.
        others: &'static Shape,
    },
    /// A table whose keys are decimal numbers, and what stands under each.
    Numbered(&'static Shape),
    /// A table whose other keys depend on the text under the key `tag`.
    Tagged {
        /// The key that says which kind.
        tag: &'static str,
        /// The kinds.
        kinds: fn() -> Vec<Kind>,
    },
    /// A table of one of several kinds, told apart by which of their required keys are there.
    Marked {
        /// The kinds.
        kinds: fn() -> Vec<Kind>,
    },
}

/// One kind of a [`Shape::Tagged`] or [`Shape::Marked`] table.
#[derive(Debug, Clone)]
pub struct Kind {
    /// What stands under the tag, or what people call the kind.
    pub name: &'static str,
    /// What it is, one line.
    pub about: &'static str,
    /// Its keys, a tag not among them.
    pub keys: Vec<Key>,
}

impl Key {
    /// A key that may be left out.
    pub const fn optional(name: &'static str, about: &'static str, shape: Shape) -> Self {
        Self { name, about, shape, required: false }
    }

    /// A key that must be there.
    pub const fn required(name: &'static str, about: &'static str, shape: Shape) -> Self {
        Self { name, about, shape, required: true }
    }
}
