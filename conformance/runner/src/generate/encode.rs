//! A program of calls as a WebAssembly module.

use device_abi::{EXPORTS, FUNCTIONS, Flat, Function};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, MemArg,
    MemArgTarget, MemorySection, MemoryType, Module, RefType, StartSection, TableSection, TableType,
    TypeSection, ValType,
};

use super::program::{Calls, KEPT, Step, Trap, Value};

/// The ABI's functions are imported in their order, and each type has the number of its function.
const IMPORTS: u32 = FUNCTIONS.len() as u32;
/// Types and functions of the guest's own, in this order.
const RUN: u32 = IMPORTS;
const ON_EVENT: u32 = IMPORTS + 1;
const RECURSE: u32 = IMPORTS + 2;
const START: u32 = IMPORTS + 3;
/// Elements of the table: the imports, and two that nobody filled.
const ELEMENTS: u32 = IMPORTS + 2;
/// Parameters of the event handler.
const EVENT_PARAMS: u32 = 4;
/// A function that takes a number and does nothing with it when it is no handle.
const SHOWS: Function = Function::GpioRead;

/// FNV-1a's start and factor (draft-eastlake-fnv, section 5).
const FNV_BASIS: i32 = 0x811c_9dc5_u32 as i32;
const FNV_PRIME: i32 = 0x0100_0193;

/// The module.
pub(super) fn encode(calls: &Calls) -> Vec<u8> {
    let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
    for (info, ty) in FUNCTIONS.iter().zip(0..) {
        types.ty().function(vals(info.flat_params), info.flat_result.map(val));
        imports.import(info.module, info.name, EntityType::Function(ty));
    }
    for export in EXPORTS {
        types.ty().function(vals(export.flat_params), export.flat_result.map(val));
    }
    types.ty().function([ValType::I32], [ValType::I32]);
    types.ty().function([], []);

    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    functions.function(RUN).function(ON_EVENT).function(RECURSE).function(START);
    let mut run = Body::new(0);
    run.steps(&calls.run);
    run.value(calls.result, Flat::I32);
    code.function(&run.end());
    let mut on_event = Body::new(EVENT_PARAMS);
    on_event.steps(calls.on_event.as_deref().unwrap_or_default());
    code.function(&on_event.end());
    code.function(&recurse());
    let mut start = Body::new(0);
    start.steps(&calls.start);
    code.function(&start.end());

    let (mut tables, mut memories, mut globals) =
        (TableSection::new(), MemorySection::new(), GlobalSection::new());
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: ELEMENTS.into(),
        maximum: None,
        shared: false,
    });
    memories.memory(MemoryType {
        minimum: calls.pages.into(),
        maximum: calls.maximum.map(u64::from),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    for _ in 0..KEPT {
        let ty = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(ty, &ConstExpr::i32_const(0));
    }
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0).export("run", ExportKind::Func, RUN);
    if calls.on_event.is_some() {
        exports.export("on-event", ExportKind::Func, ON_EVENT);
    }
    let (mut elements, mut data) = (ElementSection::new(), DataSection::new());
    let imported: Vec<u32> = (0..IMPORTS).collect();
    elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(imported.into()));
    data.active(0, &ConstExpr::i32_const(0), calls.data.iter().copied());

    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
    module.section(&globals).section(&exports);
    if !calls.start.is_empty() {
        module.section(&StartSection { function_index: START });
    }
    module.section(&elements).section(&code).section(&data);
    module.finish()
}

fn val(flat: Flat) -> ValType {
    match flat {
        Flat::I32 => ValType::I32,
        Flat::I64 => ValType::I64,
    }
}

fn vals(flats: &[Flat]) -> Vec<ValType> {
    flats.iter().copied().map(val).collect()
}

/// A function that calls itself as deep as its argument says, and returns how deep it was.
fn recurse() -> wasm_encoder::Function {
    use Instruction::{Call, Else, End, I32Add, I32Const, I32Sub, If, LocalGet};
    let mut function = wasm_encoder::Function::new([]);
    let deeper = [LocalGet(0), I32Const(1), I32Sub, Call(RECURSE), I32Const(1), I32Add];
    let all = [LocalGet(0), If(BlockType::Result(ValType::I32))].into_iter().chain(deeper);
    for instruction in all.chain([Else, I32Const(0), End, End]) {
        function.instruction(&instruction);
    }
    function
}

/// A function being written.
struct Body {
    function: wasm_encoder::Function,
    /// Parameters; own locals come after them: two for checksums, then a counter for each repetition around.
    params: u32,
    repetitions: u32,
}

/// Repetitions inside each other that a function has counters for.
const COUNTERS: u32 = 8;

impl Body {
    fn new(params: u32) -> Self {
        let function = wasm_encoder::Function::new([(2 + COUNTERS, ValType::I32)]);
        Self { function, params, repetitions: 0 }
    }

    fn end(mut self) -> wasm_encoder::Function {
        self.function.instruction(&Instruction::End);
        self.function
    }

    fn all<const N: usize>(&mut self, instructions: [Instruction<'_>; N]) {
        for instruction in instructions {
            self.function.instruction(&instruction);
        }
    }

    fn number(&mut self, number: u32) {
        self.all([Instruction::I32Const(number as i32)]);
    }

    fn numbers(&mut self, numbers: [u32; 3]) {
        for number in numbers {
            self.number(number);
        }
    }

    fn value(&mut self, value: Value, flat: Flat) {
        use Instruction::{GlobalGet, I32Const, I32WrapI64, I64Const, I64ExtendI32U, LocalGet};
        match (value, flat) {
            (Value::Event(param), flat) if u32::from(param) < self.params => {
                self.all([LocalGet(param.into())]);
                match (EXPORTS[1].flat_params.get(usize::from(param)), flat) {
                    (Some(Flat::I32), Flat::I64) => self.all([I64ExtendI32U]),
                    (Some(Flat::I64), Flat::I32) => self.all([I32WrapI64]),
                    _ => {}
                }
            }
            (Value::Number(number), Flat::I32) => self.all([I32Const(number as i32)]),
            (Value::Number(number), Flat::I64) => self.all([I64Const(number as i64)]),
            (Value::Event(number), Flat::I32) => self.all([I32Const(number.into())]),
            (Value::Event(number), Flat::I64) => self.all([I64Const(number.into())]),
            (Value::Kept(kept), Flat::I32) => self.all([GlobalGet(kept.into())]),
            (Value::Kept(kept), Flat::I64) => self.all([GlobalGet(kept.into()), I64ExtendI32U]),
        }
    }

    fn steps(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        use Instruction::{Block, I32Eqz, Loop, MemoryCopy, MemoryFill, MemoryGrow};
        use Instruction::{
            Br, BrIf, Drop, End, GlobalGet, GlobalSet, I32Const, I32GtS, I32Sub, If, LocalGet, LocalSet,
        };
        match step {
            Step::Call { function, arguments, keep, indirect } => {
                self.call(*function, arguments, *keep, *indirect);
            }
            Step::Store { address, bytes } => self.store(*address, bytes),
            Step::Fill { address, byte, len } => {
                self.numbers([*address, (*byte).into(), *len]);
                self.all([MemoryFill(0)]);
            }
            Step::Copy { to, from, len } => {
                self.numbers([*to, *from, *len]);
                self.all([MemoryCopy { src_mem: 0, dst_mem: 0 }]);
            }
            Step::Grow { pages, keep } => {
                self.all([I32Const(*pages), MemoryGrow(0), GlobalSet((*keep).into())]);
            }
            Step::Checksum { address, len } => self.checksum(*address, *len),
            Step::Repeat { times, steps } => {
                let counter = self.params + 2 + self.repetitions.min(COUNTERS - 1);
                self.repetitions += 1;
                self.all([I32Const((*times).into()), LocalSet(counter), Block(BlockType::Empty)]);
                self.all([Loop(BlockType::Empty), LocalGet(counter), I32Eqz, BrIf(1)]);
                self.all([LocalGet(counter), I32Const(1), I32Sub, LocalSet(counter)]);
                self.steps(steps);
                self.all([Br(0), End, End]);
                self.repetitions -= 1;
            }
            Step::IfFailed { kept, steps } => {
                self.all([I32Const(0), GlobalGet((*kept).into()), I32GtS, If(BlockType::Empty)]);
                self.steps(steps);
                self.all([End]);
            }
            Step::Trap(trap) => self.trap(*trap),
            Step::Recurse { depth } => {
                self.all([I32Const((*depth).into()), Instruction::Call(RECURSE)]);
                self.all([Instruction::Call(SHOWS as u32), Drop]);
            }
        }
    }

    fn call(&mut self, function: Function, arguments: &[Value], keep: Option<u8>, indirect: bool) {
        let info = function.info();
        for (value, flat) in arguments.iter().zip(info.flat_params) {
            self.value(*value, *flat);
        }
        let number = function as u32;
        if indirect {
            self.number(number);
            self.all([Instruction::CallIndirect { type_index: number, table_index: 0 }]);
        } else {
            self.all([Instruction::Call(number)]);
        }
        match (info.flat_result, keep) {
            (None, _) => {}
            (Some(_), None) => self.all([Instruction::Drop]),
            (Some(Flat::I32), Some(keep)) => self.all([Instruction::GlobalSet(keep.into())]),
            (Some(Flat::I64), Some(keep)) => {
                self.all([Instruction::I32WrapI64, Instruction::GlobalSet(keep.into())]);
            }
        }
    }

    /// Stores of 8, 4 and single bytes.
    fn store(&mut self, address: u32, bytes: &[u8]) {
        let at = |offset: usize, align| MemArg {
            offset: offset as u64,
            align,
            target: MemArgTarget::Memory(0),
            ordering: None,
        };
        let (mut offset, mut rest) = (0, bytes);
        while !rest.is_empty() {
            self.number(address);
            let taken = if let Some(eight) = rest.first_chunk() {
                self.all([
                    Instruction::I64Const(i64::from_le_bytes(*eight)),
                    Instruction::I64Store(at(offset, 3)),
                ]);
                8
            } else if let Some(four) = rest.first_chunk() {
                self.all([
                    Instruction::I32Const(i32::from_le_bytes(*four)),
                    Instruction::I32Store(at(offset, 2)),
                ]);
                4
            } else {
                self.all([Instruction::I32Const(rest[0].into()), Instruction::I32Store8(at(offset, 0))]);
                1
            };
            (offset, rest) = (offset + taken, &rest[taken..]);
        }
    }

    fn checksum(&mut self, address: u32, len: u32) {
        use Instruction::{
            BrIf, Call, Drop, End, I32Add, I32Const, I32Load8U, I32LtU, I32Mul, I32Xor, LocalGet,
        };
        use Instruction::{LocalSet, LocalTee, Loop};
        if len == 0 {
            return;
        }
        let (at, sum) = (self.params, self.params + 1);
        let end = address.saturating_add(len) as i32;
        let byte = MemArg { offset: 0, align: 0, target: MemArgTarget::Memory(0), ordering: None };
        self.all([I32Const(address as i32), LocalSet(at), I32Const(FNV_BASIS), LocalSet(sum)]);
        self.all([Loop(BlockType::Empty), LocalGet(sum), LocalGet(at), I32Load8U(byte), I32Xor]);
        self.all([I32Const(FNV_PRIME), I32Mul, LocalSet(sum)]);
        self.all([LocalGet(at), I32Const(1), I32Add, LocalTee(at), I32Const(end), I32LtU, BrIf(0), End]);
        self.all([LocalGet(sum), Call(SHOWS as u32), Drop]);
    }

    fn trap(&mut self, trap: Trap) {
        use Instruction::{
            CallIndirect, Drop, F64Const, I32Const, I32DivS, I32Load, I32RemU, I32TruncF64S, Unreachable,
        };
        let word = MemArg { offset: 0, align: 2, target: MemArgTarget::Memory(0), ordering: None };
        match trap {
            Trap::Unreachable => self.all([Unreachable]),
            Trap::DivideByZero => self.all([I32Const(1), I32Const(0), I32RemU, Drop]),
            Trap::DivideOverflow => self.all([I32Const(i32::MIN), I32Const(-1), I32DivS, Drop]),
            Trap::Conversion => self.all([F64Const(f64::NAN.into()), I32TruncF64S, Drop]),
            Trap::Load(address) => self.all([I32Const(address as i32), I32Load(word), Drop]),
            Trap::Element(element) => {
                self.number(element);
                self.all([CallIndirect { type_index: RUN, table_index: 0 }, Drop]);
            }
        }
    }
}
