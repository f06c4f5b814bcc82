//! Reference.
pub(crate) fn markdown(_abi: &abi_model::Abi) -> String { String::new() }
