//! Differences as text.

use std::fmt::{Display, Write};

use super::{Difference, Kind, Line, Place, Side, Summary};

/// A line of text about a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its first character: ` ` for what both traces have, `-` for what the first has, `+` for what the second has,
    /// `~` for a remark.
    pub mark: char,
    /// The whole line.
    pub text: String,
}

/// Says where a difference begins. `names` are those of the two traces.
#[must_use]
pub fn headline<T>(difference: &Difference<T>, names: [&str; 2]) -> String {
    let [a, b] = names;
    let first = difference.lines.iter().find(|line| !matches!(line.kind, Kind::Same(_)));
    match first {
        Some(Line { at, kind: Kind::Ends(Side::A) }) => {
            format!("{a} ends after {}, {b} goes on", calls(at.a - 1))
        }
        Some(Line { at, kind: Kind::Ends(Side::B) }) => {
            format!("{b} ends after {}, {a} goes on", calls(at.b - 1))
        }
        Some(Line { at, kind: Kind::Shifted(distance) }) => {
            format!("from {} on, {}", place(*at, names), shifted(*distance, b))
        }
        Some(Line { at, kind: Kind::Breaks(breach) }) => {
            format!("{b} breaks {} at {}: {breach}", breach.rule(), place(*at, names))
        }
        Some(Line { at, .. }) => format!("{a} and {b} differ at {}", place(*at, names)),
        None => String::new(),
    }
}

/// The lines of a difference, each with the number of its call in the first trace and in the second.
#[must_use]
pub fn rows<T: Display>(difference: &Difference<T>, names: [&str; 2]) -> Vec<Row> {
    let mut rows = Vec::new();
    for Line { at: Place { a, b }, kind } in &difference.lines {
        let only_a = |number: u64, call: &T| Row { mark: '-', text: format!("- {number:>6}         {call}") };
        let only_b = |number: u64, call: &T| Row { mark: '+', text: format!("+        {number:>6}  {call}") };
        let remark = |text: String| Row { mark: '~', text: format!("~ {text}") };
        match kind {
            Kind::Same(call) => rows.push(Row { mark: ' ', text: format!("  {a:>6} {b:>6}  {call}") }),
            Kind::Changed(call_a, call_b) => rows.extend([only_a(*a, call_a), only_b(*b, call_b)]),
            Kind::Only(Side::A, call) => rows.push(only_a(*a, call)),
            Kind::Only(Side::B, call) => rows.push(only_b(*b, call)),
            Kind::Shifted(distance) => {
                rows.push(remark(format!("from here on, {}", shifted(*distance, names[1]))));
            }
            Kind::Breaks(breach) => rows.push(remark(format!("{breach} ({})", breach.rule()))),
            Kind::Ends(side) => rows.push(remark(format!("{} ends here", names[*side as usize]))),
            Kind::InOrder(gap) => rows.push(remark(in_order(*gap, names))),
            Kind::Apart(calls_a, calls_b, within) => {
                rows.extend((*a..).zip(calls_a).map(|(number, call)| only_a(number, call)));
                rows.extend((*b..).zip(calls_b).map(|(number, call)| only_b(number, call)));
                rows.push(remark(apart(*within, names)));
            }
        }
    }
    rows
}

/// How many calls are equal and how many are not, in a sentence.
#[must_use]
pub fn summary(summary: &Summary, times: bool, names: [&str; 2]) -> String {
    let [a, b] = names;
    let hint = match (times, summary.native) {
        (true, false) => "",
        (true, true) => " (by order, values and least times)",
        (false, false) => " (times not compared)",
        (false, true) => " (by order and values)",
    };
    if summary.is_identical() {
        let alike = if summary.native { "alike" } else { "identical" };
        return format!("traces are {alike}, {}{hint}", calls(summary.equal));
    }
    let mut text = String::new();
    if summary.differs_in_times_only() {
        text += &format!("only times differ: {} equal", calls(summary.equal));
    } else {
        text += &format!("{} equal", calls(summary.equal));
        let others = [
            (summary.changed, "changed", ""),
            (summary.only_a, "only in ", a),
            (summary.only_b, "only in ", b),
        ];
        for (count, kind, name) in others.into_iter().filter(|(count, ..)| *count > 0) {
            let _ = write!(text, ", {count} {kind}{name}");
        }
        match summary.breaches {
            0 => {}
            1 => text += ", 1 rule of time broken",
            more => _ = write!(text, ", {more} times a rule of time broken"),
        }
    }
    text += hint;
    if let Some((at, distance)) = summary.first_shift {
        let _ = write!(text, "; from {} on, {}", place(at, names), shifted(distance, b));
        match summary.shifts - 1 {
            0 => {}
            1 => text += ", and the times shift once more",
            more => _ = write!(text, ", and the times shift {more} times more"),
        }
    }
    if let Some(at) = summary.in_order {
        let _ = write!(text, "; paired in order from {} on, perhaps wrongly", place(at, names));
    }
    if let Some(at) = summary.apart {
        let _ = write!(text, "; not compared from {} on", place(at, names));
    }
    text
}

/// Says that a trace has holes, so that it is not the same as any other.
#[must_use]
pub fn incomplete(name: &str, dropped_bytes: u64) -> String {
    let plural = if dropped_bytes == 1 { "" } else { "s" };
    format!("{name} is incomplete: its device dropped {dropped_bytes} byte{plural} of trace")
}

/// A duration in microseconds, with as many digits behind the point as it has.
fn duration(ns: u128) -> String {
    match ns % 1000 {
        0 => format!("{} us", ns / 1000),
        rest => format!("{}.{} us", ns / 1000, format!("{rest:03}").trim_end_matches('0')),
    }
}

fn shifted(distance_ns: i128, b: &str) -> String {
    let how_far = duration(distance_ns.unsigned_abs());
    match distance_ns {
        0 => format!("{b} is on time again"),
        1.. => format!("{b} is {how_far} later"),
        _ => format!("{b} is {how_far} earlier"),
    }
}

fn in_order(gap: usize, [a, b]: [&str; 2]) -> String {
    format!(
        "{a} and {b} do not come together again behind a gap of up to {gap} calls: from here on, calls are paired in order"
    )
}

fn apart(within: usize, [a, b]: [&str; 2]) -> String {
    format!("{a} and {b} do not come together again within {within} calls")
}

/// A call by its number; by two, if they are not the same.
fn place(at: Place, [a, b]: [&str; 2]) -> String {
    match at {
        Place { a: number, b: other } if number == other => format!("call {number}"),
        Place { a: number, b: other } => format!("call {number} of {a}, {other} of {b}"),
    }
}

fn calls(count: u64) -> String {
    format!("{count} call{}", if count == 1 { "" } else { "s" })
}
