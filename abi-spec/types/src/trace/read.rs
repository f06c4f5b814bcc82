//! Reading records back.

use alloc::{boxed::Box, vec::Vec};

use super::{LONG_DATA, LONG_DATA_FIRST};
use crate::{FUNCTIONS, FunctionInfo, Profile, ResultInfo, TypeInfo, types::ErrorCode};

/// Iterates over the records in a stream of bytes. Ends early at bytes that are no record.
#[derive(Debug, Clone)]
pub struct Records<'t> {
    bytes: &'t [u8],
}

impl<'t> Records<'t> {
    /// The records in `bytes`.
    #[must_use]
    pub fn new(bytes: &'t [u8]) -> Self {
        Self { bytes }
    }
}

impl<'t> Iterator for Records<'t> {
    type Item = Record<'t>;

    fn next(&mut self) -> Option<Record<'t>> {
        let mut reader = Reader { bytes: self.bytes };
        let len = reader.u32()? as usize;
        let (record, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Record::read(record)
    }
}

/// One call, read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<'t> {
    /// The function that was called.
    pub function: &'static FunctionInfo,
    /// The app that called it.
    pub app: u8,
    /// Device time at the start of the call, nanoseconds.
    pub start_ns: u64,
    /// The arguments in order; none if the call trapped.
    pub args: Vec<Value<'t>>,
    /// How the call ended.
    pub status: Status<'t>,
    /// What was written into guest memory.
    pub outputs: Vec<&'t [u8]>,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Status<'t> {
    /// It returned nothing.
    Returned,
    /// It returned a value.
    Value(Value<'t>),
    /// It returned an error code.
    Failed(ErrorCode),
    /// It trapped; the name of the argument.
    Trapped(&'static str),
}

/// A value in a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'t> {
    /// A bool.
    Bool(bool),
    /// A u8 or u16: an address, a register.
    Small(u16),
    /// A u32, u64 or handle.
    Unsigned(u64),
    /// An s32 or s64.
    Signed(i64),
    /// The name of an enum's case.
    Case(&'static str),
    /// The names of the set flags.
    Flags(Vec<&'static str>),
    /// Bytes that the guest gave.
    Bytes(&'t [u8]),
    /// Bytes that the guest gave, and that are more than any transfer of the profile has, so that not all were kept.
    LongBytes {
        /// How many there were.
        len: u32,
        /// The first of them.
        first: &'t [u8; LONG_DATA_FIRST],
        /// CRC-32 of them all (IEEE 802.3).
        crc32: u32,
    },
    /// Text that the guest gave, and how many bytes of it were cut off.
    Text(&'t str, u32),
    /// The length of a buffer that the guest gave.
    Buffer(u32),
    /// Named fields.
    Record(Vec<(&'static str, Value<'t>)>),
    /// A case and its payload.
    Variant(&'static str, Option<Box<Value<'t>>>),
    /// Elements.
    List(Vec<Value<'t>>),
    /// A list that was too long to look at.
    LongList(u32),
}

impl<'t> Record<'t> {
    fn read(record: &'t [u8]) -> Option<Self> {
        let mut reader = Reader { bytes: record };
        reader.u32()?;
        let function = FUNCTIONS.get(usize::from(reader.u16()?))?;
        let app = reader.u8()?;
        let status = reader.u8()?;
        let start_ns = reader.u64()?;
        let value = if status == 0 { 0 } else { reader.last_u64()? };
        let mut args = Vec::new();
        if status != 3 {
            for param in function.params {
                args.push(reader.value(&param.ty)?);
            }
        }
        let mut outputs = Vec::new();
        while !reader.bytes.is_empty() {
            outputs.push(reader.block()?);
        }
        let status = match status {
            0 => Status::Returned,
            1 => Status::Value(result_value(function, value, &mut outputs)?),
            2 => Status::Failed(ErrorCode::from_index(value as u32)?),
            _ => Status::Trapped(function.params.get(value as usize).map_or("result", |param| param.name)),
        };
        Some(Self { function, app, start_ns, args, status, outputs })
    }
}

/// The value of a result; a record is taken out of the outputs.
fn result_value<'t>(function: &FunctionInfo, value: u64, outputs: &mut Vec<&'t [u8]>) -> Option<Value<'t>> {
    let (ResultInfo::Value(ty) | ResultInfo::Result(ty)) = &function.result else { return None };
    if let TypeInfo::Record(_) = ty {
        return Reader { bytes: outputs.pop()? }.value(ty);
    }
    let bytes = value.to_le_bytes();
    // A result is a scalar, so nothing of it borrows from these bytes.
    Some(match (Reader { bytes: &bytes }).value(ty)? {
        Value::Bool(value) => Value::Bool(value),
        Value::Small(value) => Value::Small(value),
        Value::Unsigned(value) => Value::Unsigned(value),
        Value::Signed(value) => Value::Signed(value),
        Value::Case(name) => Value::Case(name),
        Value::Flags(names) => Value::Flags(names),
        _ => return None,
    })
}

struct Reader<'t> {
    bytes: &'t [u8],
}

impl<'t> Reader<'t> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*taken)
    }

    fn u8(&mut self) -> Option<u8> {
        Some(u8::from_le_bytes(self.take()?))
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take()?))
    }

    /// Takes eight bytes from the end.
    fn last_u64(&mut self) -> Option<u64> {
        let (rest, taken) = self.bytes.split_last_chunk::<8>()?;
        self.bytes = rest;
        Some(u64::from_le_bytes(*taken))
    }

    /// Bytes that the guest gave, as far as they were kept.
    fn data(&mut self) -> Option<Value<'t>> {
        let len = u32::from_le_bytes(*self.bytes.first_chunk()?);
        if len & LONG_DATA == 0 {
            return Some(Value::Bytes(self.block()?));
        }
        self.u32()?;
        let (first, rest) = self.bytes.split_first_chunk()?;
        self.bytes = rest;
        Some(Value::LongBytes { len: len & !LONG_DATA, first, crc32: self.u32()? })
    }

    fn block(&mut self) -> Option<&'t [u8]> {
        let len = self.u32()? as usize;
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        Some(taken)
    }

    fn value(&mut self, ty: &TypeInfo) -> Option<Value<'t>> {
        Some(match ty {
            TypeInfo::Bool => Value::Bool(self.u8()? != 0),
            TypeInfo::U8 => Value::Small(self.u8()?.into()),
            TypeInfo::U16 => Value::Small(self.u16()?),
            TypeInfo::U32 | TypeInfo::Handle => Value::Unsigned(self.u32()?.into()),
            TypeInfo::U64 => Value::Unsigned(self.u64()?),
            TypeInfo::S32 => Value::Signed((self.u32()? as i32).into()),
            TypeInfo::S64 => Value::Signed(self.u64()? as i64),
            TypeInfo::Enum(names) => Value::Case(names.get(usize::from(self.u8()?))?),
            TypeInfo::Flags(names) => {
                let bits = self.u32()?;
                let set = names.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
                Value::Flags(set.map(|(_, name)| *name).collect())
            }
            TypeInfo::Bytes => self.data()?,
            TypeInfo::String => {
                let text = core::str::from_utf8(self.block()?).ok()?;
                Value::Text(text, self.u32()?)
            }
            TypeInfo::Buffer => Value::Buffer(self.u32()?),
            TypeInfo::Record(fields) => {
                let mut values = Vec::new();
                for field in *fields {
                    values.push((field.name, self.value(&field.ty)?));
                }
                Value::Record(values)
            }
            TypeInfo::Variant(cases) => {
                let case = cases.get(usize::from(self.u8()?))?;
                let payload = match &case.payload {
                    Some(ty) => Some(Box::new(self.value(ty)?)),
                    None => None,
                };
                Value::Variant(case.name, payload)
            }
            TypeInfo::List(element) => {
                let count = self.u32()?;
                if element.holds_pointers() && count > Profile::MAX_OPERATIONS {
                    return Some(Value::LongList(count));
                }
                let mut values = Vec::new();
                for _ in 0..count {
                    values.push(self.value(element)?);
                }
                Value::List(values)
            }
        })
    }
}
