//! The matrix while it fills up.

use std::time::Duration;

use super::OnRow;
use crate::{Case, Cell, Suite, Verdict, matrix::Row};

/// The rows that are through, and those that are not yet.
pub(super) struct Progress {
    rows: Vec<(Row, Vec<Option<Cell>>)>,
    /// The first row that was not told yet.
    next: usize,
    on_row: Option<OnRow>,
}

impl Progress {
    pub(super) fn new(suite: &Suite, targets: usize, on_row: Option<OnRow>) -> Self {
        let row = |case: &Case| Row {
            id: case.id.clone(),
            about: case.about.clone(),
            spec: case.spec.clone(),
            level: case.level,
            cells: Vec::new(),
        };
        let rows = suite.cases().iter().map(|case| (row(case), vec![None; targets])).collect();
        Self { rows, next: 0, on_row }
    }

    pub(super) fn put(&mut self, number: usize, target: usize, cell: Cell) {
        self.rows[number].1[target] = Some(cell);
        while let Some((row, cells)) = self.rows.get_mut(self.next) {
            if cells.iter().any(Option::is_none) {
                return;
            }
            row.cells = cells.drain(..).flatten().collect();
            if let Some(on_row) = &mut self.on_row {
                on_row(row);
            }
            self.next += 1;
        }
    }

    /// All rows; what nobody got to is told, too.
    pub(super) fn finish(mut self) -> Vec<Row> {
        let not_run = Cell { verdict: Verdict::NotRun, took: Duration::ZERO };
        for (row, cells) in self.rows.iter_mut().skip(self.next) {
            row.cells = cells.drain(..).map(|cell| cell.unwrap_or_else(|| not_run.clone())).collect();
            if let Some(on_row) = &mut self.on_row {
                on_row(row);
            }
        }
        self.rows.into_iter().map(|(row, _)| row).collect()
    }
}
