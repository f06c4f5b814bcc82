//! Which part of a run is in the picture: its beginning, as far as there is room.

use crate::{
    PinEvent, WireEvent, Wires,
    picture::{
        LogMark,
        pieces::{Piece, pieces},
        scale::{Demand, Scale},
    },
};

/// The most pieces, edges and messages together: each takes up to some 250 bytes of the file.
const MOST_ITEMS: usize = 3_000;

/// A message takes the room of so many other things.
const LOG_ITEMS: usize = 3;

/// What is shown.
#[derive(Debug)]
pub(super) struct Excerpt<'w> {
    /// Bus number and pieces of each transaction.
    pub(super) transactions: Vec<(u32, Vec<Piece>)>,
    pub(super) pins: Vec<PinEvent>,
    pub(super) log: Vec<&'w LogMark>,
    pub(super) scale: Scale,
}

impl<'w> Excerpt<'w> {
    pub(super) fn of(wires: &'w Wires, log: &'w [LogMark]) -> Self {
        let mut log: Vec<&LogMark> = log.iter().collect();
        log.sort_by_key(|mark| mark.at_ns);
        let messages = log.len();
        let mut log_left = log.into_iter().peekable();
        let (mut transactions, mut pins, mut log) = (Vec::new(), Vec::new(), Vec::new());
        let mut items = 0;
        let mut events = wires.events.iter();
        let mut is_whole = wires.left_out == Default::default();
        for event in &mut events {
            while let Some(mark) = log_left.next_if(|mark| mark.at_ns < event.at_ns() && items < MOST_ITEMS) {
                items += LOG_ITEMS;
                log.push(mark);
            }
            if items >= MOST_ITEMS {
                is_whole = false;
                break;
            }
            match event {
                WireEvent::I2c(transaction) if wires.layout.buses.contains(&transaction.bus) => {
                    let pieces = pieces(transaction);
                    items += pieces.len();
                    transactions.push((transaction.bus, pieces));
                }
                WireEvent::Pin(event) if wires.layout.pins.iter().any(|&(pin, _)| pin == event.pin) => {
                    items += 1;
                    pins.push(*event);
                }
                WireEvent::I2c(_) | WireEvent::Pin(_) => {}
            }
        }
        if is_whole {
            let room = MOST_ITEMS.saturating_sub(items) / LOG_ITEMS;
            log.extend(log_left.take(room));
            is_whole = log.len() == messages;
        }
        let scale = scale(&transactions, &pins, &log, is_whole.then_some(wires.end_ns));
        // A line too many, and what is on it is not in the picture.
        transactions.retain(|(_, pieces)| {
            pieces.first().is_some_and(|first| {
                scale.place(first.from_ns).is_some_and(|_| first.from_ns < scale.end_ns())
            })
        });
        pins.retain(|event| scale.place(event.at_ns).is_some());
        log.retain(|mark| scale.place(mark.at_ns).is_some());
        Self { transactions, pins, log, scale }
    }
}

fn scale(
    transactions: &[(u32, Vec<Piece>)],
    pins: &[PinEvent],
    log: &[&LogMark],
    end_ns: Option<u64>,
) -> Scale {
    let pieces = || transactions.iter().flat_map(|(_, pieces)| pieces);
    let mut marks = vec![0];
    marks.extend(end_ns);
    marks.extend(pieces().flat_map(|piece| [piece.from_ns, piece.to_ns]));
    marks.extend(pins.iter().map(|event| event.at_ns));
    marks.extend(log.iter().map(|mark| mark.at_ns));
    let demand = |piece: &Piece| {
        let &Piece { from_ns, to_ns, .. } = piece;
        let px = piece.needs_px().filter(|_| from_ns < to_ns)?;
        Some(Demand { from_ns, to_ns, px })
    };
    let demands: Vec<Demand> = pieces().filter_map(demand).collect();
    let ends = |(_, pieces): &(u32, Vec<Piece>)| Some((pieces.first()?.from_ns, pieces.last()?.to_ns));
    let spans: Vec<(u64, u64)> = transactions.iter().filter_map(ends).collect();
    // As wide as the fastest bits.
    let idle_px = pieces().filter_map(Piece::bit_px_per_ns).max_by(f64::total_cmp);
    Scale::new(marks, &demands, &spans, idle_px)
}
