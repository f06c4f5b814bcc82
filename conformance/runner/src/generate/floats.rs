//! Takes the freedom out of floats: whatever an instruction makes of NaN, the program goes on with one and the same NaN.
//!
//! Which bits a NaN has is up to the machine, and no target promises any. wasm-smith replaces those that arithmetic makes, but
//! not those that come from memory, from bits, or by rounding, and machines that quieten a NaN as they move it would differ.

use std::convert::Infallible;

use wasm_encoder::{
    CodeSection, ConstExpr, GlobalSection, GlobalType, Ieee32, Ieee64, Instruction, Module, ValType,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{FunctionBody, GlobalSectionReader, Operator, Parser};

/// The NaN that all others become (WebAssembly core specification 1.0, section 4.3.3: the canonical one, positive).
const NAN32: Ieee32 = Ieee32::new(0x7fc0_0000);
const NAN64: Ieee64 = Ieee64::new(0x7ff8_0000_0000_0000);

/// The same module with one NaN only; `None` if it cannot be read. It must have a section of globals.
pub(super) fn with_one_nan(wasm: &[u8]) -> Option<Vec<u8>> {
    let mut module = Module::new();
    OneNan { globals: 0 }.parse_core_module(&mut module, Parser::new(0), wasm).ok()?;
    Some(module.finish())
}

struct OneNan {
    /// How many globals the module has; behind them are one of each float, to keep a value while it is looked at.
    globals: u32,
}

impl Reencode for OneNan {
    type Error = Infallible;

    fn const_expr(&mut self, expr: wasmparser::ConstExpr<'_>) -> Result<ConstExpr, Error<Infallible>> {
        Ok(match expr.get_operators_reader().read()? {
            Operator::F32Const { value } => ConstExpr::f32_const(one32(Ieee32::new(value.bits()))),
            Operator::F64Const { value } => ConstExpr::f64_const(one64(Ieee64::new(value.bits()))),
            _ => utils::const_expr(self, expr)?,
        })
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        self.globals = section.count();
        utils::parse_global_section(self, globals, section)?;
        let global = |val_type| GlobalType { val_type, mutable: true, shared: false };
        globals.global(global(ValType::F32), &ConstExpr::f32_const(Ieee32::new(0)));
        globals.global(global(ValType::F64), &ConstExpr::f64_const(Ieee64::new(0)));
        Ok(())
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Infallible>> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let instruction = match self.parse_instruction(&mut reader)? {
                Instruction::F32Const(number) => Instruction::F32Const(one32(number)),
                Instruction::F64Const(number) => Instruction::F64Const(one64(number)),
                other => other,
            };
            function.instruction(&instruction);
            let (global, nan, equal) = match made(&instruction) {
                Some(ValType::F32) => (self.globals, Instruction::F32Const(NAN32), Instruction::F32Eq),
                Some(ValType::F64) => (self.globals + 1, Instruction::F64Const(NAN64), Instruction::F64Eq),
                _ => continue,
            };
            // Only a NaN is not equal to itself.
            let get = || Instruction::GlobalGet(global);
            for instruction in
                [Instruction::GlobalSet(global), get(), nan, get(), get(), equal, Instruction::Select]
            {
                function.instruction(&instruction);
            }
        }
        code.function(&function);
        Ok(())
    }
}

fn one32(number: Ieee32) -> Ieee32 {
    if f32::from_bits(number.bits()).is_nan() { NAN32 } else { number }
}

fn one64(number: Ieee64) -> Ieee64 {
    if f64::from_bits(number.bits()).is_nan() { NAN64 } else { number }
}

/// The float that an instruction makes, if it may be a NaN of any kind.
fn made(instruction: &Instruction<'_>) -> Option<ValType> {
    use Instruction as I;
    match instruction {
        I::F32Load(_) | I::F32ReinterpretI32 | I::F32DemoteF64 | I::F32Abs | I::F32Neg | I::F32Copysign => {
            Some(ValType::F32)
        }
        I::F32Ceil | I::F32Floor | I::F32Trunc | I::F32Nearest | I::F32Sqrt => Some(ValType::F32),
        I::F32Add | I::F32Sub | I::F32Mul | I::F32Div | I::F32Min | I::F32Max => Some(ValType::F32),
        I::F64Load(_) | I::F64ReinterpretI64 | I::F64PromoteF32 | I::F64Abs | I::F64Neg | I::F64Copysign => {
            Some(ValType::F64)
        }
        I::F64Ceil | I::F64Floor | I::F64Trunc | I::F64Nearest | I::F64Sqrt => Some(ValType::F64),
        I::F64Add | I::F64Sub | I::F64Mul | I::F64Div | I::F64Min | I::F64Max => Some(ValType::F64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nan_is_one_and_numbers_stay() {
        let wasm = wat::parse_str(
            "(module (global f32 (f32.const nan:0x1)) (memory 1)
                (func (result i32) (i32.reinterpret_f32 (f32.neg (f32.load (i32.const 0)))))
                (func (result f64) (f64.promote_f32 (f32.const -nan:0x200001)))
                (func (result f64) (f64.convert_i32_s (i32.const 1))))",
        );
        let one = with_one_nan(&wasm.unwrap()).unwrap();
        let text = wasmprinter::print_bytes(&one).unwrap();
        assert!(
            !text.contains("nan:0x1") && !text.contains("-nan") && text.contains("f64.convert_i32_s"),
            "{text}"
        );
        assert_eq!(text.matches("select").count(), 3, "{text}");
        assert_eq!(wat::parse_str(&text).unwrap(), one);
    }

    #[test]
    fn what_is_no_module_stays_none() {
        assert_eq!(with_one_nan(b"\0asm\x01\0\0\0\xff"), None);
    }
}
