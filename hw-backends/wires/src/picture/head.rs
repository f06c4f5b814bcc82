//! What stands above the lines: title, numbers, what was left out, legend.

use hw_core::backend::HeldBy;

use crate::{
    PinEvent, WireEvent, Wires,
    picture::{
        LogMark, PictureOptions,
        excerpt::Excerpt,
        lanes::{EDGE_PX, Lanes},
        legend::{Legend, Sample},
        pieces::Piece,
        svg::Svg,
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
    legend: Legend,
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
        Self { title, lines, legend: legend(excerpt, lanes) }
    }

    pub(super) fn height(&self) -> f64 {
        let title = if self.title.is_empty() { 0.0 } else { TITLE_PX };
        EDGE_PX / 2.0 + title + LINE_PX * self.lines.len() as f64 + self.legend.height() + EDGE_PX / 2.0
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
        self.legend.draw(svg, y + 6.0);
    }
}

/// What is in the picture, explained.
fn legend(excerpt: &Excerpt<'_>, lanes: &Lanes<'_>) -> Legend {
    let mut legend = Legend::new(lanes.width());
    if !lanes.buses.is_empty() {
        for (class, sample, meaning) in [
            ("mark", "S", "start"),
            ("mark", "Sr", "repeated start"),
            ("mark", "P", "stop"),
            ("write", "W", "write"),
            ("read", "R", "read"),
            ("refused", "N", "refused"),
        ] {
            legend.add(Sample::Box(class, sample), meaning);
        }
        legend.add(Sample::None, "A acknowledged, N not");
        let mut pieces = excerpt.transactions.iter().flat_map(|(_, pieces)| pieces);
        if pieces.any(Piece::is_failure) {
            legend.add(Sample::Box("refused", "?"), "not known");
            legend.add(Sample::Box("refused", "!"), "ended by another error");
        }
    }
    if !lanes.pins.is_empty() {
        legend.add(Sample::Line("guest"), "the guest drives");
        legend.add(Sample::Line("outside"), "the outside drives");
        legend.add(Sample::Line("float"), "floating or not known");
        let in_conflict = |event: &PinEvent| event.line.is_some_and(|line| line.held_by == HeldBy::Conflict);
        if excerpt.pins.iter().any(in_conflict) {
            legend.add(Sample::Line("conflict"), "both drive, against each other");
        }
    }
    if lanes.log.has_silent() {
        legend.add(Sample::None, "log +1: a message without room");
    }
    legend
}

/// The chips on a bus, if they are known.
fn chips(wires: &Wires, bus: u32) -> Option<String> {
    let on_bus = wires.layout.chips.iter().filter(|(other, ..)| *other == bus);
    let chips: Vec<String> = on_bus.map(|(_, address, name)| format!("{address:#04x} {name}")).collect();
    (!chips.is_empty()).then(|| text::line(&format!("i2c {bus}: {}", chips.join(", ")), LINE_CHARS))
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
