//! Makes what a module computes comparable: one NaN, and a checksum that the trace shows.
//!
//! Which bits a NaN has is up to the machine, and no target promises any. So whatever an instruction makes of NaN, the program
//! goes on with one and the same: constants are changed, and results are looked at. And a module that wasm-smith makes
//! mostly computes for itself alone, if it is called at all. So the first function calls all others, and what
//! instructions make goes into a checksum, which is handed to a function of the ABI before each function returns or gives up.

use std::convert::Infallible;

use wasm_encoder::{
    CodeSection, ConstExpr, Function, GlobalSection, GlobalType, Ieee32, Ieee64,
    Instruction::{self, *},
    Module, ValType,
    reencode::{Error, Reencode, utils},
};
use wasmparser::{FuncType, FunctionBody, GlobalSectionReader, Operator, Parser, Payload};

/// The NaN that all others become (WebAssembly core specification 1.0, section 4.3.3: the canonical one, positive).
const NAN32: Ieee32 = Ieee32::new(0x7fc0_0000);
const NAN64: Ieee64 = Ieee64::new(0x7ff8_0000_0000_0000);

/// The types of numbers, in the order of the globals that keep a value while it is looked at. Behind them is the checksum.
const NUMBERS: [ValType; 4] = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];

/// The same module with one NaN only, and with a checksum that is handed to function `shows`, if there is one: it takes an
/// i32 and gives one. `None` if the module cannot be read. It must have a section of globals.
pub(super) fn comparable(wasm: &[u8], shows: Option<u32>) -> Option<Vec<u8>> {
    let mut module = Module::new();
    let functions = if shows.is_some() { own_functions(wasm)? } else { Vec::new() };
    Comparable { globals: 0, shows, functions, bodies: 0 }
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .ok()?;
    Some(module.finish())
}

struct Comparable {
    /// How many globals the module has of its own.
    globals: u32,
    shows: Option<u32>,
    /// The functions that the first one is to call.
    functions: Vec<(u32, FuncType)>,
    /// How many functions have been looked at.
    bodies: u32,
}

/// The functions of the module's own, with their numbers, but for the first.
fn own_functions(wasm: &[u8]) -> Option<Vec<(u32, FuncType)>> {
    let (mut types, mut imported, mut functions) = (Vec::new(), 0, Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.ok()? {
            Payload::TypeSection(section) => {
                types = section.into_iter_err_on_gc_types().collect::<Result<_, _>>().ok()?;
            }
            Payload::ImportSection(section) => imported = section.into_imports().count() as u32,
            Payload::FunctionSection(section) => {
                for (number, ty) in (imported..).zip(section).skip(1) {
                    functions.push((number, types.get(ty.ok()? as usize)?.clone()));
                }
            }
            _ => {}
        }
    }
    Some(functions)
}

impl Comparable {
    fn checksum(&self) -> u32 {
        self.globals + NUMBERS.len() as u32
    }

    /// Replaces a NaN, and takes the number into the checksum.
    fn look(&self, function: &mut Function, ty: ValType) {
        let Some(at) = NUMBERS.iter().position(|number| *number == ty) else { return };
        let number = self.globals + at as u32;
        let get = || GlobalGet(number);
        function.instruction(&GlobalSet(number));
        let nan = match ty {
            ValType::F32 => Some((F32Const(NAN32), F32Eq)),
            ValType::F64 => Some((F64Const(NAN64), F64Eq)),
            _ => None,
        };
        if let Some((nan, equal)) = nan {
            // Only a NaN is not equal to itself.
            for instruction in [get(), nan, get(), get(), equal, Select, GlobalSet(number)] {
                function.instruction(&instruction);
            }
        }
        if self.shows.is_some() {
            let sum = self.checksum();
            let as_i64: &[Instruction<'_>] = match ty {
                ValType::I32 => &[I64ExtendI32U],
                ValType::F32 => &[I32ReinterpretF32, I64ExtendI32U],
                ValType::F64 => &[I64ReinterpretF64],
                _ => &[],
            };
            let before = [GlobalGet(sum), I64Const(FACTOR), I64Mul, get()];
            for instruction in before.iter().chain(as_i64).chain(&[I64Add, GlobalSet(sum)]) {
                function.instruction(instruction);
            }
        }
        function.instruction(&get());
    }

    /// Calls every function but the first, for few would be called otherwise.
    fn call_all(&self, function: &mut Function) {
        for (number, ty) in &self.functions {
            for param in ty.params() {
                function.instruction(&match param {
                    wasmparser::ValType::I32 => I32Const(7),
                    wasmparser::ValType::I64 => I64Const(-9),
                    wasmparser::ValType::F32 => F32Const(1.5.into()),
                    _ => F64Const((-2.25).into()),
                });
            }
            function.instruction(&Call(*number));
            for _ in ty.results() {
                function.instruction(&Drop);
            }
        }
    }

    /// Hands the checksum over.
    fn show(&self, function: &mut Function) {
        let Some(shows) = self.shows else { return };
        let sum = GlobalGet(self.checksum());
        for instruction in [sum.clone(), I64Const(32), I64ShrU, sum, I64Xor, I32WrapI64, Call(shows), Drop] {
            function.instruction(&instruction);
        }
    }
}

/// What a checksum is multiplied by before the next number: any odd one would do.
const FACTOR: i64 = 31;

impl Reencode for Comparable {
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
        let ty = |val_type| GlobalType { val_type, mutable: true, shared: false };
        let (i32, i64) = (ConstExpr::i32_const(0), ConstExpr::i64_const(0));
        let (f32, f64) = (ConstExpr::f32_const(Ieee32::new(0)), ConstExpr::f64_const(Ieee64::new(0)));
        for (number, zero) in NUMBERS.into_iter().zip([i32, i64, f32, f64]) {
            globals.global(ty(number), &zero);
        }
        globals.global(ty(ValType::I64), &ConstExpr::i64_const(0));
        Ok(())
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Infallible>> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        if self.bodies == 0 {
            self.call_all(&mut function);
        }
        self.bodies += 1;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let instruction = match self.parse_instruction(&mut reader)? {
                F32Const(number) => F32Const(one32(number)),
                F64Const(number) => F64Const(one64(number)),
                other => other,
            };
            let is_last = reader.eof();
            if is_last || matches!(instruction, Instruction::Unreachable) {
                self.show(&mut function);
            }
            function.instruction(&instruction);
            if let Some(ty) = made(&instruction) {
                self.look(&mut function, ty);
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

/// The number that an instruction computes or loads.
fn made(instruction: &Instruction<'_>) -> Option<ValType> {
    match instruction {
        I32Load(_) | I32Load8S(_) | I32Load8U(_) | I32Load16S(_) | I32Load16U(_) | MemoryGrow(_)
        | MemorySize(_) | I32Eqz | I32Eq | I32Ne | I32LtS | I32LtU | I32GtS | I32GtU | I32LeS | I32LeU
        | I32GeS | I32GeU | I32Clz | I32Ctz | I32Popcnt | I32Add | I32Sub | I32Mul | I32DivS | I32DivU
        | I32RemS | I32RemU | I32And | I32Or | I32Xor | I32Shl | I32ShrS | I32ShrU | I32Rotl | I32Rotr
        | I32WrapI64 | I32Extend8S | I32Extend16S | I32ReinterpretF32 | I32TruncF32S | I32TruncF32U
        | I32TruncF64S | I32TruncF64U | I32TruncSatF32S | I32TruncSatF32U | I32TruncSatF64S
        | I32TruncSatF64U | I64Eqz | I64Eq | I64Ne | I64LtS | I64LtU | I64GtS | I64GtU | I64LeS | I64LeU
        | I64GeS | I64GeU | F32Eq | F32Ne | F32Lt | F32Gt | F32Le | F32Ge | F64Eq | F64Ne | F64Lt | F64Gt
        | F64Le | F64Ge => Some(ValType::I32),
        I64Load(_) | I64Load8S(_) | I64Load8U(_) | I64Load16S(_) | I64Load16U(_) | I64Load32S(_)
        | I64Load32U(_) | I64Clz | I64Ctz | I64Popcnt | I64Add | I64Sub | I64Mul | I64DivS | I64DivU
        | I64RemS | I64RemU | I64And | I64Or | I64Xor | I64Shl | I64ShrS | I64ShrU | I64Rotl | I64Rotr
        | I64ExtendI32S | I64ExtendI32U | I64Extend8S | I64Extend16S | I64Extend32S | I64ReinterpretF64
        | I64TruncF32S | I64TruncF32U | I64TruncF64S | I64TruncF64U | I64TruncSatF32S | I64TruncSatF32U
        | I64TruncSatF64S | I64TruncSatF64U => Some(ValType::I64),
        F32Load(_) | F32Abs | F32Neg | F32Copysign | F32Ceil | F32Floor | F32Trunc | F32Nearest | F32Sqrt
        | F32Add | F32Sub | F32Mul | F32Div | F32Min | F32Max | F32ConvertI32S | F32ConvertI32U
        | F32ConvertI64S | F32ConvertI64U | F32ReinterpretI32 | F32DemoteF64 => Some(ValType::F32),
        F64Load(_) | F64Abs | F64Neg | F64Copysign | F64Ceil | F64Floor | F64Trunc | F64Nearest | F64Sqrt
        | F64Add | F64Sub | F64Mul | F64Div | F64Min | F64Max | F64ConvertI32S | F64ConvertI32U
        | F64ConvertI64S | F64ConvertI64U | F64ReinterpretI64 | F64PromoteF32 => Some(ValType::F64),
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
        let one = comparable(&wasm.unwrap(), None).unwrap();
        let text = wasmprinter::print_bytes(&one).unwrap();
        assert!(
            !text.contains("nan:0x1") && !text.contains("-nan") && text.contains("f64.convert_i32_s"),
            "{text}"
        );
        assert_eq!(text.matches("select").count(), 4, "{text}");
        assert_eq!(wat::parse_str(&text).unwrap(), one);
    }

    #[test]
    fn what_is_no_module_stays_none() {
        assert_eq!(comparable(b"\0asm\x01\0\0\0\xff", None), None);
    }
}
