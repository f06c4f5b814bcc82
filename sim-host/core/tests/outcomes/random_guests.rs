//! Guests that nobody wrote: random calls with hostile arguments, and modules with broken bytes.
//!
//! Whatever they do, the simulator neither panics nor hangs nor fails itself, and does the same again.

use std::{cell::RefCell, collections::BTreeSet, time::Duration};

use device_abi::{FUNCTIONS, Flat, trace::Status};
use proptest::{prelude::*, sample::Index, test_runner::TestRunner};
use sim_host::{Board, Guest, Profile, Run, Sim};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    ImportSection, Instruction, MemArgTarget, MemorySection, MemoryType, Module, TypeSection, ValType,
};

use crate::stopping::in_time;

const BOARD: &str = "[i2c.0]\nsda = 5\nscl = 6\nchips = [ { model = \"bme280\", address = 0x76 } ]";

/// `cases` of them, or more if the environment variable `PROPTEST_CASES` wants more. What fails is printed, not kept:
/// whoever mends it writes a case.
fn config(cases: u32) -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    let cases = wanted.unwrap_or(cases).max(cases);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// One step of a random program.
#[derive(Debug, Clone)]
enum Step {
    /// A call of function `0` with the flat arguments `1`, as far as it takes them.
    Call(Index, [u64; 6]),
    /// `memory.grow`
    Grow(i32),
    /// A store of a word.
    Store(u16, i32),
}

/// What every program begins with, so that there is something at handles 1, 2 and 3.
const PROLOGUE: [(&str, &[i32]); 3] = [("i2c.open", &[0, 0]), ("gpio.open", &[2, 3, 0]), ("timer.open", &[])];

/// Mostly numbers that mean something somewhere (handles, cases, addresses, lengths), some that never do.
fn argument() -> impl Strategy<Value = u64> {
    prop_oneof![
        12 => 0..5_u64,
        2 => Just(0x76),
        4 => (0..64_u64).prop_map(|n| n * 4),
        1 => 65_530..65_540_u64,
        1 => Just(257),
        1 => prop::sample::select(vec![0x77, 0x80, 0x1_0076, 1025, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, u64::MAX]),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => (any::<Index>(), prop::array::uniform6(argument())).prop_map(|(function, args)| Step::Call(function, args)),
        1 => (-1..2).prop_map(Step::Grow),
        2 => (0..256_u16, prop_oneof![0..2, 0..300, any::<i32>()]).prop_map(|(at, word)| Step::Store(at * 4, word)),
    ]
}

#[derive(Debug, Clone)]
struct Program {
    run: Vec<Step>,
    on_event: Option<Vec<Step>>,
    data: Vec<u8>,
}

fn program() -> impl Strategy<Value = Program> {
    let on_event = prop::option::of(prop::collection::vec(step(), 0..6));
    (prop::collection::vec(step(), 1..40), on_event, prop::collection::vec(0..3_u8, 0..256))
        .prop_map(|(run, on_event, data)| Program { run, on_event, data })
}

fn val(flat: Flat) -> ValType {
    match flat {
        Flat::I32 => ValType::I32,
        Flat::I64 => ValType::I64,
    }
}

fn body(steps: &[Step], is_run: bool) -> Function {
    let mut body = Function::new([]);
    for (name, args) in PROLOGUE.iter().filter(|_| is_run) {
        let function = FUNCTIONS.iter().position(|info| info.full_name == *name).unwrap();
        for arg in *args {
            body.instruction(&Instruction::I32Const(*arg));
        }
        body.instruction(&Instruction::Call(function as u32)).instruction(&Instruction::Drop);
    }
    for step in steps {
        match step {
            Step::Call(index, args) => {
                let function = index.index(FUNCTIONS.len());
                let info = &FUNCTIONS[function];
                for (at, (flat, arg)) in info.flat_params.iter().zip(args).enumerate() {
                    // Small numbers are handles, cases and lengths; addresses are mostly the chip's.
                    let is_address = info.params.get(at).is_some_and(|param| param.name == "address");
                    let arg = if is_address && *arg < 5 { 0x76 } else { *arg };
                    body.instruction(&match flat {
                        Flat::I32 => Instruction::I32Const(arg as i32),
                        Flat::I64 => Instruction::I64Const(arg as i64),
                    });
                }
                body.instruction(&Instruction::Call(function as u32));
                if info.flat_result.is_some() {
                    body.instruction(&Instruction::Drop);
                }
            }
            Step::Grow(pages) => {
                body.instruction(&Instruction::I32Const(*pages));
                body.instruction(&Instruction::MemoryGrow(0));
                body.instruction(&Instruction::Drop);
            }
            Step::Store(at, word) => {
                body.instruction(&Instruction::I32Const((*at).into()));
                body.instruction(&Instruction::I32Const(*word));
                let memarg = wasm_encoder::MemArg {
                    offset: 0,
                    align: 2,
                    target: MemArgTarget::Memory(0),
                    ordering: None,
                };
                body.instruction(&Instruction::I32Store(memarg));
            }
        }
    }
    if is_run {
        body.instruction(&Instruction::I32Const(0));
    }
    body.instruction(&Instruction::End);
    body
}

fn encode(program: &Program) -> Vec<u8> {
    let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
    for (index, info) in FUNCTIONS.iter().enumerate() {
        assert!(info.flat_params.len() <= 6, "{}: `Step::Call` has room for 6 arguments", info.full_name);
        let params = info.flat_params.iter().map(|flat| val(*flat));
        types.ty().function(params, info.flat_result.map(val));
        imports.import(info.module, info.name, EntityType::Function(index as u32));
    }
    let (run, on_event) = (FUNCTIONS.len() as u32, FUNCTIONS.len() as u32 + 1);
    types.ty().function([], [ValType::I32]);
    types.ty().function([ValType::I32, ValType::I32, ValType::I64, ValType::I64], []);

    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    let (mut memories, mut exports, mut data) =
        (MemorySection::new(), ExportSection::new(), DataSection::new());
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    exports.export("memory", ExportKind::Memory, 0).export("run", ExportKind::Func, run);
    functions.function(run);
    code.function(&body(&program.run, true));
    if let Some(steps) = &program.on_event {
        exports.export("on-event", ExportKind::Func, on_event);
        functions.function(on_event);
        code.function(&body(steps, false));
    }
    data.active(0, &ConstExpr::i32_const(0), program.data.iter().copied());

    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&memories);
    module.section(&exports).section(&code).section(&data);
    module.finish()
}

/// Runs a module for at most some milliseconds of device time.
fn run(wasm: &[u8], profile: &'static Profile, record_trace: bool) -> Run {
    let sim = Sim::builder()
        .board(Board::parse(BOARD, "board.toml").unwrap())
        .profile(profile)
        .guest(Guest::from_bytes(wasm).unwrap())
        .args(["one", "two"])
        .stop_after(Duration::from_millis(3))
        .limit_compute(Duration::from_secs(1))
        .record_trace(record_trace);
    in_time(move || sim.run()).unwrap_or_else(|error| panic!("the simulator failed: {error:?}"))
}

#[test]
fn random_programs_do_the_same_again() {
    // What happened in all of them: without this, a generator that only makes traps would go unnoticed.
    let seen = RefCell::new(BTreeSet::new());
    let mut runner = TestRunner::new(config(48));
    let result = runner.run(&program(), |program| {
        let wasm = encode(&program);
        for profile in Profile::ALL {
            let first = run(&wasm, profile, true);
            prop_assert!(!matches!(first.outcome, sim_host::Outcome::Refused(_)), "{:?}", first.prose());
            prop_assert_eq!(&run(&wasm, profile, true), &first);
            let untraced = run(&wasm, profile, false);
            prop_assert_eq!(
                (&untraced.outcome, &untraced.log, untraced.device_time_ns),
                (&first.outcome, &first.log, first.device_time_ns)
            );

            let mut records = first.trace.records().peekable();
            while let Some(record) = records.next() {
                let trapped = matches!(record.status, Status::Trapped(_));
                prop_assert!(!trapped || records.peek().is_none(), "a call that traps is the last");
                let failed = matches!(record.status, Status::Failed(_));
                seen.borrow_mut().insert((record.function.full_name, failed));
            }
            prop_assert_eq!(first.trace.untimed().lines().count(), first.trace.records().count());
            prop_assert_eq!(first.trace.json_lines().lines().count(), first.trace.records().count());
            let outcome = first.outcome.to_string();
            let word = ["exit", "trap", "stopped"].into_iter().find(|word| outcome.starts_with(word));
            prop_assert!(word.is_some(), "{}", outcome);
            seen.borrow_mut().extend(word.map(|word| (word, false)));
        }
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    let seen = seen.into_inner();
    for word in ["exit", "trap"] {
        assert!(seen.contains(&(word, false)), "no program ends with {word}: {seen:?}");
    }
    // Of some 45 pairs of a function and whether it failed.
    assert!(seen.len() >= 25, "the programs do too little: {seen:?}");
}

#[derive(Debug, Clone)]
enum Damage {
    Change(Index, u8),
    Insert(Index, u8),
    Remove(Index),
    Cut(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        6 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Change(at, byte)),
        1 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        1 => any::<Index>().prop_map(Damage::Remove),
        1 => any::<Index>().prop_map(Damage::Cut),
    ]
}

fn damaged(mut wasm: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
    for damage in damages {
        if wasm.is_empty() {
            break;
        }
        let len = wasm.len();
        match damage {
            Damage::Change(at, byte) => wasm[at.index(len)] = *byte,
            Damage::Insert(at, byte) => wasm.insert(at.index(len), *byte),
            Damage::Remove(at) => drop(wasm.remove(at.index(len))),
            Damage::Cut(at) => wasm.truncate(at.index(len)),
        }
    }
    wasm
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn damaged_modules_are_refused_or_run(
        program in program(),
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let wasm = damaged(encode(&program), &damages);
        for profile in Profile::ALL {
            let ended = run(&wasm, profile, true);
            prop_assert!(!ended.outcome.to_string().is_empty());
        }
    }

    #[test]
    fn bytes_that_are_no_module_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        // Text that begins like a module's is the parser's to refuse.
        prop_assume!(!matches!(bytes.trim_ascii_start().first(), Some(b'(' | b';')));
        let ended = run(&bytes, &Profile::DESKTOP, true);
        prop_assert!(matches!(ended.outcome, sim_host::Outcome::Refused(_)), "{}", ended.outcome);
    }
}
