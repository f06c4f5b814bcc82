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
    /// Beginnings and ends of the texts on each of the lines below each other.
    taken_px: Vec<Vec<(f64, f64)>>,
}

#[derive(Debug)]
struct Message<'e> {
    /// When it was.
    px: f64,
    level: &'e Level,
    text: String,
    /// Where its text begins, and how deep; `None` when there is no room.
    place: Option<(f64, usize)>,
}

impl<'e> LogLane<'e> {
    pub(super) fn of(excerpt: &'e Excerpt<'e>) -> Self {
        let mut rows: Vec<Row<'e>> = (0..excerpt.scale.rows()).map(|_| Row::default()).collect();
        for mark in &excerpt.log {
            let Some((row, px)) = excerpt.scale.place(mark.at_ns) else { continue };
            let text = match mark.level {
                Level::Error | Level::Warn => format!("{}: {}", mark.level.name(), mark.text),
                Level::Info | Level::Debug | Level::Trace => mark.text.clone(),
            };
            let text = text::line(&text, MOST_CHARS);
            rows[row].messages.push(Message { px, level: &mark.level, text, place: None });
        }
        rows.iter_mut().for_each(Row::arrange);
        Self { rows }
    }

    /// Whether there are messages without room for their text.
    pub(super) fn has_silent(&self) -> bool {
        self.rows.iter().any(|row| row.silent() > 0)
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
            if row.silent() > 0 {
                let x = EDGE_PX + text::width_px("log") + 6.0;
                svg.text("muted small", x, top + 11.0, &format!("+{}", row.silent()));
            }
            let mut ticks = Path::default();
            for message in &row.messages {
                row.tick(&mut ticks, message, top);
                if let Some((begin, deep)) = message.place {
                    let y = top + LINE_PX * deep as f64 + 11.0;
                    svg.text(class(*message.level), LEFT_PX + begin, y, &message.text);
                }
            }
            svg.path("tick", ticks);
        }
    }
}

impl Row<'_> {
    /// Finds room for the texts, for those that matter most first.
    fn arrange(&mut self) {
        let mut order: Vec<usize> = (0..self.messages.len()).collect();
        order.sort_by_key(|&index| self.messages[index].level);
        for index in order {
            let Message { px, text, .. } = &self.messages[index];
            self.messages[index].place = place(&mut self.taken_px, *px, text::width_px(text));
        }
    }

    /// Messages without room for their text.
    fn silent(&self) -> usize {
        self.messages.iter().filter(|message| message.place.is_none()).count()
    }

    /// Draws the tick of a message down to its text, but not through the texts of others.
    fn tick(&self, ticks: &mut Path, message: &Message<'_>, top: f64) {
        let (x, deep) = (LEFT_PX + message.px, message.place.map_or(0, |(_, deep)| deep));
        ticks.start(x, top - 3.0);
        for line in 0..=deep {
            let y = top + LINE_PX * line as f64;
            let is_in_text = |&(begin, end): &(f64, f64)| begin <= message.px && message.px <= end;
            if self.taken_px.get(line).is_some_and(|taken| taken.iter().any(is_in_text)) {
                ticks.up_or_down(y);
                ticks.start(x, y + LINE_PX - 1.0);
            }
        }
        ticks.up_or_down(top + LINE_PX * deep as f64 + 12.0);
    }
}

/// Finds room for a text that belongs to `px`.
fn place(taken_px: &mut Vec<Vec<(f64, f64)>>, px: f64, width: f64) -> Option<(f64, usize)> {
    let behind = px + 4.0;
    // At the end of a line, the text stands before its mark.
    let begin = if behind + width <= ROW_PX { behind } else { (px - 4.0 - width).max(0.0) };
    let end = begin + width;
    let is_free = |taken: &Vec<(f64, f64)>| {
        taken.iter().all(|&(other_begin, other_end)| other_end + 8.0 <= begin || end + 8.0 <= other_begin)
    };
    let deep = taken_px.iter().position(is_free).unwrap_or(taken_px.len());
    if deep == MOST_DEEP {
        return None;
    }
    if deep == taken_px.len() {
        taken_px.push(Vec::new());
    }
    taken_px[deep].push((begin, end));
    Some((begin, deep))
}

fn class(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warn => "warn",
        Level::Info => "",
        Level::Debug | Level::Trace => "muted",
    }
}
