//! What wasmparser's validator of whole modules says, to compare the check with.

/// What wasmparser itself says of the allowed features, written down a second time.
#[cfg(feature = "validate")]
pub(crate) fn validates(bytes: &[u8]) -> bool {
    use wasmparser::{Validator, WasmFeatures};
    let mut features = WasmFeatures::empty();
    for allowed in [
        WasmFeatures::MUTABLE_GLOBAL,
        WasmFeatures::SIGN_EXTENSION,
        WasmFeatures::SATURATING_FLOAT_TO_INT,
        WasmFeatures::MULTI_VALUE,
        WasmFeatures::BULK_MEMORY_OPT,
        WasmFeatures::FLOATS,
        WasmFeatures::GC_TYPES,
    ] {
        features |= allowed;
    }
    Validator::new_with_features(features).validate_all(bytes).is_ok()
}

/// Without the validator there is nobody to ask.
#[cfg(not(feature = "validate"))]
pub(crate) fn validates(_bytes: &[u8]) -> bool {
    true
}

/// What is valid, and refused on purpose: encodings of later versions for what 1.0 has too.
#[cfg(feature = "validate")]
const LATER_ENCODINGS: [&str; 2] = ["segment with flags", "table that does not start with funcref"];

/// Modules that the check and wasmparser were both asked about.
#[cfg(feature = "validate")]
#[derive(Default)]
pub(crate) struct Compared {
    accepted: usize,
    invalid: usize,
    wrong: Vec<String>,
}

#[cfg(feature = "validate")]
impl Compared {
    /// Compares both ways: what is accepted validates, and what validates is not called `invalid`.
    pub(crate) fn add(&mut self, bytes: &[u8], about: impl FnOnce() -> String) {
        use device_abi::{Profile, RefusalWord};
        let valid = validates(bytes);
        match guest_check::check(bytes, &Profile::DESKTOP) {
            Ok(_) if valid => self.accepted += 1,
            Ok(_) => self.wrong.push(format!("{}: accepted, but not valid", about())),
            Err(refusal) if refusal.word != RefusalWord::Invalid => {}
            Err(refusal) if valid && !LATER_ENCODINGS.iter().any(|words| refusal.detail.contains(words)) => {
                self.wrong.push(format!("{}: valid, but refused: {}", about(), refusal.detail));
            }
            Err(_) => self.invalid += 1,
        }
    }

    /// Fails where both said something else, and where the modules were not of both kinds.
    pub(crate) fn agree(self) {
        let Self { accepted, invalid, wrong } = self;
        assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
        assert!(accepted >= 10 && invalid >= 100, "{accepted} accepted, {invalid} invalid");
    }
}
