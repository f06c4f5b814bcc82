//! The lane of a pin: its level, and who makes it.

use device_abi::gpio::Level;
use hw_core::backend::{HeldBy, Line};

use crate::picture::{
    excerpt::Excerpt,
    lanes::{LEFT_PX, Lane},
    svg::{Path, Svg},
};

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// It floats, or nobody knows.
    Float,
    /// The guest drives it.
    Guest,
    /// Something outside, a resistor included, makes it so.
    Outside,
    /// Both drive, against each other.
    Conflict,
}

impl Look {
    /// The classes of the lines that draw it.
    const CLASSES: [&'static str; 4] = ["float", "guest", "outside", "conflict"];

    fn of(line: Option<Line>) -> Self {
        match line.map(|line| line.held_by) {
            None | Some(HeldBy::Nothing) => Self::Float,
            Some(HeldBy::Pin) => Self::Guest,
            Some(HeldBy::World | HeldBy::Pull) => Self::Outside,
            Some(HeldBy::Conflict) => Self::Conflict,
        }
    }
}

/// How far below the top of the lane a line is drawn.
fn down_px(line: Option<Line>, lane: Lane<'_>) -> f64 {
    match line {
        None | Some(Line { held_by: HeldBy::Nothing, .. }) => lane.height_px / 2.0,
        Some(Line { level: Level::High, .. }) => 3.0,
        Some(Line { level: Level::Low, .. }) => lane.height_px - 3.0,
    }
}

/// Draws pin `pin`, whose line is at first `at_rest`.
pub(super) fn draw(svg: &mut Svg, excerpt: &Excerpt<'_>, pin: u32, at_rest: Option<Line>, lane: Lane<'_>) {
    let mut rows: Vec<[Path; 4]> = (0..lane.tops.len()).map(|_| Default::default()).collect();
    // Line, class and height within the lane at which the pen is.
    let mut pen: Option<(usize, usize, f64)> = None;
    for (from_ns, to_ns, line) in spans(excerpt, pin, at_rest) {
        let class = Look::of(line) as usize;
        for (row, from, to) in excerpt.scale.spans(from_ns, to_ns) {
            let (top, down) = (lane.top(row), down_px(line, lane));
            let path = &mut rows[row][class];
            // An edge where a line begins is drawn there.
            let before = pen.map_or(down, |(.., before)| before);
            if pen.is_none_or(|(same, of, _)| (same, of) != (row, class)) {
                path.start(LEFT_PX + from, top + before);
            }
            if before != down {
                path.up_or_down(top + down);
            }
            path.across(LEFT_PX + to);
            pen = Some((row, class, down));
        }
    }
    for paths in rows {
        for (class, path) in Look::CLASSES.into_iter().zip(paths) {
            svg.path(class, path);
        }
    }
}

/// From when to when the pin's line is how.
fn spans(excerpt: &Excerpt<'_>, pin: u32, at_rest: Option<Line>) -> Vec<(u64, u64, Option<Line>)> {
    let mut spans = Vec::new();
    let (mut since_ns, mut line) = (0, at_rest);
    for event in excerpt.pins.iter().filter(|event| event.pin == pin) {
        spans.push((since_ns, event.at_ns, line));
        (since_ns, line) = (event.at_ns, event.line);
    }
    spans.push((since_ns, excerpt.scale.end_ns(), line));
    spans
}
