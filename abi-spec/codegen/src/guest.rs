//! Raw imports.
pub(crate) fn files(_abi: &abi_model::Abi) -> crate::Files { crate::Files::new() }
