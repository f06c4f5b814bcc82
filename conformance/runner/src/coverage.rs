//! Nothing of the ABI is without a case: functions, the errors they list, the words of outcomes, the rules of the spec.

use std::collections::BTreeSet;

use device_abi::{FUNCTIONS, Limit, RefusalWord, TypeInfo};

use crate::{Case, Spec, case::TRAPS};

/// What may have no case, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exempt {
    /// What: `gpio.open#not-supported`, `refused out-of-memory`, `lowering#trace-text`.
    pub what: &'static str,
    /// Why there can be no case.
    pub why: &'static str,
}

/// Everything of the ABI that none of `cases` shows, each with the folder to create; and what is exempt for nothing.
#[must_use]
pub fn missing(cases: &[Case], exempt: &[Exempt]) -> Vec<String> {
    let mut wanted = Vec::new();
    wanted.extend(calls());
    wanted.extend(outcomes());
    let cited: BTreeSet<&str> = cases.iter().flat_map(|case| &case.spec).map(String::as_str).collect();
    let seen = Seen::of(cases);
    // Whether something is shown, and where it would be.
    let mut found: Vec<(String, bool, String)> =
        wanted.into_iter().map(|wanted| (wanted.what.clone(), seen.has(&wanted), wanted.folder)).collect();
    let spec = Spec::new();
    // What a function says as a whole, and the errors it lists, are shown by calls; the other rules must be cited.
    for rule in spec.citations().filter(|rule| rule.contains('#')) {
        if !found.iter().any(|(what, ..)| what == rule) {
            let area = rule.split(['.', '#']).next().filter(|area| *area != "lowering" && *area != "types");
            let condition = rule.split('#').nth(1).unwrap_or_default();
            let folder = format!("{}/{condition}", area.unwrap_or("<area>"));
            found.push((
                rule.to_owned(),
                cited.contains(rule),
                format!("{folder}, with spec = [\"{rule}\"]"),
            ));
        }
    }
    let is_exempt = |what: &str| exempt.iter().any(|exempt| exempt.what == what);
    let mut problems = Vec::new();
    for (what, is_shown, folder) in &found {
        match (is_shown, is_exempt(what)) {
            (false, false) => problems.push(format!("no case shows {what}: make conformance/cases/{folder}")),
            (true, true) => problems.push(format!("{what} is shown by a case: it needs no exemption")),
            _ => {}
        }
    }
    for exempt in exempt {
        if !found.iter().any(|(what, ..)| what == exempt.what) {
            problems.push(format!("{} is exempt, but there is no such thing", exempt.what));
        }
    }
    problems
}

/// Something that a case must show.
struct Wanted {
    what: String,
    kind: Kind,
    folder: String,
}

enum Kind {
    /// A function succeeds, or returns an error.
    Call { function: &'static str, error: Option<&'static str> },
    /// The first words of an outcome.
    Outcome,
}

/// Each function's success, and each error that it lists.
fn calls() -> Vec<Wanted> {
    let of = |function: &'static device_abi::FunctionInfo| {
        let (full, area, name) = (function.full_name, function.interface, function.name);
        let success = Wanted {
            what: full.to_owned(),
            kind: Kind::Call { function: full, error: None },
            folder: format!("{area}/{name}"),
        };
        let errors = function.errors.iter().map(move |code| Wanted {
            what: format!("{full}#{}", code.name()),
            kind: Kind::Call { function: full, error: Some(code.name()) },
            folder: format!("{area}/{name}-{}", code.name()),
        });
        std::iter::once(success).chain(errors)
    };
    FUNCTIONS.iter().flat_map(of).collect()
}

/// Each word of an outcome, and a trap at each argument that can break a rule.
fn outcomes() -> Vec<Wanted> {
    let one = |area: &str, what: String| {
        let condition = what.split(' ').skip(1).collect::<Vec<_>>().join("-").replace('.', "-");
        Wanted { what, kind: Kind::Outcome, folder: format!("{area}/{condition}") }
    };
    let traps = TRAPS.iter().map(|word| one("traps", format!("trap {word}")));
    let limits = Limit::ALL.iter().map(|limit| one("limits", format!("limit {limit}")));
    let refusals = RefusalWord::ALL.iter().map(|word| one("refused", format!("refused {word}")));
    let ends = ["exit 0", "stopped"].map(|end| one("exit", end.to_owned()));
    let violations = FUNCTIONS.iter().flat_map(|function| {
        let breakable = function.params.iter().filter(|param| can_violate(&param.ty));
        breakable.map(|param| {
            let what = format!("trap abi-violation {} {}", function.full_name, param.name);
            one(function.interface, what)
        })
    });
    traps.chain(limits).chain(refusals).chain(ends).chain(violations).collect()
}

/// Whether a guest can pass something of this type that no correct program passes (`lowering#broken-guests-trap`).
fn can_violate(ty: &TypeInfo) -> bool {
    match ty {
        TypeInfo::Bool | TypeInfo::U8 | TypeInfo::U16 | TypeInfo::Enum(_) | TypeInfo::Flags(_) => true,
        TypeInfo::Record(fields) => fields.iter().any(|field| can_violate(&field.ty)),
        TypeInfo::Bytes | TypeInfo::String | TypeInfo::Buffer | TypeInfo::List(_) | TypeInfo::Variant(_) => {
            true
        }
        TypeInfo::U32 | TypeInfo::S32 | TypeInfo::U64 | TypeInfo::S64 | TypeInfo::Handle => false,
    }
}

/// What the cases show.
struct Seen {
    calls: BTreeSet<(String, Option<String>)>,
    outcomes: Vec<String>,
}

impl Seen {
    fn of(cases: &[Case]) -> Self {
        let traces = cases.iter().filter_map(|case| case.expected.as_deref());
        let calls = traces.flat_map(str::lines).filter_map(call).collect();
        Self { calls, outcomes: cases.iter().map(|case| case.outcome.clone()).collect() }
    }

    fn has(&self, wanted: &Wanted) -> bool {
        match wanted.kind {
            Kind::Call { function, error } => {
                self.calls.contains(&(function.to_owned(), error.map(str::to_owned)))
            }
            Kind::Outcome => self.outcomes.iter().any(|outcome| {
                outcome
                    .strip_prefix(&wanted.what)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            }),
        }
    }
}

/// A line of a trace: the function, and the error that it returned. A call that trapped is neither.
fn call(line: &str) -> Option<(String, Option<String>)> {
    let (_, call) = line.split_once(" us  ")?;
    if call.contains(" -> trap ") {
        return None;
    }
    let function = call.split(' ').next()?;
    let error = call.rsplit_once(" -> error ").map(|(_, code)| code.to_owned());
    Some((function.to_owned(), error))
}
