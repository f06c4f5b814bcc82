//! The time above each line: where it is, how it goes, and where it is shortened.

use crate::picture::{
    lanes::{EDGE_PX, LEFT_PX},
    scale::{ROW_PX, Step},
    svg::{Path, Svg},
    text, time_text,
};

/// The height of the axis, pixels.
pub(super) const HEIGHT_PX: f64 = 32.0;

/// Base lines of the lengths of gaps, and of times.
const GAP_TEXT_PX: f64 = 10.0;
const TIME_TEXT_PX: f64 = 22.0;
const RULE_PX: f64 = 28.0;

/// The least distance of two ticks, pixels.
const TICK_PX: f64 = 80.0;

/// Draws the axis of a line at `top`, and its gaps down to `bottom`; the end of the last line has a label.
pub(super) fn draw(svg: &mut Svg, steps: &[Step], is_last: bool, top: f64, bottom: f64) {
    let Some((first, last)) = steps.first().zip(steps.last()) else { return };
    let mut axis = Axis { svg, top, bottom, taken_px: f64::NEG_INFINITY };
    let mut rule = Path::default();
    rule.start(LEFT_PX + first.from_px, top + RULE_PX);
    rule.across(LEFT_PX + last.to_px);
    axis.svg.path("rule", rule);
    for stretch in steps.chunk_by(|a, b| !a.is_gap && !b.is_gap) {
        match stretch {
            [gap] if gap.is_gap => axis.gap(gap),
            stretch => axis.stretch(stretch),
        }
    }
    if is_last {
        let end = time_text::exact(last.to_ns);
        // Behind the end where there is room, and else up to the edge.
        let px = last.to_px.min(ROW_PX + EDGE_PX - text::width_px(&end));
        axis.label(px, last.to_px, &end, "small");
    }
}

struct Axis<'s> {
    svg: &'s mut Svg,
    top: f64,
    bottom: f64,
    /// Where the last label ends.
    taken_px: f64,
}

impl Axis<'_> {
    fn gap(&mut self, gap: &Step) {
        let (from, width) = (LEFT_PX + gap.from_px, gap.to_px - gap.from_px);
        let rule = self.top + RULE_PX;
        self.svg.rect("gap", from + 4.0, rule, width - 8.0, self.bottom - rule);
        let middle = from + width / 2.0;
        for x in [middle - 3.0, middle + 3.0] {
            let mut zigzag = Path::default();
            zigzag.start(x - 2.0, rule + 6.0);
            for (dx, dy) in [(2.0, 3.5), (-2.0, 0.5), (2.0, -2.0)] {
                zigzag.to(x + dx, rule + dy);
            }
            self.svg.path("zigzag", zigzag);
        }
        let length = time_text::rough(gap.to_ns - gap.from_ns);
        self.svg.text("muted small center", middle, self.top + GAP_TEXT_PX, &length);
    }

    /// Labels the beginning of a stretch without gaps, and round times after it.
    fn stretch(&mut self, steps: &[Step]) {
        let (first, last) = (&steps[0], &steps[steps.len() - 1]);
        self.label(first.from_px, first.from_px, &time_text::exact(first.from_ns), "small");
        let long_ns = last.to_ns - first.from_ns;
        let ticks = (last.to_px - first.from_px) / TICK_PX;
        let Some(every_ns) = round_ns(long_ns as f64 / ticks) else { return };
        let mut after_ns = every_ns;
        while after_ns < long_ns {
            let at_ns = first.from_ns + after_ns;
            let index = steps.partition_point(|step| step.to_ns <= at_ns);
            let px = steps[index].px_of(at_ns);
            let label = format!("+{}", time_text::rough(after_ns));
            // What comes next has a label of its own.
            if px + text::width_px(&label) <= last.to_px {
                self.label(px, px, &label, "muted small");
            }
            after_ns = after_ns.saturating_add(every_ns);
        }
    }

    /// A label at `px` with its tick, unless that would cover another.
    fn label(&mut self, px: f64, tick_px: f64, label: &str, class: &str) {
        let width = text::width_px(label);
        if px < self.taken_px + 6.0 {
            return;
        }
        self.taken_px = px + width;
        let mut tick = Path::default();
        tick.start(LEFT_PX + tick_px, self.top + RULE_PX - 4.0);
        tick.up_or_down(self.top + RULE_PX);
        self.svg.path("tick", tick);
        self.svg.text(class, LEFT_PX + px, self.top + TIME_TEXT_PX, label);
    }
}

/// The next 1, 2 or 5 with zeros that is at least `least_ns`; `None` when there is none.
fn round_ns(least_ns: f64) -> Option<u64> {
    let decades = std::iter::successors(Some(1_u64), |decade| decade.checked_mul(10));
    decades
        .flat_map(|decade| [1, 2, 5].into_iter().filter_map(move |digit| decade.checked_mul(digit)))
        .find(|&round| round as f64 >= least_ns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        let cases = [(0.0, Some(1)), (3.0, Some(5)), (5.1, Some(10)), (1.2e6, Some(2_000_000))];
        for (least, round) in cases {
            assert_eq!(round_ns(least), round);
        }
        assert_eq!(round_ns(f64::INFINITY), None);
        assert_eq!(round_ns(f64::NAN), None);
    }
}
