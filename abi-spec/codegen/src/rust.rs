//! Types that look the same on both sides of the ABI: enums, flags, handles, records.

use abi_model::{Abi, Case, Type, TypeDef};

use crate::{code::Code, names};

/// An enum with its numbers and names.
pub(crate) fn enumeration(code: &mut Code, definition: &TypeDef, cases: &[Case]) {
    let name = names::rust_type(definition);
    code.gap();
    code.doc(&definition.docs.text);
    code.line("#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]");
    code.line("#[repr(u8)]");
    code.open(format!("pub enum {name} {{"));
    for (number, case) in cases.iter().enumerate() {
        code.doc(&case.docs.text);
        code.line(format!("{} = {number},", names::camel(&case.name)));
    }
    code.close("}");
    code.gap();
    code.open(format!("impl {name} {{"));
    code.line("/// All cases, by number.");
    code.open("pub const ALL: &'static [Self] = &[");
    cases.iter().for_each(|case| code.line(format!("Self::{},", names::camel(&case.name))));
    code.close("];");
    code.gap();
    code.line("/// Their names in WIT, by number.");
    words(code, cases);
    code.gap();
    code.line("/// The case of this number.");
    code.line("#[inline]");
    code.line("#[must_use]");
    code.open("pub const fn from_index(index: u32) -> Option<Self> {");
    code.open("if (index as usize) < Self::ALL.len() {");
    code.line("Some(Self::ALL[index as usize])");
    code.between("} else {");
    code.line("None");
    code.close("}");
    code.close("}");
    code.gap();
    code.line("/// The case's name in WIT.");
    code.line("#[must_use]");
    code.open("pub const fn name(self) -> &'static str {");
    code.line("Self::NAMES[self as usize]");
    code.close("}");
    code.close("}");
    code.gap();
    code.open(format!("impl core::fmt::Display for {name} {{"));
    code.open("fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {");
    code.line("f.write_str(self.name())");
    code.close("}");
    code.close("}");
}

fn words(code: &mut Code, cases: &[Case]) {
    code.open("pub const NAMES: &'static [&'static str] = &[");
    cases.iter().for_each(|case| code.line(format!("\"{}\",", case.name)));
    code.close("];");
}

/// Flags: a set of bits, kept in a `repr`.
pub(crate) fn flags(code: &mut Code, definition: &TypeDef, flags: &[Case], repr: &str) {
    let name = names::rust_type(definition);
    code.gap();
    code.doc(&definition.docs.text);
    code.line("#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]");
    if repr != "u32" {
        code.line("#[repr(transparent)]");
    }
    code.line(format!("pub struct {name}({repr});"));
    code.gap();
    code.open(format!("impl {name} {{"));
    for (bit, flag) in flags.iter().enumerate() {
        code.doc(&flag.docs.text);
        code.line(format!("pub const {}: Self = Self(1 << {bit});", names::shouting(&flag.name)));
    }
    code.gap();
    code.line("/// The bits of all flags.");
    code.line(format!(
        "pub const MASK: u32 = {:#x};",
        u32::MAX.checked_shr(32 - flags.len() as u32).unwrap_or(0)
    ));
    code.gap();
    code.line("/// Their names in WIT, from bit 0.");
    words(code, flags);
    code.gap();
    code.line("/// The flags of these bits, if there is a flag for each bit.");
    code.line("#[inline]");
    code.line("#[must_use]");
    code.open("pub const fn from_bits(bits: u32) -> Option<Self> {");
    let kept = if repr == "u32" { "bits".to_owned() } else { format!("bits as {repr}") };
    code.line(format!("if bits & !Self::MASK == 0 {{ Some(Self({kept})) }} else {{ None }}"));
    code.close("}");
    code.gap();
    code.line("/// One bit for each flag.");
    code.line("#[must_use]");
    code.open("pub const fn bits(self) -> u32 {");
    code.line(if repr == "u32" { "self.0" } else { "self.0 as u32" });
    code.close("}");
    code.gap();
    code.line("/// Whether all flags of `other` are set.");
    code.line("#[must_use]");
    code.open("pub const fn contains(self, other: Self) -> bool {");
    code.line("self.0 & other.0 == other.0");
    code.close("}");
    code.close("}");
    code.gap();
    code.open(format!("impl core::ops::BitOr for {name} {{"));
    code.line("type Output = Self;");
    code.gap();
    code.open("fn bitor(self, other: Self) -> Self {");
    code.line("Self(self.0 | other.0)");
    code.close("}");
    code.close("}");
}

/// A handle: a number of its own kind.
pub(crate) fn handle(code: &mut Code, definition: &TypeDef) {
    code.gap();
    code.doc(&definition.docs.text);
    code.line("#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]");
    code.line("#[repr(transparent)]");
    code.line(format!("pub struct {}(pub u32);", names::rust_type(definition)));
}

/// A record.
pub(crate) fn record(
    code: &mut Code,
    abi: &Abi,
    definition: &TypeDef,
    fields: &[Case],
    root: &str,
    from: &str,
    repr_c: bool,
) {
    code.gap();
    code.doc(&definition.docs.text);
    code.line("#[derive(Debug, Clone, Copy, PartialEq, Eq)]");
    if repr_c {
        code.line("#[repr(C)]");
    }
    code.open(format!("pub struct {} {{", names::rust_type(definition)));
    for field in fields {
        code.doc(&field.docs.text);
        let ty = field.payload.as_ref().map_or_else(String::new, |ty| value_type_in(abi, ty, root, from));
        code.line(format!("pub {}: {ty},", names::rust(&field.name)));
    }
    code.close("}");
}

/// The Rust type of a scalar, handle, enum, flags or record, as device-abi's interface `from` sees it.
pub(crate) fn value_type(abi: &Abi, ty: &Type, from: &str) -> String {
    value_type_in(abi, ty, "crate", from)
}

/// The same, where the modules of the interfaces are in `root`.
pub(crate) fn value_type_in(abi: &Abi, ty: &Type, root: &str, from: &str) -> String {
    match ty {
        Type::Named(name) => names::rust_path(abi, name, root, from),
        ty => names::rust_scalar(ty).expect("pointers are handled where they may stand").to_owned(),
    }
}
