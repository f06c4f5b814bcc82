//! Sizes that a module declares, against the profile.

use device_abi::{Profile, Refusal, RefusalWord};

use crate::{
    module::Module,
    refusal::{indexed, refuse, refuse_name},
};

/// Pages of the guest's memory.
pub(crate) struct Pages {
    pub(crate) initial_pages: u32,
    pub(crate) bound_pages: u32,
}

pub(crate) fn module_size(bytes: &[u8], profile: &Profile) -> Result<(), Refusal> {
    if bytes.len() as u64 > u64::from(profile.module_bytes) {
        let detail = format_args!(
            "{} bytes, profile {} has room for {}",
            bytes.len(),
            profile.name,
            profile.module_bytes
        );
        return Err(refuse(RefusalWord::ModuleSize, detail));
    }
    Ok(())
}

pub(crate) fn memory(module: &Module<'_>, profile: &Profile) -> Result<Pages, Refusal> {
    // A module without memory has been refused for the missing export.
    let (initial, maximum) = module.memory.map_or((0, None), |memory| (memory.initial, memory.maximum));
    match u32::try_from(initial) {
        Ok(initial_pages) if initial_pages <= profile.memory_pages => {
            let bound_pages = maximum.map_or(profile.memory_pages, |maximum| {
                u32::try_from(maximum)
                    .map_or(profile.memory_pages, |maximum| maximum.min(profile.memory_pages))
            });
            Ok(Pages { initial_pages, bound_pages })
        }
        _ => {
            let detail = format_args!(
                "{initial} pages of 64 KiB at the start, profile {} has {}",
                profile.name, profile.memory_pages
            );
            Err(refuse_name(RefusalWord::MemorySize, "memory", detail))
        }
    }
}

pub(crate) fn tables(module: &Module<'_>, profile: &Profile) -> Result<(), Refusal> {
    match module.table {
        Some(elements) if elements > u64::from(profile.table_elements) => {
            let detail = format_args!(
                "{elements} elements at the start, profile {} has {}",
                profile.name, profile.table_elements
            );
            Err(refuse_name(RefusalWord::TableSize, &indexed("table", 0), detail))
        }
        _ => Ok(()),
    }
}
