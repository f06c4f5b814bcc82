//! wasmparser's validator of function bodies, run beside the structural checks.
//!
//! Only that of bodies: everything around them is simple without the proposals that are not allowed, and [`shape`](crate::shape)
//! and [`counts`](crate::counts) check it in any case. wasmparser's validator of whole modules would be 40 KB more for a
//! chip. tests/robust shows that nothing is accepted that it would refuse.

use device_abi::Refusal;
use wasmparser::{
    BinaryReader, Error, FuncToValidate, FuncType, FuncValidator, FuncValidatorAllocations, FunctionBody,
    GlobalType, HeapType, MemoryType, Operator, RefType, SubType, TableType, ValType, VisitOperator,
    WasmModuleResources, types::CoreTypeId,
};

use crate::{
    features::FEATURES,
    module::Module,
    refusal::{OrInvalid, invalid},
};

/// Bytes of the longest body that engines on the desk take (wasmparser's own limit, which browsers share).
const MOST_BODY_BYTES: u64 = 7_654_321;

/// Validates a module's function bodies.
pub(crate) struct Validation {
    allocations: FuncValidatorAllocations,
}

impl Validation {
    pub(crate) fn new() -> Self {
        Self { allocations: FuncValidatorAllocations::default() }
    }

    /// Begins with the body of a function that the module has.
    pub(crate) fn function<'v, 'a>(
        &mut self,
        module: &'v Module<'a>,
        index: u32,
        body: &FunctionBody<'_>,
    ) -> Result<FunctionValidation<'v, 'a>, Refusal> {
        let (range, ty) = (body.range(), module.functions.get(index as usize));
        let Some(ty) = ty.filter(|_| range.end - range.start <= MOST_BODY_BYTES) else {
            return Err(invalid("function that is too long", range.start));
        };
        let function = FuncToValidate { resources: Resources(module), index, ty: *ty, features: FEATURES };
        Ok(FunctionValidation(function.into_validator(core::mem::take(&mut self.allocations))))
    }

    /// Takes back what a function's validation allocated, for the next one.
    pub(crate) fn recycle(&mut self, function: FunctionValidation<'_, '_>) {
        self.allocations = function.0.into_allocations();
    }
}

/// Validates one function body.
pub(crate) struct FunctionValidation<'v, 'a>(FuncValidator<Resources<'v, 'a>>);

impl FunctionValidation<'_, '_> {
    pub(crate) fn locals(&mut self, at: u64, count: u32, ty: ValType) -> Result<(), Refusal> {
        self.0.define_locals(at, count, ty).or_invalid()
    }

    /// Validates an allowed instruction and returns the operands that are on the stack after it.
    pub(crate) fn operator(&mut self, at: u64, operator: &Operator<'_>) -> Result<u32, Refusal> {
        visit(&mut self.0.visitor(at), operator, at).or_invalid()?;
        Ok(self.0.operand_stack_height())
    }
}

/// Shows the validator an allowed instruction. One that is not allowed was refused before, and is refused here again: that
/// the validator never sees it is what keeps the code for it out of the firmware.
fn visit<'a>(
    visitor: &mut impl VisitOperator<'a, Output = wasmparser::Result<()>>,
    operator: &Operator<'a>,
    at: u64,
) -> wasmparser::Result<()> {
    macro_rules! visit {
        ($( @$proposal:ident $op:ident $({ $($arg:ident: $ty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
            match operator {
                $(Operator::$op { $($($arg),*)? } => visit!(one $proposal $op $visit ($($($arg),*)?)),)*
                _ => refused(at),
            }
        };
        (one mvp $op:ident $visit:ident ($($arg:ident),*)) => { visitor.$visit($($arg.clone()),*) };
        (one sign_extension $op:ident $visit:ident ($($arg:ident),*)) => { visitor.$visit($($arg.clone()),*) };
        (one saturating_float_to_int $op:ident $visit:ident ($($arg:ident),*)) => { visitor.$visit($($arg.clone()),*) };
        (one bulk_memory MemoryCopy $visit:ident ($($arg:ident),*)) => { visitor.$visit($($arg.clone()),*) };
        (one bulk_memory MemoryFill $visit:ident ($($arg:ident),*)) => { visitor.$visit($($arg.clone()),*) };
        (one $proposal:ident $op:ident $visit:ident ($($arg:ident),*)) => {{ $(let _ = $arg;)* refused(at) }};
    }
    wasmparser::for_each_operator!(visit)
}

/// An error of wasmparser's. Only its readers can make one, so this is the one for no bytes.
fn refused(at: u64) -> Result<(), Error> {
    BinaryReader::new(&[], at).read_u8().map(drop)
}

/// The module, as the validator of bodies asks for it. There are no references, tags or passive segments in it, and the only
/// types are functions of numbers.
#[derive(Clone, Copy)]
struct Resources<'v, 'a>(&'v Module<'a>);

impl WasmModuleResources for Resources<'_, '_> {
    fn table_at(&self, at: u32) -> Option<TableType> {
        let initial = self.0.table.filter(|_| at == 0)?;
        let element_type = RefType::FUNCREF;
        Some(TableType { element_type, table64: false, initial, maximum: None, shared: false })
    }

    fn memory_at(&self, at: u32) -> Option<MemoryType> {
        self.0.memory.filter(|_| at == 0)
    }

    fn tag_at(&self, _at: u32) -> Option<&FuncType> {
        None
    }

    fn global_at(&self, at: u32) -> Option<GlobalType> {
        self.0.globals.get(at as usize).copied()
    }

    fn sub_type_at(&self, at: u32) -> Option<&SubType> {
        self.0.types.get(at as usize)
    }

    fn sub_type_at_id(&self, _id: CoreTypeId) -> &SubType {
        unreachable!("no type is known by an id")
    }

    fn type_id_of_function(&self, _function: u32) -> Option<CoreTypeId> {
        None
    }

    fn type_index_of_function(&self, function: u32) -> Option<u32> {
        self.0.functions.get(function as usize).copied()
    }

    fn element_type_at(&self, _at: u32) -> Option<RefType> {
        None
    }

    fn is_subtype(&self, a: ValType, b: ValType) -> bool {
        a == b
    }

    fn is_shared(&self, _ty: RefType) -> bool {
        false
    }

    fn check_heap_type(&self, _ty: &mut HeapType, at: u64) -> Result<(), Error> {
        refused(at)
    }

    fn top_type(&self, ty: &HeapType) -> HeapType {
        *ty
    }

    fn element_count(&self) -> u32 {
        0
    }

    fn data_count(&self) -> Option<u32> {
        None
    }

    fn is_function_referenced(&self, _function: u32) -> bool {
        false
    }

    fn has_function_exact_type(&self, _function: u32) -> bool {
        false
    }
}
