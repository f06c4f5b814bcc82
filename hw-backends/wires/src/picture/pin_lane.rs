//! The lane of a pin: its level, and who makes it.

use device_abi::gpio::Level;

use crate::{
    PinChange,
    picture::{
        excerpt::Excerpt,
        lanes::{LEFT_PX, Lane},
        svg::{Path, Svg},
    },
};

/// What a pin's line is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Nobody has said.
    Unknown,
    /// The guest drives it.
    Guest(Level),
    /// Something outside, a resistor included, makes it so.
    Outside(Level),
}

impl Line {
    /// The classes of the lines that draw it.
    const CLASSES: [&'static str; 3] = ["float", "guest", "outside"];

    fn class(self) -> usize {
        match self {
            Self::Unknown => 0,
            Self::Guest(_) => 1,
            Self::Outside(_) => 2,
        }
    }

    /// How far below the top of the lane it is drawn.
    fn down_px(self, lane: Lane<'_>) -> f64 {
        match self {
            Self::Guest(Level::High) | Self::Outside(Level::High) => 3.0,
            Self::Unknown => lane.height_px / 2.0,
            Self::Guest(Level::Low) | Self::Outside(Level::Low) => lane.height_px - 3.0,
        }
    }
}

/// Draws pin `pin`.
pub(super) fn draw(svg: &mut Svg, excerpt: &Excerpt<'_>, pin: u32, lane: Lane<'_>) {
    let mut rows: Vec<[Path; 3]> = (0..lane.tops.len()).map(|_| Default::default()).collect();
    // Line, class and height at which the pen is.
    let mut pen: Option<(usize, usize, f64)> = None;
    for (from_ns, to_ns, line) in spans(excerpt, pin) {
        for (row, from, to) in excerpt.scale.spans(from_ns, to_ns) {
            let y = lane.top(row) + line.down_px(lane);
            let path = &mut rows[row][line.class()];
            match pen {
                Some((same, class, _)) if same == row && class == line.class() => {}
                Some((same, _, before)) if same == row => path.start(LEFT_PX + from, before),
                _ => path.start(LEFT_PX + from, y),
            }
            path.up_or_down(y);
            path.across(LEFT_PX + to);
            pen = Some((row, line.class(), y));
        }
    }
    for paths in rows {
        for (class, path) in Line::CLASSES.into_iter().zip(paths) {
            svg.path(class, path);
        }
    }
}

/// From when to when the pin's line is how.
fn spans(excerpt: &Excerpt<'_>, pin: u32) -> Vec<(u64, u64, Line)> {
    let mut spans: Vec<(u64, u64, Line)> = Vec::new();
    let (mut since_ns, mut line, mut is_output) = (0, Line::Unknown, false);
    for event in excerpt.pins.iter().filter(|event| event.pin == pin) {
        let next = match event.change {
            PinChange::Opened(_, Some(driven)) => Line::Guest(driven),
            PinChange::Opened(_, None) | PinChange::Closed => Line::Unknown,
            PinChange::Level(level) if is_output => Line::Guest(level),
            PinChange::Level(level) | PinChange::Outside(level) => Line::Outside(level),
        };
        is_output = match event.change {
            PinChange::Opened(_, driven) => driven.is_some(),
            PinChange::Closed => false,
            PinChange::Level(_) | PinChange::Outside(_) => is_output,
        };
        spans.push((since_ns, event.at_ns, line));
        (since_ns, line) = (event.at_ns, next);
    }
    spans.push((since_ns, excerpt.scale.end_ns(), line));
    spans
}
