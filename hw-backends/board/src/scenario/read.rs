//! From the tables of a scenario file to its steps.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Scenario, action, keys,
    step::{Action, Moment, Step},
    text::{Ms, ns_of_ms},
};
use crate::{
    Board,
    file::{Key, Located, Problems, Section, hint, quote},
};

/// Reads what can be read; the rest is in `problems`. `file` is what reports call it.
pub(super) fn scenario(
    root: &Spanned<DeTable<'_>>,
    file: &str,
    board: &Board,
    problems: &mut Problems,
) -> Scenario {
    let root = Section::root(root, keys::ROOT, problems);
    let seed = root.unsigned(&keys::SEED, problems).map(|seed| seed.value);
    let elements = root.array(&keys::STEP, problems);
    if elements.is_empty() && root.value(keys::STEP.name).is_none_or(|value| value.get_ref().is_array()) {
        problems.add(root.line(), "nothing happens: there is no [[step]]".to_owned());
    }
    let mut clock = Clock::default();
    let mut steps = Vec::new();
    for (index, value) in elements.iter().enumerate() {
        let place = format!("step {}", index + 1);
        let Some((section, kind)) = open(&place, value, problems) else { continue };
        if let Some(end) = &clock.end {
            problems.add(section.line(), format!("{place} comes after {end}, which ends the run"));
        }
        let moment = clock.moment(&place, section, problems);
        clock.passed(&place, &kind);
        let Some(action) = action::read(&place, section, &kind, board, problems) else { continue };
        if let Action::ExpectNo { for_ns, .. } = action {
            clock.lasted(&place, for_ns);
        }
        let line = problems.line(value.span());
        steps.push(Step { line, moment, action });
    }
    Scenario { file: file.to_owned(), seed, steps }
}

/// Opens a step, which has one of the keys that say what it does.
fn open<'f, 'i>(
    place: &'f str,
    value: &'f Spanned<DeValue<'i>>,
    problems: &mut Problems,
) -> Option<(Section<'f, 'i>, Key)> {
    let section = Section::open_any(place, value, problems)?;
    let kinds = keys::kinds();
    let said: Vec<_> = kinds.iter().filter(|kind| section.value(kind.name).is_some()).collect();
    match said[..] {
        [kind] => Some((Section::open(place, value, &kind.keys, problems)?, kind.keys[0])),
        [one, other, ..] => {
            let both = format!("{:?} and {:?}", one.name, other.name);
            problems.add(section.line(), format!("{place} has {both}, and a step does one thing"));
            None
        }
        [] => {
            let names: Vec<_> = kinds.iter().map(|kind| kind.name).collect();
            let known = || names.iter().copied().chain([keys::AT_MS.name, keys::AFTER_MS.name]);
            let mut unknown = false;
            for (key, _) in
                section.entries(problems).iter().filter(|(key, _)| known().all(|name| name != key.value))
            {
                let hint = hint(key.value, known());
                problems.add(key.line, format!("unknown key {} in {place}{hint}", quote(key.value)));
                unknown = true;
            }
            if !unknown {
                let names = names.join(", ");
                problems.add(section.line(), format!("{place} does nothing: needs one of {names}"));
            }
            None
        }
    }
}

/// How far the steps that were read have come at least.
#[derive(Debug, Default)]
struct Clock {
    /// The earliest time of the last step.
    earliest_ns: u64,
    /// Whether it may happen later than that.
    floating: bool,
    /// What the last step is called, or its end if it lasts; empty before the first.
    last: String,
    /// The step that ends the run.
    end: Option<String>,
}

impl Clock {
    /// When a step begins. A time before the earliest possible one is a problem.
    fn moment(&mut self, place: &str, section: Section<'_, '_>, problems: &mut Problems) -> Moment {
        let at = section.number(&keys::AT_MS, problems);
        let after = section.number(&keys::AFTER_MS, problems);
        if let (Some(_), Some(after)) = (at, after) {
            problems.add(after.line, format!("{place} has \"at-ms\" and \"after-ms\", and happens once"));
        }
        let Some(Located { value, line }) = at else {
            let ns = after.map_or(0, |after| ns_of_ms(after.value));
            self.earliest_ns = self.earliest_ns.saturating_add(ns);
            return Moment::After(ns);
        };
        let at_ns = ns_of_ms(value);
        if at_ns < self.earliest_ns {
            let (last, earliest) = (&self.last, Ms(self.earliest_ns));
            let at_least = if self.floating { " at the earliest" } else { "" };
            let message = format!("{place} is at {}, before {last} at {earliest}{at_least}", Ms(at_ns));
            problems.add(line, message);
        }
        self.earliest_ns = self.earliest_ns.max(at_ns);
        // From a step with a time of its own on, times are known again.
        self.floating = false;
        Moment::At(at_ns)
    }

    /// Notes that a step called `place` comes next, which happens when it begins, or later if it waits.
    fn passed(&mut self, place: &str, kind: &Key) {
        place.clone_into(&mut self.last);
        self.floating |= [keys::EXPECT_LOG.name, keys::EXPECT_CALL.name].contains(&kind.name);
        if kind.name == keys::END.name && self.end.is_none() {
            self.end = Some(place.to_owned());
        }
    }

    /// Notes that the step called `place` lasts so long.
    fn lasted(&mut self, place: &str, ns: u64) {
        self.last = format!("the end of {place}");
        self.earliest_ns = self.earliest_ns.saturating_add(ns);
    }
}
