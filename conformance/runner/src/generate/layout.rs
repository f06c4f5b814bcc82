//! How values lie in a guest's memory: as the Canonical ABI lays them, which `lowering.md` takes over.

use device_abi::{CaseInfo, TypeInfo};

/// Bytes and alignment of a value.
pub(super) fn layout(ty: &TypeInfo) -> (u32, u32) {
    match ty {
        TypeInfo::Bool | TypeInfo::U8 => (1, 1),
        TypeInfo::U16 => (2, 2),
        TypeInfo::U32 | TypeInfo::S32 | TypeInfo::Handle => (4, 4),
        TypeInfo::U64 | TypeInfo::S64 => (8, 8),
        TypeInfo::Enum(names) => number_of(names.len()),
        TypeInfo::Flags(names) => match names.len() {
            0..=8 => (1, 1),
            9..=16 => (2, 2),
            _ => (4, 4),
        },
        TypeInfo::Record(fields) => {
            let sizes = fields.iter().map(|field| layout(&field.ty));
            let (end, align) = sizes.fold((0_u32, 1), |(end, all), (size, align)| {
                (end.next_multiple_of(align) + size, all.max(align))
            });
            (end.next_multiple_of(align), align)
        }
        TypeInfo::Variant(cases) => {
            let (at, align) = payload(cases);
            let sizes = cases.iter().filter_map(|case| case.payload.as_ref()).map(|ty| layout(ty).0);
            ((at + sizes.max().unwrap_or(0)).next_multiple_of(align), align)
        }
        TypeInfo::Bytes | TypeInfo::String | TypeInfo::Buffer | TypeInfo::List(_) => (8, 4),
    }
}

/// Where the payload of a variant begins, and the alignment of the whole.
pub(super) fn payload(cases: &[CaseInfo]) -> (u32, u32) {
    let (tag, _) = number_of(cases.len());
    let aligns = cases.iter().filter_map(|case| case.payload.as_ref()).map(|ty| layout(ty).1);
    let align = aligns.max().unwrap_or(1);
    (tag.next_multiple_of(align), align.max(tag))
}

/// Bytes and alignment of the number of one of `cases`.
fn number_of(cases: usize) -> (u32, u32) {
    match cases {
        0..=0x100 => (1, 1),
        0x101..=0x1_0000 => (2, 2),
        _ => (4, 4),
    }
}

#[cfg(test)]
mod tests {
    use device_abi::{Function, TypeInfo};

    use super::*;

    #[test]
    fn an_operation_is_a_tag_and_a_span() {
        let TypeInfo::List(operation) = Function::I2cTransaction.info().params[2].ty else { panic!() };
        assert_eq!(layout(operation), (12, 4));
        let TypeInfo::Variant(cases) = operation else { panic!() };
        assert_eq!(payload(cases), (4, 4));
    }

    #[test]
    fn enums_take_as_few_bytes_as_they_can() {
        static NAMES: [&str; 300] = ["case"; 300];
        assert_eq!(layout(&TypeInfo::Enum(&NAMES[..256])), (1, 1));
        assert_eq!(layout(&TypeInfo::Enum(&NAMES)), (2, 2));
    }
}
