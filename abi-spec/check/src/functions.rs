//! What a function body takes of the device: slots, nesting, branch tables.

use alloc::vec::Vec;

use device_abi::{Profile, Refusal, RefusalWord};
use wasmparser::{BlockType, FunctionBody, Operator, OperatorsReader, ValType};

use crate::{
    features,
    module::Module,
    refusal::{OrInvalid, indexed, invalid, refuse_name},
    shape,
    validation::Validation,
};

/// The first function, if there is one, that is above each limit.
#[derive(Default)]
pub(crate) struct Over {
    nesting: Option<Excess>,
    branches: Option<Excess>,
    slots: Option<Excess>,
}

#[derive(Clone, Copy)]
struct Excess {
    function: u32,
    value: u64,
    /// Byte offset of the instruction that needs the most.
    at: u64,
}

/// The highest value so far, and where.
#[derive(Default)]
struct Peak {
    value: u64,
    at: u64,
}

impl Peak {
    fn raise(&mut self, value: u64, at: u64) {
        if value > self.value {
            *self = Self { value, at };
        }
    }

    fn against(self, limit: u32, function: u32, first: &mut Option<Excess>) {
        if self.value > u64::from(limit) && first.is_none() {
            *first = Some(Excess { function, value: self.value, at: self.at });
        }
    }
}

/// Reads one body, validates it, and notes where it is above the profile.
pub(crate) fn read(
    module: &Module<'_>,
    function: u32,
    body: &FunctionBody<'_>,
    validation: &mut Validation,
    over: &mut Over,
    profile: &Profile,
) -> Result<(), Refusal> {
    let at = body.range().start;
    let Some(params) = module.function_type(function).map(|ty| ty.params().len() as u64) else {
        return Err(invalid(format_args!("body of function {function}, which does not exist,"), at));
    };
    // Above the profile's slots, a body is not validated any more: the validator takes memory for all of them.
    let mut validator = Some(validation.function(module, function, body)?);
    let mut reader = body.get_binary_reader();
    let mut locals = params;
    for _ in 0..reader.read_var_u32().or_invalid()? {
        let at = reader.original_position();
        let count = reader.read_var_u32().or_invalid()?;
        let ty: ValType = reader.read().or_invalid()?;
        shape::number(ty, at)?;
        locals = locals.saturating_add(count.into());
        if locals > u64::from(profile.function_slots) {
            validator = None;
        }
        if let Some(validator) = &mut validator {
            validator.locals(at, count, ty)?;
        }
    }

    let (mut nesting, mut branches, mut slots) = (Peak::default(), Peak::default(), Peak::default());
    slots.raise(locals, at);
    let mut blocks = Blocks::default();
    let mut operators = OperatorsReader::new(reader);
    while !operators.eof() {
        let (operator, at) = operators.read_with_offset().or_invalid()?;
        if let Some(proposal) = features::disallowed(&operator) {
            return Err(invalid(format_args!("instruction of the {proposal} proposal"), at));
        }
        let operands = match &mut validator {
            Some(validator) => validator.operator(at, &operator)?,
            None => 0,
        };
        slots.raise(locals.saturating_add(operands.into()).saturating_add(blocks.values), at);
        match operator {
            Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
                blocks.open(block_type(module, blockty, at)?);
                nesting.raise(blocks.each.len() as u64, at);
                if nesting.value > u64::from(profile.function_nesting) {
                    // No word of this body's can come before this one, and the reader, too, takes memory for each block.
                    nesting.against(profile.function_nesting, function, &mut over.nesting);
                    return Ok(());
                }
            }
            // The last one ends the function itself.
            Operator::End => blocks.close(),
            Operator::BrTable { targets } => branches.raise(u64::from(targets.len()) + 1, at),
            _ => {}
        }
        if slots.value > u64::from(profile.function_slots) {
            validator = None;
        }
    }
    operators.finish().or_invalid()?;
    if let Some(validator) = validator {
        validation.recycle(validator);
    }

    branches.against(profile.function_branches, function, &mut over.branches);
    slots.against(profile.function_slots, function, &mut over.slots);
    Ok(())
}

/// Refuses what [`read`] noted, rule by rule.
pub(crate) fn refuse(over: &Over, profile: &Profile) -> Result<(), Refusal> {
    use RefusalWord::{FunctionBranches, FunctionNesting, FunctionSlots};
    let rules = [
        (over.nesting, FunctionNesting, "nested blocks", profile.function_nesting),
        (over.branches, FunctionBranches, "targets of one br_table", profile.function_branches),
        (over.slots, FunctionSlots, "locals, operands and values of blocks", profile.function_slots),
    ];
    for (excess, word, what, limit) in rules {
        if let Some(Excess { function, value, at }) = excess {
            let name = indexed("function", function.into());
            let detail = format_args!("{value} {what} at byte {at}, profile {} has {limit}", profile.name);
            return Err(refuse_name(word, &name, detail));
        }
    }
    Ok(())
}

/// The parameters and results of all open blocks. An engine keeps room for them beside the operands.
#[derive(Default)]
struct Blocks {
    values: u64,
    /// The values of each, outermost first.
    each: Vec<u32>,
}

impl Blocks {
    fn open(&mut self, values: u32) {
        self.each.push(values);
        self.values += u64::from(values);
    }

    fn close(&mut self) {
        if let Some(values) = self.each.pop() {
            self.values -= u64::from(values);
        }
    }
}

/// How many parameters and results a block has.
fn block_type(module: &Module<'_>, ty: BlockType, at: u64) -> Result<u32, Refusal> {
    match ty {
        BlockType::Empty => Ok(0),
        BlockType::Type(ty) => shape::number(ty, at).map(|()| 1),
        BlockType::FuncType(ty) => match module.type_at(ty) {
            Some(ty) => Ok((ty.params().len() + ty.results().len()) as u32),
            None => Err(invalid(format_args!("block of type {ty}, which does not exist,"), at)),
        },
    }
}
