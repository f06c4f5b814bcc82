//! What the profile of a board promises of the heap, against what the image leaves for it.
//!
//! The firmware adds up what its profile needs, and carries the sum's parts in the image: that is compared here with the
//! heap that the linker has really made.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};

use super::image::Image;

/// Part of the symbol of the needs: `NEEDS` in the firmware's `chip/needs.rs`.
const NEEDS: &str = "4chip5needs5NEEDS";

/// What each of the needs is for, in the order in which the firmware has them.
const NAMES: [&str; 7] = [
    "agent, with a host and its log",
    "structures of a run",
    "kept free while a guest runs",
    "guest memory of all pages",
    "module",
    "wasm3's value stack",
    "compiled code",
];

/// Bytes of one more page of guest memory: if they were free, the profile would promise too little.
const PAGE_BYTES: u64 = 64 * 1024;

/// What is promised, and what there is.
#[derive(Debug)]
pub(super) struct Table {
    needs: [u64; NAMES.len()],
    heap: u64,
}

impl Table {
    /// Reads the needs out of an image that leaves `heap` bytes.
    pub(super) fn read(image: &Image<'_>, heap: u64) -> Result<Self> {
        let bytes =
            image.data(NEEDS).with_context(|| format!("the image has no symbol with {NEEDS} in it"))?;
        let (needs, rest) = bytes.as_chunks();
        let needs: Vec<u64> = needs.iter().map(|need| u32::from_le_bytes(*need).into()).collect();
        match needs.try_into() {
            Ok(needs) if rest.is_empty() => Ok(Self { needs, heap }),
            _ => bail!("{NEEDS} has {} bytes, not {} numbers of 4", bytes.len(), NAMES.len()),
        }
    }

    /// The table as rows of Markdown.
    pub(super) fn rows(&self) -> Vec<String> {
        let needs = NAMES.into_iter().zip(self.needs);
        let sums = [("promised", self.promised()), ("heap of the image", self.heap)];
        needs.chain(sums).map(|(name, bytes)| format!("| {name} | {} |", grouped(bytes))).collect()
    }

    /// Compares both.
    pub(super) fn check(&self) -> Result<()> {
        let (promised, heap) = (self.promised(), self.heap);
        ensure!(
            promised <= heap,
            "profile esp32c3 promises {promised} bytes of heap, the image leaves {heap}: lower what it promises \
             (abi-spec/types/src/profile.rs), or what chip/needs.rs counts for it"
        );
        ensure!(
            promised + PAGE_BYTES > heap,
            "profile esp32c3 promises {promised} bytes of heap, the image leaves {heap}: there is room for another page"
        );
        Ok(())
    }

    /// Compares the table with the one in a document.
    pub(super) fn check_readme(&self, place: &Path) -> Result<()> {
        let text = std::fs::read_to_string(place).with_context(|| place.display().to_string())?;
        match self.rows().into_iter().find(|row| !text.contains(row.as_str())) {
            Some(row) => bail!("{} lacks the line `{row}`", place.display()),
            None => Ok(()),
        }
    }

    fn promised(&self) -> u64 {
        self.needs.iter().sum()
    }
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    groups.map(|group| str::from_utf8(group).unwrap_or_default()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(needs: u64, heap: u64) -> Table {
        Table { needs: [needs, 0, 0, 0, 0, 0, 0], heap }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let error = table(1001, 1000).check().unwrap_err().to_string();
        assert!(
            error.starts_with("profile esp32c3 promises 1001 bytes of heap, the image leaves 1000"),
            "{error}"
        );
        assert!(table(1000, 1000).check().is_ok());
    }

    #[test]
    fn what_leaves_a_page_is_refused() {
        assert!(table(1000, 1000 + PAGE_BYTES).check().is_err());
        assert!(table(1000, 999 + PAGE_BYTES).check().is_ok());
    }

    #[test]
    fn a_document_that_says_otherwise_is_refused() {
        let place = std::env::temp_dir().join(format!("xtask-heap-{}.md", std::process::id()));
        std::fs::write(&place, table(1000, 2000).rows().join("\n")).unwrap();
        assert!(table(1000, 2000).check_readme(&place).is_ok());
        let error = table(1000, 2001).check_readme(&place).unwrap_err().to_string();
        std::fs::remove_file(place).unwrap();
        assert!(error.ends_with("lacks the line `| heap of the image | 2,001 |`"), "{error}");
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1000, 340_736].map(grouped), ["0", "999", "1,000", "340,736"]);
    }
}
