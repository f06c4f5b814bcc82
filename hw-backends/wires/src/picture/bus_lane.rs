//! The lane of a bus: its transactions, byte by byte.

use crate::picture::{
    excerpt::Excerpt,
    lanes::{LEFT_PX, Lane},
    pieces::{Piece, PieceKind},
    scale::ROW_PX,
    svg::{Path, Svg},
    text, time_text,
};

/// The place of the acknowledge in a byte, pixels.
const ACKNOWLEDGE_PX: f64 = 11.0;

/// Draws the traffic of `bus`.
pub(super) fn draw(svg: &mut Svg, excerpt: &Excerpt<'_>, bus: u32, lane: Lane<'_>) {
    for row in 0..lane.tops.len() {
        let steps = excerpt.scale.row(row);
        let end_px = steps.last().map_or(ROW_PX, |step| step.to_px);
        let mut idle = Path::default();
        idle.start(LEFT_PX, middle(lane, row));
        idle.across(LEFT_PX + end_px);
        svg.path("idle", idle);
    }
    for (_, pieces) in excerpt.transactions.iter().filter(|(other, _)| *other == bus) {
        for piece in pieces {
            for (index, (row, from, to)) in
                excerpt.scale.spans(piece.from_ns, piece.to_ns).into_iter().enumerate()
            {
                let place = Place { lane, row, from: LEFT_PX + from, to: LEFT_PX + to };
                // A piece that goes on in the next line is written in the first.
                draw_piece(svg, piece, place, index == 0);
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Place<'t> {
    lane: Lane<'t>,
    row: usize,
    from: f64,
    to: f64,
}

fn middle(lane: Lane<'_>, row: usize) -> f64 {
    lane.top(row) + lane.height_px / 2.0
}

fn draw_piece(svg: &mut Svg, piece: &Piece, place: Place<'_>, is_first: bool) {
    match piece.kind {
        PieceKind::Start { again } => {
            draw_box(svg, "mark", place, if again { "Sr" } else { "S" }, is_first);
        }
        PieceKind::Stop { failed: false } => draw_box(svg, "mark", place, "P", is_first),
        PieceKind::Stop { failed: true } => draw_box(svg, "refused", place, "!", is_first),
        PieceKind::Address { address, reads, acknowledged } => {
            let direction = if reads { 'R' } else { 'W' };
            let class = if acknowledged { direction_class(reads) } else { "refused" };
            draw_byte(svg, class, place, &format!("{address:#04x} {direction}"), acknowledged, is_first);
        }
        PieceKind::Byte { value, reads, acknowledged } => {
            // Of a read, it is the controller that does not acknowledge the last byte: that is how a read ends.
            let class = if acknowledged || reads { direction_class(reads) } else { "refused" };
            draw_byte(svg, class, place, &format!("{value:02x}"), acknowledged, is_first);
        }
        PieceKind::Unknown => draw_box(svg, "refused", place, "?", is_first),
        PieceKind::Stuck => draw_box(svg, "refused", place, "data low", is_first),
        PieceKind::Elided { bytes, reads } => {
            let label = format!("… {bytes} more …");
            draw_box(svg, direction_class(reads), place, &label, is_first);
        }
        PieceKind::Held => {
            let Place { lane, row, from, to } = place;
            let low = lane.top(row) + lane.height_px - 2.0;
            let mut held = Path::default();
            held.start(from, low);
            held.across(to);
            svg.path("held", held);
            let label = format!("held {}", time_text::rough(piece.to_ns - piece.from_ns));
            if is_first && to - from >= 4.0 * text::CHAR_PX {
                let label = if text::width_px(&label) <= to - from { &label } else { "held" };
                svg.text("small center", (from + to) / 2.0, middle(lane, row) + 3.0, label);
            }
        }
    }
}

fn direction_class(reads: bool) -> &'static str {
    if reads { "read" } else { "write" }
}

fn draw_box(svg: &mut Svg, class: &str, place: Place<'_>, label: &str, is_first: bool) {
    let Place { lane, row, from, to } = place;
    svg.rect(class, from, lane.top(row) + 3.0, to - from, lane.height_px - 6.0);
    if is_first {
        svg.text("small center", (from + to) / 2.0, middle(lane, row) + 4.0, label);
    }
}

fn draw_byte(svg: &mut Svg, class: &str, place: Place<'_>, label: &str, acknowledged: bool, is_first: bool) {
    let Place { lane, row, from, to } = place;
    svg.rect(class, from, lane.top(row), to - from, lane.height_px);
    if !is_first {
        return;
    }
    let y = middle(lane, row) + 4.0;
    svg.text("center", (from + to - ACKNOWLEDGE_PX) / 2.0 + 1.0, y, label);
    let (mark, class) = match (acknowledged, class) {
        (true, _) => ("A", "muted small center"),
        (false, "refused") => ("N", "no center"),
        (false, _) => ("N", "small center"),
    };
    svg.text(class, to - ACKNOWLEDGE_PX / 2.0 - 1.0, y, mark);
}
