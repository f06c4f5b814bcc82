//! The legend: what the shapes and colours mean that are in a picture.

use crate::picture::{
    lanes::EDGE_PX,
    svg::{Path, Svg},
    text,
};

/// The height of a line of it, pixels.
const LINE_PX: f64 = 17.0;

/// The room of a sample before its meaning, pixels, and the distance of two entries.
const SAMPLE_PX: f64 = 20.0;
const GAP_PX: f64 = 8.0;

/// Entries, set in lines like words.
#[derive(Debug, Default)]
pub(super) struct Legend {
    entries: Vec<Entry>,
    width_px: f64,
    /// Where the next one goes.
    line: usize,
    x: f64,
}

#[derive(Debug)]
struct Entry {
    line: usize,
    x: f64,
    sample: Sample,
    meaning: &'static str,
}

/// What is explained.
#[derive(Debug, Clone, Copy)]
pub(super) enum Sample {
    /// A box of a class, with a text.
    Box(&'static str, &'static str),
    /// A line of a class.
    Line(&'static str),
    /// Nothing but words.
    None,
}

impl Legend {
    /// A legend without entries, for a picture of this width.
    pub(super) fn new(width_px: f64) -> Self {
        Self { width_px, ..Self::default() }
    }

    pub(super) fn add(&mut self, sample: Sample, meaning: &'static str) {
        let sample_px = if matches!(sample, Sample::None) { 0.0 } else { SAMPLE_PX };
        let wide = sample_px + text::width_px(meaning);
        if self.x > 0.0 && self.x + wide > self.width_px - 2.0 * EDGE_PX {
            (self.line, self.x) = (self.line + 1, 0.0);
        }
        self.entries.push(Entry { line: self.line, x: EDGE_PX + self.x, sample, meaning });
        self.x += wide + GAP_PX;
    }

    pub(super) fn height(&self) -> f64 {
        if self.entries.is_empty() { 0.0 } else { LINE_PX * (self.line + 1) as f64 + 6.0 }
    }

    pub(super) fn draw(&self, svg: &mut Svg, top: f64) {
        for &Entry { line, mut x, sample, meaning } in &self.entries {
            let top = top + LINE_PX * line as f64;
            match sample {
                Sample::Box(class, sample) => {
                    svg.rect(class, x, top + 1.0, 16.0, 13.0);
                    svg.text("small center", x + 8.0, top + 11.0, sample);
                    x += SAMPLE_PX;
                }
                Sample::Line(class) => {
                    let mut sample = Path::default();
                    sample.start(x, top + 8.0);
                    sample.across(x + 16.0);
                    svg.path(class, sample);
                    x += SAMPLE_PX;
                }
                Sample::None => {}
            }
            svg.text("muted small", x, top + 11.0, meaning);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_do_not_fit_go_to_the_next_line() {
        let mut legend = Legend::new(300.0);
        assert_eq!(legend.height(), 0.0);
        for _ in 0..4 {
            legend.add(Sample::Line("guest"), "the guest drives");
        }
        legend.add(Sample::None, "A, N");
        // 20 px and 16 characters each, twice on 268 px.
        let lines: Vec<_> = legend.entries.iter().map(|entry| entry.line).collect();
        assert_eq!(lines, [0, 0, 1, 1, 2]);
        assert!(legend.entries.iter().all(|entry| (EDGE_PX..284.0).contains(&entry.x)));
        assert_eq!(legend.height(), 3.0 * LINE_PX + 6.0);
    }
}
