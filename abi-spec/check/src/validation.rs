//! wasmparser's validator, run beside the structural checks.

use device_abi::Refusal;
use wasmparser::{
    BinaryReader, ExportSectionReader, FuncValidator, FuncValidatorAllocations, FunctionBody, Operator,
    Payload, ValType, Validator, ValidatorResources,
};

use crate::{features::FEATURES, refusal::OrInvalid};

/// Validates a module as it is parsed.
pub(crate) struct Validation {
    validator: Validator,
    allocations: FuncValidatorAllocations,
}

impl Validation {
    pub(crate) fn new() -> Self {
        let validator = Validator::new_with_features(FEATURES);
        Self { validator, allocations: FuncValidatorAllocations::default() }
    }

    /// Validates a section. Function bodies are [`function`](Self::function)'s.
    pub(crate) fn section(&mut self, payload: &Payload<'_>) -> Result<(), Refusal> {
        if let Payload::ExportSection(section) = payload {
            return self.place_of_exports(section);
        }
        self.validator.payload(payload).or_invalid().map(drop)
    }

    /// Validates that an export section may stand here. The exports themselves are left to the structural check: the
    /// validator would copy their names.
    fn place_of_exports(&mut self, section: &ExportSectionReader<'_>) -> Result<(), Refusal> {
        let none = BinaryReader::new(&[0], section.original_position());
        let empty = ExportSectionReader::new(none).or_invalid()?;
        self.validator.payload(&Payload::ExportSection(empty)).or_invalid().map(drop)
    }

    pub(crate) fn function(&mut self, body: &FunctionBody<'_>) -> Result<FunctionValidation, Refusal> {
        let function = self.validator.code_section_entry(body).or_invalid()?;
        Ok(FunctionValidation(function.into_validator(core::mem::take(&mut self.allocations))))
    }

    /// Takes back what a function's validation allocated, for the next one.
    pub(crate) fn recycle(&mut self, function: FunctionValidation) {
        self.allocations = function.0.into_allocations();
    }
}

/// Validates one function body.
pub(crate) struct FunctionValidation(FuncValidator<ValidatorResources>);

impl FunctionValidation {
    pub(crate) fn locals(&mut self, at: u64, count: u32, ty: ValType) -> Result<(), Refusal> {
        self.0.define_locals(at, count, ty).or_invalid()
    }

    /// Validates an instruction and returns the operands that are on the stack after it.
    pub(crate) fn operator(&mut self, at: u64, operator: &Operator<'_>) -> Result<u32, Refusal> {
        self.0.op(at, operator).or_invalid()?;
        Ok(self.0.operand_stack_height())
    }
}
