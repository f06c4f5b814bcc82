//! A module that may run.

use device_abi::{Profile, Refusal};
use guest_check::Guest;

use crate::exports::Exports;

/// A module that guest-check has accepted, and where its functions are.
#[derive(Debug, Clone, Copy)]
pub struct Module<'w> {
    pub(crate) wasm: &'w [u8],
    pub(crate) guest: Guest,
    pub(crate) exports: Exports,
}

impl<'w> Module<'w> {
    /// Checks a module against `profile`; if that allows larger functions, or more of them, than this engine
    /// [serves](Module::serves), against the engine's own limits. This takes no more of the heap than
    /// [`guest_check::ESP32C3_HEAP_BYTES`]. The bytes stay in use as long as a guest runs: wasm3
    /// does not copy them. Without the feature `validate`, bodies are not type-checked, and the caller vouches for them.
    ///
    /// # Errors
    /// The rule that the module breaks.
    pub fn check(wasm: &'w [u8], profile: &Profile) -> Result<Self, Refusal> {
        let guest = guest_check::check(wasm, &within_the_engine(profile))?;
        Ok(Self { wasm, guest, exports: Exports::find(wasm) })
    }

    /// What the check found out.
    #[must_use]
    pub fn guest(&self) -> &Guest {
        &self.guest
    }

    /// Whether this engine is built for functions as large, and modules of as much, as `profile` allows: functions fit
    /// its constants (`d_m3MaxFunctionStackHeight` and others, see build.rs) and the native stack while they are
    /// compiled, and the check of a module fits a chip's heap.
    #[must_use]
    pub fn serves(profile: &Profile) -> bool {
        within_the_engine(profile) == *profile
    }
}

/// `profile`, with functions no larger than those that the engine is built for, and no more of anything than a chip's heap
/// has room for while a module is checked.
fn within_the_engine(profile: &Profile) -> Profile {
    let largest = &Profile::ESP32C3;
    Profile {
        types: profile.types.min(largest.types),
        imports: profile.imports.min(largest.imports),
        functions: profile.functions.min(largest.functions),
        globals: profile.globals.min(largest.globals),
        exports: profile.exports.min(largest.exports),
        segments: profile.segments.min(largest.segments),
        function_slots: profile.function_slots.min(largest.function_slots),
        function_nesting: profile.function_nesting.min(largest.function_nesting),
        function_branches: profile.function_branches.min(largest.function_branches),
        function_params: profile.function_params.min(largest.function_params),
        ..*profile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chips_profile_is_served_and_larger_ones_are_cut_down() {
        assert!(Module::serves(&Profile::ESP32C3));
        assert!(!Module::serves(&Profile::DESKTOP));
        let deep = alloc::format!(
            r#"(module (memory (export "memory") 1)
                (func (export "run") (result i32) {} {} i32.const 0))"#,
            "(block ".repeat(49),
            ")".repeat(49)
        );
        let refusal = Module::check(&wat::parse_str(deep).unwrap(), &Profile::DESKTOP).unwrap_err();
        assert_eq!(alloc::string::ToString::to_string(&refusal), "function-nesting function[0]");
    }
}
