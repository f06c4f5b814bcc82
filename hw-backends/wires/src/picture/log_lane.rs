//! The lane of the guest's messages.

use device_abi::log::Level;

use crate::picture::{
    excerpt::Excerpt,
    lanes::{EDGE_PX, LEFT_PX, Lane},
    scale::ROW_PX,
    svg::{Path, Svg},
    text,
};

/// Messages that stand below each other, at most.
const MOST_DEEP: usize = 4;

const LINE_PX: f64 = 14.0;

/// Characters of a message that are shown, at most.
const MOST_CHARS: usize = 100;

/// Messages, and where they are.
#[derive(Debug)]
pub(super) struct LogLane<'e> {
    rows: Vec<Row<'e>>,
}

#[derive(Debug, Default)]
struct Row<'e> {
    messages: Vec<Message<'e>>,
    /// How far each of the lines below each other is taken.
    taken_px: Vec<f64>,
    /// Messages without room for their text.
    silent: u64,
}

#[derive(Debug)]
struct Message<'e> {
    /// When it was.
    px: f64,
    level: &'e Level,
    /// Where its text begins, how deep, and the text; `None` when there is no room.
    text: Option<(f64, usize, String)>,
}

impl<'e> LogLane<'e> {
    pub(super) fn of(excerpt: &'e Excerpt<'e>) -> Self {
        let mut rows: Vec<Row<'e>> = (0..excerpt.scale.rows()).map(|_| Row::default()).collect();
        for mark in &excerpt.log {
            let Some((row, px)) = excerpt.scale.place(mark.at_ns) else { continue };
            let row = &mut rows[row];
            let text = match mark.level {
                Level::Error | Level::Warn => format!("{}: {}", mark.level.name(), mark.text),
                Level::Info | Level::Debug | Level::Trace => mark.text.clone(),
            };
            let text = row.place(px, text::line(&text, MOST_CHARS));
            row.silent += u64::from(text.is_none());
            row.messages.push(Message { px, level: &mark.level, text });
        }
        Self { rows }
    }

    pub(super) fn height(&self, row: usize) -> f64 {
        match &self.rows[row] {
            row if row.messages.is_empty() => 0.0,
            row => LINE_PX * row.taken_px.len().max(1) as f64 + 4.0,
        }
    }

    pub(super) fn draw(&self, svg: &mut Svg, lane: Lane<'_>) {
        for (index, row) in self.rows.iter().enumerate().filter(|(_, row)| !row.messages.is_empty()) {
            let top = lane.top(index);
            svg.text("", EDGE_PX, top + 11.0, "log");
            if row.silent > 0 {
                let x = EDGE_PX + text::width_px("log") + 6.0;
                svg.text("muted small", x, top + 11.0, &format!("+{}", row.silent));
            }
            let mut ticks = Path::default();
            for message in &row.messages {
                let x = LEFT_PX + message.px;
                let deep = message.text.as_ref().map_or(0, |(_, deep, _)| *deep);
                ticks.start(x, top - 3.0);
                ticks.up_or_down(top + LINE_PX * deep as f64 + 12.0);
                if let Some((begin, deep, text)) = &message.text {
                    let y = top + LINE_PX * *deep as f64 + 11.0;
                    svg.text(class(*message.level), LEFT_PX + begin, y, text);
                }
            }
            svg.path("tick", ticks);
        }
    }
}

impl Row<'_> {
    /// Finds room for a text that belongs to `px`.
    fn place(&mut self, px: f64, text: String) -> Option<(f64, usize, String)> {
        let width = text::width_px(&text);
        let behind = px + 4.0;
        // At the end of a line, the text stands before its mark.
        let begin = if behind + width <= ROW_PX { behind } else { (px - 4.0 - width).max(0.0) };
        let deep = self.taken_px.iter().position(|taken| *taken + 8.0 <= begin);
        let deep = deep.unwrap_or(self.taken_px.len());
        if deep == MOST_DEEP {
            return None;
        }
        if deep == self.taken_px.len() {
            self.taken_px.push(0.0);
        }
        self.taken_px[deep] = begin + width;
        Some((begin, deep, text))
    }
}

fn class(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "",
        Level::Debug | Level::Trace => "muted",
    }
}
