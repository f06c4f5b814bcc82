//! Data and element segments inside what the module declares: engines differ when they are not.

use device_abi::{Profile, Refusal, RefusalWord};
use wasmparser::{ConstExpr, DataKind, ElementItems, ElementKind, Operator};

use crate::{
    module::Module,
    refusal::{OrInvalid, indexed, refuse_name},
    shape::constant_operator,
};

/// Checks that every segment lies inside the memory or table as it is at the start. An empty one, too, may not
/// begin behind the end.
pub(crate) fn check(module: &Module<'_>, initial_pages: u32) -> Result<(), Refusal> {
    let memory_bytes = u64::from(initial_pages) * u64::from(Profile::PAGE_BYTES);
    for (index, data) in module.data().into_iter().flatten().enumerate() {
        let data = data.or_invalid()?;
        if let DataKind::Active { offset_expr, .. } = &data.kind {
            let segment = Segment { space: "data", index, len: data.data.len() as u64, at: data.range.start };
            segment.inside(offset_expr, memory_bytes, "bytes of memory")?;
        }
    }
    let table_elements = module.table.unwrap_or(0);
    for (index, element) in module.elements().into_iter().flatten().enumerate() {
        let element = element.or_invalid()?;
        let len = match &element.items {
            ElementItems::Functions(items) => items.count(),
            ElementItems::Expressions(_, items) => items.count(),
        };
        if let ElementKind::Active { offset_expr, .. } = &element.kind {
            let segment = Segment { space: "element", index, len: len.into(), at: element.range.start };
            segment.inside(offset_expr, table_elements, "table elements")?;
        }
    }
    Ok(())
}

struct Segment {
    space: &'static str,
    index: usize,
    len: u64,
    at: u64,
}

impl Segment {
    fn inside(&self, offset: &ConstExpr<'_>, size: u64, unit: &str) -> Result<(), Refusal> {
        let Self { space, index, len, at } = self;
        let name = indexed(space, *index as u64);
        let Some(Operator::I32Const { value }) = constant_operator(offset).or_invalid()? else {
            let detail = format_args!("offset that is not an i32.const at byte {at}");
            return Err(refuse_name(RefusalWord::Segment, &name, detail));
        };
        // Offsets are unsigned; i32.const writes the high half of them as negative numbers.
        let offset = u64::from(value.cast_unsigned());
        if offset + len > size {
            let detail = format_args!("{len} from {offset} on, of {size} {unit} at the start, at byte {at}");
            return Err(refuse_name(RefusalWord::Segment, &name, detail));
        }
        Ok(())
    }
}
