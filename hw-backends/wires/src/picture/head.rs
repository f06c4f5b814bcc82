//! What stands above the lines: title, numbers, what was left out, legend.

use hw_core::backend::HeldBy;

use crate::{
    PinEvent, WireEvent, Wires,
    picture::{
        LogMark, PictureOptions,
        excerpt::Excerpt,
        lanes::{EDGE_PX, Lanes},
        pieces::Piece,
        svg::{Path, Svg},
        text::{self, count},
        time_text,
    },
};

const TITLE_PX: f64 = 22.0;
const LINE_PX: f64 = 17.0;
const TITLE_CHARS: usize = 110;
const LINE_CHARS: usize = 160;

/// The head of a picture.
#[derive(Debug)]
pub(super) struct Head {
    title: String,
    lines: Vec<(&'static str, String)>,
    buses: bool,
    pins: bool,
    /// Whether a transaction failed for another reason than a missing acknowledge.
    failed: bool,
    /// Whether guest and outside drove against each other.
    conflict: bool,
}

/// How many of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Numbers {
    transactions: u64,
    pin_changes: u64,
    messages: u64,
}

impl Head {
    pub(super) fn of(
        wires: &Wires,
        log: &[LogMark],
        options: &PictureOptions,
        excerpt: &Excerpt<'_>,
        lanes: &Lanes<'_>,
    ) -> Self {
        let all = Numbers::of(wires, log, options);
        let shown = Numbers {
            transactions: excerpt.transactions.len() as u64,
            pin_changes: excerpt.pins.len() as u64,
            messages: excerpt.log.len() as u64,
        };
        let mut lines =
            vec![("muted", format!("{}; {} of device time", all.list(), time_text::rough(wires.end_ns)))];
        lines.extend(lanes.buses.iter().filter_map(|&bus| chips(wires, bus)).map(|line| ("muted", line)));
        if all == (Numbers { transactions: 0, pin_changes: 0, messages: 0 }) {
            lines.push(("", "nothing went over the wires".to_owned()));
        } else if shown != all {
            let until = time_text::rough(excerpt.scale.end_ns());
            lines.push(("note", format!("only the first {until}: {}", shown.of_all(all))));
        }
        let title = text::line(&options.title, TITLE_CHARS);
        let failed = excerpt.transactions.iter().flat_map(|(_, pieces)| pieces).any(Piece::is_failure);
        let in_conflict = |event: &PinEvent| event.line.is_some_and(|line| line.held_by == HeldBy::Conflict);
        let conflict = excerpt.pins.iter().any(in_conflict);
        Self { title, lines, buses: !lanes.buses.is_empty(), pins: !lanes.pins.is_empty(), failed, conflict }
    }

    pub(super) fn height(&self) -> f64 {
        let title = if self.title.is_empty() { 0.0 } else { TITLE_PX };
        let legend = if self.buses || self.pins { LINE_PX + 6.0 } else { 0.0 };
        EDGE_PX / 2.0 + title + LINE_PX * self.lines.len() as f64 + legend + EDGE_PX / 2.0
    }

    pub(super) fn draw(&self, svg: &mut Svg) {
        let mut y = EDGE_PX / 2.0;
        if !self.title.is_empty() {
            y += TITLE_PX;
            svg.text("title", EDGE_PX, y - 6.0, &self.title);
        }
        for (class, line) in &self.lines {
            y += LINE_PX;
            svg.text(class, EDGE_PX, y - 4.0, line);
        }
        self.draw_legend(svg, y + 6.0);
    }

    fn draw_legend(&self, svg: &mut Svg, top: f64) {
        let mut legend = Legend { svg, x: EDGE_PX, top };
        if self.buses {
            legend.sample_box("mark", "S", "start");
            legend.sample_box("mark", "Sr", "repeated start");
            legend.sample_box("mark", "P", "stop");
            legend.sample_box("write", "W", "write");
            legend.sample_box("read", "R", "read");
            legend.sample_box("refused", "N", "refused");
            legend.words("A acknowledged, N not");
            if self.failed {
                legend.sample_box("refused", "?", "not known");
                legend.sample_box("refused", "!", "ended by another error");
            }
        }
        if self.pins {
            legend.sample_line("guest", "the guest drives");
            legend.sample_line("outside", "the outside drives");
            legend.sample_line("float", "floating or not known");
            if self.conflict {
                legend.sample_line("conflict", "both drive, against each other");
            }
        }
    }
}

/// The chips on a bus, if they are known.
fn chips(wires: &Wires, bus: u32) -> Option<String> {
    let on_bus = wires.layout.chips.iter().filter(|(other, ..)| *other == bus);
    let chips: Vec<String> = on_bus.map(|(_, address, name)| format!("{address:#04x} {name}")).collect();
    (!chips.is_empty()).then(|| text::line(&format!("i2c {bus}: {}", chips.join(", ")), LINE_CHARS))
}

struct Legend<'s> {
    svg: &'s mut Svg,
    x: f64,
    top: f64,
}

impl Legend<'_> {
    fn sample_box(&mut self, class: &str, sample: &str, meaning: &str) {
        self.svg.rect(class, self.x, self.top + 1.0, 16.0, 13.0);
        self.svg.text("small center", self.x + 8.0, self.top + 11.0, sample);
        self.x += 20.0;
        self.words(meaning);
    }

    fn sample_line(&mut self, class: &str, meaning: &str) {
        let mut sample = Path::default();
        sample.start(self.x, self.top + 8.0);
        sample.across(self.x + 16.0);
        self.svg.path(class, sample);
        self.x += 20.0;
        self.words(meaning);
    }

    fn words(&mut self, words: &str) {
        self.svg.text("muted small", self.x, self.top + 11.0, words);
        self.x += text::width_px(words) + 8.0;
    }
}

impl Numbers {
    fn of(wires: &Wires, log: &[LogMark], options: &PictureOptions) -> Self {
        let is_transaction = |event: &&WireEvent| matches!(event, WireEvent::I2c(_));
        let transactions = wires.events.iter().filter(is_transaction).count();
        let pin_changes = wires.events.len() - transactions;
        Self {
            transactions: transactions as u64 + wires.left_out.transactions,
            pin_changes: pin_changes as u64 + wires.left_out.pin_changes,
            messages: log.len() as u64 + options.log_left_out,
        }
    }

    fn list(self) -> String {
        let Self { transactions, pin_changes, messages } = self;
        let [transactions, pin_changes, messages] = [
            count(transactions, "transaction"),
            count(pin_changes, "pin change"),
            count(messages, "message"),
        ];
        format!("{transactions}, {pin_changes}, {messages}")
    }

    /// How many of `all` these are; what there is none of is not mentioned.
    fn of_all(self, all: Self) -> String {
        let parts = [
            (self.transactions, all.transactions, "transaction"),
            (self.pin_changes, all.pin_changes, "pin change"),
            (self.messages, all.messages, "message"),
        ];
        let parts = parts.into_iter().filter(|(_, all, _)| *all > 0);
        let parts: Vec<_> =
            parts.map(|(some, all, what)| format!("{some} of {}", count(all, what))).collect();
        parts.join(", ")
    }
}
