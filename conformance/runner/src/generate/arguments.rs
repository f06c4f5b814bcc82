//! Arguments: right ones, nearly right ones, wrong ones.

use device_abi::{FunctionInfo, ParamInfo, Profile, TypeInfo};

use super::{
    author::Author,
    layout::{layout, payload},
    nasty::Nasty,
    program::{Step, Value},
    world::ADDRESSES,
};

/// Texts of all kinds of characters.
const TEXTS: &[&str] = &["a", "temperature 30", "grad °C", "\"quoted\\\"\n", "\0", "🦀🦀", "é"];
/// Bytes that are no text: a byte alone, a sequence cut off, an overlong one, a surrogate.
const NO_TEXTS: &[&[u8]] = &[b"\xff", b"a\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"];
/// How many bytes are handed over, mostly.
const LENGTHS: &[u64] = &[0, 1, 1, 2, 2, 3, 4, 6, 8, 16, 31, 32, 33, 64, 300];
/// Numbers at which something changes somewhere.
const EDGES: &[u64] = &[
    0,
    1,
    255,
    256,
    0xffff,
    0x1_0000,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    (1 << 53) - 1,
    1 << 53,
    u64::MAX,
];

/// The arguments of one call, as far as they are there.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) values: Vec<Value>,
    /// What must be in memory before.
    pub(super) before: Vec<Step>,
    /// Memory that arguments refer to.
    spans: Vec<(u32, u32)>,
    /// Where the next free memory is.
    free: u32,
}

impl Author<'_> {
    pub(super) fn arguments(&mut self, info: &'static FunctionInfo) -> Arguments {
        let mut arguments = Arguments { free: self.draw.below(700) as u32 * 4, ..Arguments::default() };
        for param in info.params {
            self.argument(info, param, &mut arguments);
        }
        // Results behind a pointer, and whatever else the function takes.
        while arguments.values.len() < info.flat_params.len() {
            let address = self.span(64, 8, &mut arguments).0;
            arguments.values.push(Value::Number(address));
        }
        arguments
    }

    fn argument(&mut self, info: &FunctionInfo, param: &ParamInfo, arguments: &mut Arguments) {
        match &param.ty {
            TypeInfo::Handle => {
                let handle = self.handle(info.interface);
                arguments.values.push(handle);
            }
            TypeInfo::Bytes | TypeInfo::Buffer => {
                let len = self.length();
                let span = self.span(len, 1, arguments);
                arguments.values.extend([Value::Number(span.0), Value::Number(span.1)]);
            }
            TypeInfo::String => self.text(arguments),
            TypeInfo::List(element) => self.list(element, arguments),
            TypeInfo::Record(fields) => {
                for field in *fields {
                    let number = self.number(field.name, &field.ty);
                    arguments.values.push(number);
                }
            }
            ty => {
                let number = self.number(param.name, ty);
                arguments.values.push(number);
            }
        }
    }

    /// A handle for a function of `interface`.
    fn handle(&mut self, interface: &'static str) -> Value {
        if self.hostile() {
            if self.draw.chance(50) {
                self.nasty.insert(Nasty::OtherHandle);
                return Value::Kept(self.slot());
            }
            self.nasty.insert(Nasty::StrangeHandle);
            return Value::Number(self.draw.pick(&[0, 99, 0x101, 0x201, 0x7fff_ffff, 0xffff_ffff]));
        }
        if self.in_event && interface == "timer" && self.draw.chance(50) {
            return Value::Event(1);
        }
        let own: Vec<u8> =
            (0..).zip(&self.kept).filter(|(_, kind)| **kind == interface).map(|(at, _)| at).collect();
        if own.is_empty() { Value::Number(self.draw.below(4)) } else { Value::Kept(self.draw.pick(&own)) }
    }

    /// A number that is called `name`.
    fn number(&mut self, name: &str, ty: &TypeInfo) -> Value {
        let hostile = self.hostile();
        let cases = match ty {
            TypeInfo::Bool => Some(2),
            TypeInfo::Enum(names) => Some(names.len() as u64),
            TypeInfo::Flags(names) => Some(1 << names.len()),
            _ => None,
        };
        if let Some(cases) = cases {
            if hostile {
                self.nasty.insert(Nasty::BadCase);
                return Value::Number(self.draw.pick(&[cases, cases, 255, 256, 0xffff_ffff]));
            }
            return Value::Number(self.draw.below(cases));
        }
        if self.in_event && matches!(ty, TypeInfo::U64) && self.draw.chance(15) {
            return Value::Event(2 + self.draw.below(2) as u8);
        }
        let sensible = match name {
            "address" => self.draw.pick(ADDRESSES),
            "bus" => self.draw.pick(&[0, 0, 0, 0, 1, 7]),
            "frequency-hz" => self.draw.pick(&[0, 0, 1, 3, 100_000, 333_333, 400_000, 400_001]),
            "number" => self.draw.pick(&[2, 3, 4, 4, 5, 7, 9, 9, 11, 21, 22, 63, 64]),
            "index" => self.draw.below(4),
            "code" => self.draw.pick(&[0, 0, 1, 0x7fff_ffff, 0x8000_0000]),
            name if name.ends_with("-us") => {
                self.draw.pick(&[0, 0, 1, 2, 10, 50, 100, 100, 250, 1000, 1001, 5000, 100_000])
            }
            name if name.ends_with("-ns") => self.draw.pick(&[0, 1, 10, 999, 1000, 1001, 50_000]),
            _ => self.draw.below(8),
        };
        match (ty, hostile) {
            (TypeInfo::U8 | TypeInfo::U16, true) => {
                self.nasty.insert(Nasty::WideNumber);
                Value::Number(self.draw.pick(&[
                    sensible | 0x1_0000,
                    sensible | 0x8000,
                    0x80,
                    0xffff,
                    0xffff_ffff,
                ]))
            }
            (_, true) => {
                self.nasty.insert(Nasty::ExtremeNumber);
                Value::Number(self.draw.pick(EDGES))
            }
            _ => Value::Number(sensible),
        }
    }

    fn length(&mut self) -> u64 {
        if self.hostile() {
            self.nasty.insert(Nasty::LargeTransfer);
            let most = u64::from(self.profile.max_transfer_bytes);
            // What one page cannot hold would only be another pointer beyond memory.
            return (most - 1 + self.draw.below(3)).min(60_000);
        }
        let len = self.draw.pick(LENGTHS);
        if len == 0 {
            self.nasty.insert(Nasty::Empty);
        }
        len
    }

    /// Memory for `len` bytes, apart from the other arguments' unless it is to be wrong: address and length.
    fn span(&mut self, len: u64, align: u32, arguments: &mut Arguments) -> (u64, u64) {
        let end = u64::from(self.pages) * u64::from(Profile::PAGE_BYTES);
        let address = arguments.free.next_multiple_of(align);
        arguments.free = address.saturating_add(len as u32).saturating_add(self.draw.below(5) as u32);
        let own = (u64::from(address), len);
        let span = if self.draw.chance(3) {
            self.nasty.insert(Nasty::UpToEdge);
            (end.saturating_sub(len), len)
        } else if self.hostile() {
            let (nasty, span) = match self.draw.below(6) {
                0 => {
                    let beyond = self.draw.pick(&[end, end + 1, end * 2, 0x7fff_ffff, 0xffff_fff0]);
                    (Nasty::PointerBeyond, (beyond, len.max(1)))
                }
                1 => (Nasty::AcrossEdge, ((end + 1).saturating_sub(len.max(1)), len.max(1))),
                2 => (Nasty::EmptyBeyond, (self.draw.pick(&[end, end + 1, 0xffff_ffff]), 0)),
                3 => {
                    let huge = self.draw.pick(&[end, end + 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]);
                    (Nasty::HugeLength, (own.0, huge))
                }
                4 if align > 1 => {
                    (Nasty::Misaligned, (own.0 + self.draw.between(1, u64::from(align) - 1), len))
                }
                _ => match arguments.spans.last() {
                    Some((other, bytes)) if *bytes > 0 => {
                        (Nasty::Overlap, (u64::from(other.wrapping_add(bytes - 1)), len.max(1)))
                    }
                    _ => (Nasty::PointerBeyond, (end, len.max(1))),
                },
            };
            self.nasty.insert(nasty);
            span
        } else {
            own
        };
        arguments.spans.push((span.0 as u32, span.1.min(u64::from(u32::MAX)) as u32));
        span
    }

    fn text(&mut self, arguments: &mut Arguments) {
        let bytes = if self.hostile() && self.draw.chance(50) {
            self.nasty.insert(Nasty::BadText);
            self.draw.pick(NO_TEXTS).to_vec()
        } else {
            // Messages are cut at 256 bytes.
            let times = self.draw.pick(&[0, 1, 1, 1, 1, 1, 2, 60, 127, 128, 129]);
            self.draw.pick(TEXTS).repeat(times).into_bytes()
        };
        let (address, len) = self.span(bytes.len() as u64, 1, arguments);
        if !bytes.is_empty() && address < 0xf000 {
            arguments.before.push(Step::Store { address: address as u32, bytes });
        }
        arguments.values.extend([Value::Number(address), Value::Number(len)]);
    }

    fn list(&mut self, element: &TypeInfo, arguments: &mut Arguments) {
        let mut count = self.draw.pick(&[0, 1, 1, 2, 2, 3, 5]);
        if self.draw.chance(2) || self.hostile() && self.draw.chance(40) {
            self.nasty.insert(Nasty::ManyOperations);
            count = u64::from(Profile::MAX_OPERATIONS) + self.draw.below(3) - 1;
        }
        let (size, align) = layout(element);
        let (address, bytes) = self.span(count * u64::from(size), align, arguments);
        let mut written = Vec::new();
        for _ in 0..count {
            let start = written.len();
            self.element(element, &mut written, arguments);
            written.resize(start + size as usize, 0);
        }
        if !written.is_empty() && address < 0xf000 {
            arguments.before.push(Step::Store { address: address as u32, bytes: written });
        }
        let len = bytes / u64::from(size);
        let len = if bytes > 0x1_0000 { self.draw.pick(&[len, 0x1555_5556, bytes]) } else { len };
        arguments.values.extend([Value::Number(address), Value::Number(len)]);
    }

    /// Lays out one element of a list at the end of `written`.
    fn element(&mut self, ty: &TypeInfo, written: &mut Vec<u8>, arguments: &mut Arguments) {
        match ty {
            TypeInfo::Variant(cases) => {
                let mut tag = self.draw.below(cases.len() as u64);
                let case = &cases[tag as usize];
                if self.hostile() && self.draw.chance(30) {
                    self.nasty.insert(Nasty::BadElement);
                    tag = self.draw.pick(&[cases.len() as u64, 255]);
                }
                let start = written.len();
                written.push(tag as u8);
                written.resize(start + payload(cases).0 as usize, 0);
                if let Some(payload) = &case.payload {
                    self.element(payload, written, arguments);
                }
            }
            TypeInfo::Bytes | TypeInfo::Buffer | TypeInfo::String | TypeInfo::List(_) => {
                let len = self.length();
                let (address, len) = self.span(len, 1, arguments);
                written.extend((address as u32).to_le_bytes());
                written.extend((len as u32).to_le_bytes());
            }
            TypeInfo::Record(fields) => {
                for field in *fields {
                    let (_, align) = layout(&field.ty);
                    written.resize(written.len().next_multiple_of(align as usize), 0);
                    self.element(&field.ty, written, arguments);
                }
            }
            ty => {
                let number = match self.number("", ty) {
                    Value::Number(number) => number,
                    Value::Kept(_) | Value::Event(_) => 0,
                };
                written.extend(&number.to_le_bytes()[..layout(ty).0 as usize]);
            }
        }
    }
}
