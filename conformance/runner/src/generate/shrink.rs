//! Makes a program smaller that shows a difference, as long as it still shows one.

use super::program::{Calls, Guest, Program, Step, Value};

impl Program {
    /// The smallest program that [`smaller`](Program::smaller) leads to and that is still `bad`, looking at `looks` of them
    /// at most.
    pub(super) fn shrunk(mut self, mut looks: usize, mut bad: impl FnMut(&Self) -> bool) -> Self {
        loop {
            let candidates = self.smaller();
            let looked = candidates.len().min(looks);
            let found = candidates.into_iter().take(looks).enumerate().find(|(_, candidate)| bad(candidate));
            match found {
                Some((at, candidate)) => {
                    looks -= (at + 1).min(looks);
                    self = candidate;
                }
                None => return self,
            }
            if looked == 0 {
                return self;
            }
        }
    }

    /// Programs that are a little smaller, the boldest first.
    fn smaller(&self) -> Vec<Self> {
        let mut all = Vec::new();
        match &self.guest {
            Guest::Calls(calls) => {
                all.extend(smaller_calls(calls).into_iter().map(|calls| self.with(Guest::Calls(calls))));
            }
            Guest::Damaged(calls, changes) => {
                all.push(self.with(Guest::Calls(calls.clone())));
                // Other calls are another module, where other bytes are damaged; often they are the same ones.
                all.extend(without_some(changes).map(|less| self.with(Guest::Damaged(calls.clone(), less))));
                let less = |calls| self.with(Guest::Damaged(calls, changes.clone()));
                all.extend(smaller_calls(calls).into_iter().map(less));
            }
            Guest::Smith(bytes) => {
                // Two bytes choose the kind of module.
                let (kind, rest) = bytes.split_at(2.min(bytes.len()));
                let join = |rest: Vec<u8>| self.with(Guest::Smith([kind, &rest].concat()));
                all.extend(without_some(rest).map(join));
                let zeroed = chunks(rest.len())
                    .filter(|(at, count)| rest[*at..at + count].iter().any(|byte| *byte != 0));
                all.extend(zeroed.map(|(at, count)| {
                    let mut rest = rest.to_vec();
                    rest[at..at + count].fill(0);
                    join(rest)
                }));
            }
        }
        all.extend(self.smaller_worlds());
        all
    }

    fn with(&self, guest: Guest) -> Self {
        Self { guest, ..self.clone() }
    }

    fn smaller_worlds(&self) -> Vec<Self> {
        let mut all = Vec::new();
        let mut push = |change: &dyn Fn(&mut Self)| {
            let mut program = self.clone();
            change(&mut program);
            if program != *self {
                all.push(program);
            }
        };
        for steps in without_some(&self.world.steps) {
            push(&|program| program.world.steps.clone_from(&steps));
        }
        push(&|program| program.world.args.clear());
        push(&|program| program.world.limits.stop_after = None);
        push(&|program| program.world.limits.trace_bytes = None);
        push(&|program| program.world.seed = 0);
        push(&|program| program.world.second_bus = false);
        for chips in without_some(&self.world.chips) {
            push(&|program| program.world.chips.clone_from(&chips));
        }
        for parts in without_some(&self.world.parts) {
            push(&|program| program.world.parts.clone_from(&parts));
        }
        all
    }
}

fn smaller_calls(calls: &Calls) -> Vec<Calls> {
    let mut all = Vec::new();
    let mut push = |smaller: Calls| {
        if smaller != *calls {
            all.push(smaller);
        }
    };
    push(Calls { on_event: None, ..calls.clone() });
    push(Calls { start: Vec::new(), ..calls.clone() });
    push(Calls { data: Vec::new(), ..calls.clone() });
    for run in smaller_steps(&calls.run) {
        push(Calls { run, ..calls.clone() });
    }
    for start in smaller_steps(&calls.start) {
        push(Calls { start, ..calls.clone() });
    }
    for on_event in calls.on_event.iter().flat_map(|steps| smaller_steps(steps)) {
        push(Calls { on_event: Some(on_event), ..calls.clone() });
    }
    push(Calls { result: Value::Number(0), ..calls.clone() });
    push(Calls { maximum: None, ..calls.clone() });
    push(Calls { pages: 1, ..calls.clone() });
    for data in without_some(&calls.data) {
        push(Calls { data, ..calls.clone() });
    }
    all
}

/// Fewer steps, then simpler ones.
fn smaller_steps(steps: &[Step]) -> Vec<Vec<Step>> {
    let mut all: Vec<Vec<Step>> = without_some(steps).collect();
    for (at, step) in steps.iter().enumerate() {
        let with = |instead: &[Step]| [&steps[..at], instead, &steps[at + 1..]].concat();
        match step {
            Step::Repeat { times, steps: inner } => {
                all.push(with(inner));
                all.extend(
                    smaller_numbers((*times).into())
                        .map(|times| with(&[Step::Repeat { times: times as u8, steps: inner.clone() }])),
                );
                all.extend(
                    smaller_steps(inner)
                        .into_iter()
                        .map(|steps| with(&[Step::Repeat { times: *times, steps }])),
                );
            }
            Step::IfFailed { kept, steps: inner } => {
                all.push(with(inner));
                all.extend(
                    smaller_steps(inner)
                        .into_iter()
                        .map(|steps| with(&[Step::IfFailed { kept: *kept, steps }])),
                );
            }
            step => all.extend(smaller_step(step).into_iter().map(|step| with(&[step]))),
        }
    }
    all
}

/// Simpler forms of a step without steps inside.
fn smaller_step(step: &Step) -> Vec<Step> {
    match step {
        Step::Call { function, arguments, keep, indirect } => {
            let call =
                |arguments, keep, indirect| Step::Call { function: *function, arguments, keep, indirect };
            let mut all = Vec::new();
            if *indirect {
                all.push(call(arguments.clone(), *keep, false));
            }
            if keep.is_some() {
                all.push(call(arguments.clone(), None, *indirect));
            }
            for (at, argument) in arguments.iter().enumerate() {
                all.extend(smaller_values(*argument).into_iter().map(|value| {
                    let mut arguments = arguments.clone();
                    arguments[at] = value;
                    call(arguments, *keep, *indirect)
                }));
            }
            all
        }
        Step::Store { address, bytes } => {
            without_some(bytes).map(|bytes| Step::Store { address: *address, bytes }).collect()
        }
        Step::Fill { address, byte, len } => smaller_numbers((*len).into())
            .map(|len| Step::Fill { address: *address, byte: *byte, len: len as u32 })
            .collect(),
        Step::Copy { to, from, len } => smaller_numbers((*len).into())
            .map(|len| Step::Copy { to: *to, from: *from, len: len as u32 })
            .collect(),
        Step::Checksum { address, len } => smaller_numbers((*len).into())
            .map(|len| Step::Checksum { address: *address, len: len as u32 })
            .collect(),
        Step::Recurse { depth } => {
            smaller_numbers((*depth).into()).map(|depth| Step::Recurse { depth: depth as u8 }).collect()
        }
        Step::Grow { .. } | Step::Trap(_) | Step::Repeat { .. } | Step::IfFailed { .. } => Vec::new(),
    }
}

fn smaller_values(value: Value) -> Vec<Value> {
    match value {
        Value::Number(number) => smaller_numbers(number).map(Value::Number).collect(),
        Value::Kept(_) | Value::Event(_) => vec![Value::Number(0), Value::Number(1)],
    }
}

/// Lower numbers, the lowest first.
fn smaller_numbers(number: u64) -> impl Iterator<Item = u64> {
    let candidates = [0, 1, number / 2, number.saturating_sub(1)];
    let mut last = None;
    candidates
        .into_iter()
        .filter(move |candidate| *candidate < number && last.replace(*candidate) != Some(*candidate))
}

/// Runs of elements: start and length, from everything down to each single one.
fn chunks(len: usize) -> impl Iterator<Item = (usize, usize)> {
    let sizes =
        std::iter::successors(Some(len), |size| (*size > 1).then_some(size / 2)).filter(|size| *size > 0);
    sizes.flat_map(move |size| (0..len).step_by(size).map(move |at| (at, size.min(len - at))))
}

/// The same list without some of it, the shortest first.
fn without_some<T: Clone>(list: &[T]) -> impl Iterator<Item = Vec<T>> + use<'_, T> {
    chunks(list.len()).map(|(at, count)| [&list[..at], &list[at + count..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_can_be_left_out() {
        let lists: Vec<Vec<u8>> = without_some(&[1, 2, 3]).collect();
        assert_eq!(lists, [vec![], vec![2, 3], vec![1, 3], vec![1, 2]]);
        assert_eq!(without_some::<u8>(&[]).count(), 0);
    }

    #[test]
    fn numbers_only_get_lower() {
        for number in [0, 1, 2, 3, 1000, u64::MAX] {
            assert!(smaller_numbers(number).all(|smaller| smaller < number), "{number}");
        }
        assert_eq!(smaller_numbers(1).collect::<Vec<_>>(), [0]);
    }
}
