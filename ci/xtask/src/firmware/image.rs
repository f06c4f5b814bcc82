//! What an image consists of: how much memory of which kind, and whose it is.

use std::collections::BTreeMap;

use anyhow::Result;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _, SectionFlags, SymbolKind, elf};

/// The file that the linker has made.
pub(super) struct Image<'a>(object::File<'a>);

/// How much memory an image takes before it runs, bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sizes {
    pub(super) code: u64,
    pub(super) constants: u64,
    pub(super) ram_code: u64,
    /// Data with and without a first value, less the heap.
    pub(super) data: u64,
    pub(super) heap: u64,
    pub(super) stack: u64,
}

/// Sections of esp-hal's linker script that only leave room for another's view of the same memory.
const VIEWS: [&str; 2] = [".rwdata_dummy", ".rotext_dummy"];

/// Part of the symbols of the heap's regions, in `firmware_esp32c3::chip::heap`.
const HEAP: &str = "4chip4heap";

impl<'a> Image<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self> {
        Ok(Self(object::File::parse(bytes)?))
    }

    /// Name, first address and address behind the last of each section that takes memory.
    pub(super) fn places(&self) -> Vec<(String, u64, u64)> {
        let sections = self.sections();
        sections.map(|(name, address, size, _)| (name.to_owned(), address, address + size)).collect()
    }

    pub(super) fn sizes(&self) -> Sizes {
        let mut sizes = Sizes::default();
        for (name, _, size, _) in self.sections() {
            *match name {
                ".stack" => &mut sizes.stack,
                ".trap" | ".rwtext" => &mut sizes.ram_code,
                name if name.starts_with(".text") => &mut sizes.code,
                name if name.starts_with(".rodata") || name == ".flash.appdesc" => &mut sizes.constants,
                _ => &mut sizes.data,
            } += size;
        }
        let regions = self.0.symbols().filter(|symbol| symbol.kind() == SymbolKind::Data);
        let regions = regions.filter(|symbol| symbol.name().is_ok_and(|name| name.contains(HEAP)));
        sizes.heap = regions.map(|region| region.size()).sum();
        sizes.data -= sizes.heap;
        sizes
    }

    /// The first value of the static whose symbol has `part` in it.
    pub(super) fn data(&self, part: &str) -> Option<&'a [u8]> {
        let has_part = |symbol: &object::Symbol<'_, '_>| symbol.name().is_ok_and(|name| name.contains(part));
        let symbol = self.0.symbols().find(|symbol| symbol.kind() == SymbolKind::Data && has_part(symbol))?;
        let section = self.0.section_by_index(symbol.section_index()?).ok()?;
        section.data_range(symbol.address(), symbol.size()).ok()?
    }

    /// Bytes of flash by crate, the largest first. What has no Rust name is C.
    pub(super) fn crates(&self) -> Vec<(String, u64)> {
        let mut crates = BTreeMap::<&str, u64>::new();
        let mut named = 0;
        for symbol in self.0.symbols().filter(|it| matches!(it.kind(), SymbolKind::Text | SymbolKind::Data)) {
            let section = symbol.section_index().and_then(|index| self.0.section_by_index(index).ok());
            let in_flash = section.is_some_and(|it| matches!(it.name(), Ok(".text" | ".rodata")));
            if in_flash && symbol.size() > 0 {
                named += symbol.size();
                let name = symbol.name().unwrap_or_default();
                let other = if name.starts_with(".L") { "constants of Rust" } else { "C (wasm3)" };
                let name = crate_name(name).unwrap_or(other);
                *crates.entry(name).or_default() += symbol.size();
            }
        }
        let Sizes { code, constants, .. } = self.sizes();
        crates.insert("without a name", (code + constants).saturating_sub(named));
        let mut crates: Vec<_> = crates.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
        crates.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        crates
    }

    /// The sections that take memory of their own: name, address, size, flags.
    fn sections(&self) -> impl Iterator<Item = (&str, u64, u64, u64)> {
        self.0.sections().filter_map(|section| {
            let SectionFlags::Elf { sh_flags } = section.flags() else { return None };
            let name = section.name().unwrap_or_default();
            let takes = sh_flags & u64::from(elf::SHF_ALLOC) != 0 && section.size() > 0;
            (takes && !VIEWS.contains(&name)).then(|| (name, section.address(), section.size(), sh_flags))
        })
    }
}

/// The crate in a symbol's name of Rust's v0 mangling: the first `C`, a disambiguator, the name with its length.
fn crate_name(symbol: &str) -> Option<&str> {
    let path = symbol.strip_prefix(".Lswitch.table.").unwrap_or(symbol).strip_prefix("_R")?;
    path.match_indices("Cs").find_map(|(at, _)| {
        let (disambiguator, rest) = path[at + 2..].split_once('_')?;
        let digits = rest.find(|char: char| !char.is_ascii_digit())?;
        let len: usize = rest[..digits].parse().ok()?;
        // A name that itself begins so has one more in front.
        let name = rest[digits..].strip_prefix('_').unwrap_or(&rest[digits..]).get(..len)?;
        disambiguator.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_rust_name_has_no_crate() {
        for symbol in ["", "m3_Call", "_R", "_RNvCs", "_RNvCs1_", "_RNvCs1_99short", "memcpy"] {
            assert_eq!(crate_name(symbol), None, "{symbol}");
        }
    }

    #[test]
    fn the_crate_is_read_from_the_symbol() {
        assert_eq!(crate_name("_RNvCs2CPqJfU3zr4_9esp_alloc4HEAP"), Some("esp_alloc"));
        assert_eq!(crate_name("_RNvCsfgHYwM92fyn_7___rustc14___rust_realloc"), Some("__rustc"));
        assert_eq!(crate_name("_RNvMs2_Cs2CPqJfU3zr4_9esp_allocNtB5_7EspHeap7dealloc"), Some("esp_alloc"));
    }

    #[test]
    fn what_is_no_program_is_refused() {
        assert!(Image::parse(b"no program").is_err());
    }
}
