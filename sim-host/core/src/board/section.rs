//! Tables of a TOML file, read key by key, so that every problem is found and has its line.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    error::Problem,
    nearest::{hint, quote},
};

/// A value and the line it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) line: u32,
}

/// The problems of one file, found so far.
#[derive(Debug)]
pub(super) struct Problems {
    line_starts: Vec<usize>,
    found: Vec<Problem>,
}

impl Problems {
    pub(super) fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { line_starts, found: Vec::new() }
    }

    /// The line, from 1, on which a span starts.
    pub(super) fn line(&self, span: Range<usize>) -> u32 {
        self.line_starts.partition_point(|start| *start <= span.start) as u32
    }

    pub(super) fn add(&mut self, line: u32, message: String) {
        self.found.push(Problem { line: Some(line), message });
    }

    pub(super) fn into_found(self) -> Vec<Problem> {
        self.found
    }
}

/// A table whose keys are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section<'f, 'i> {
    place: &'f str,
    line: u32,
    table: &'f DeTable<'i>,
}

impl<'f, 'i> Section<'f, 'i> {
    /// Takes `value` as a table with the keys `known`; `place` names it in messages.
    pub(super) fn open(
        place: &'f str,
        value: &'f Spanned<DeValue<'i>>,
        known: &[&str],
        problems: &mut Problems,
    ) -> Option<Self> {
        let section = Self::open_any(place, value, problems)?;
        section.check_keys(known, problems);
        Some(section)
    }

    /// Takes `value` as a table whose keys are names that the user chose.
    pub(super) fn open_any(
        place: &'f str,
        value: &'f Spanned<DeValue<'i>>,
        problems: &mut Problems,
    ) -> Option<Self> {
        let line = problems.line(value.span());
        match value.get_ref() {
            DeValue::Table(table) => Some(Self { place, line, table }),
            other => {
                problems.add(line, format!("{place} must be a table, not {}", describe(other)));
                None
            }
        }
    }

    /// The whole file as a table.
    pub(super) fn root(
        table: &'f Spanned<DeTable<'i>>,
        known: &[&str],
        problems: &mut Problems,
    ) -> Section<'f, 'i> {
        let section = Self { place: "the file", line: 1, table: table.get_ref() };
        section.check_keys(known, problems);
        section
    }

    /// The line on which the table starts.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// What stands under `key`.
    pub(super) fn value(&self, key: &str) -> Option<&'f Spanned<DeValue<'i>>> {
        self.table.get(key)
    }

    /// All keys with their lines, and what stands under them.
    pub(super) fn entries(&self, problems: &Problems) -> Vec<(Located<&'f str>, &'f Spanned<DeValue<'i>>)> {
        let entry = |(key, value): (&'f Spanned<_>, _)| {
            let name: &'f std::borrow::Cow<'_, str> = key.get_ref();
            (Located { value: name.as_ref(), line: problems.line(key.span()) }, value)
        };
        self.table.iter().map(entry).collect()
    }

    /// Reports every key that is not one of `known`.
    fn check_keys(&self, known: &[&str], problems: &mut Problems) {
        for (key, _) in self.entries(problems) {
            if !known.contains(&key.value) {
                let hint = hint(key.value, known.iter().copied());
                problems.add(key.line, format!("unknown key {} in {}{hint}", quote(key.value), self.place));
            }
        }
    }

    /// The text under `key`.
    pub(super) fn text(&self, key: &str, problems: &mut Problems) -> Option<Located<&'f str>> {
        let value = self.value(key)?;
        let line = problems.line(value.span());
        match value.get_ref() {
            DeValue::String(text) => Some(Located { value: text.as_ref(), line }),
            other => self.wrong(key, line, "a string", other, problems),
        }
    }

    /// The integer under `key`, if it lies within `range`; `what` says where the range comes from.
    pub(super) fn integer(
        &self,
        key: &str,
        range: std::ops::RangeInclusive<u32>,
        what: &str,
        problems: &mut Problems,
    ) -> Option<Located<u32>> {
        let value = self.value(key)?;
        let line = problems.line(value.span());
        let DeValue::Integer(integer) = value.get_ref() else {
            return self.wrong(key, line, "an integer", value.get_ref(), problems);
        };
        let number = i128::from_str_radix(integer.as_str(), integer.radix()).ok();
        match number.and_then(|number| u32::try_from(number).ok()).filter(|number| range.contains(number)) {
            Some(value) => Some(Located { value, line }),
            None => {
                let (min, max) = (range.start(), range.end());
                let shown = describe_number(&integer.to_string());
                problems
                    .add(line, format!("{key:?} in {} is {shown}, must be {min} to {max}{what}", self.place));
                None
            }
        }
    }

    /// The number, integer or not, under `key`, if it lies within `min` to `max`.
    pub(super) fn number(&self, key: &str, min: f64, max: f64, problems: &mut Problems) -> Option<f64> {
        let value = self.value(key)?;
        let line = problems.line(value.span());
        let (number, shown) = match value.get_ref() {
            DeValue::Integer(integer) => {
                let number = i128::from_str_radix(integer.as_str(), integer.radix()).ok();
                (number.map(|number| number as f64), integer.to_string())
            }
            DeValue::Float(float) => (float.as_str().parse::<f64>().ok(), float.to_string()),
            other => return self.wrong(key, line, "a number", other, problems),
        };
        // A NaN lies within nothing.
        let within = number.filter(|number| (min..=max).contains(number));
        if within.is_none() {
            let shown = describe_number(&shown);
            problems.add(line, format!("{key:?} in {} is {shown}, must be {min} to {max}", self.place));
        }
        within
    }

    /// One of several named values under `key`.
    pub(super) fn one_of<T: Copy>(
        &self,
        key: &str,
        named: &[(&str, T)],
        problems: &mut Problems,
    ) -> Option<Located<T>> {
        let text = self.text(key, problems)?;
        match named.iter().find(|(name, _)| *name == text.value) {
            Some((_, value)) => Some(Located { value: *value, line: text.line }),
            None => {
                let hint = hint(text.value, named.iter().map(|(name, _)| *name));
                problems
                    .add(text.line, format!("unknown {key} {} in {}{hint}", quote(text.value), self.place));
                None
            }
        }
    }

    /// The elements of the array under `key`; none when there is no such key.
    pub(super) fn array(&self, key: &str, problems: &mut Problems) -> &'f [Spanned<DeValue<'i>>] {
        let Some(value) = self.value(key) else { return &[] };
        match value.get_ref() {
            DeValue::Array(array) => array,
            other => {
                let line = problems.line(value.span());
                self.wrong(key, line, "an array", other, problems).unwrap_or(&[])
            }
        }
    }

    fn wrong<T>(
        &self,
        key: &str,
        line: u32,
        wanted: &str,
        found: &DeValue<'_>,
        problems: &mut Problems,
    ) -> Option<T> {
        let found = describe(found);
        problems.add(line, format!("{key:?} in {} must be {wanted}, not {found}", self.place));
        None
    }
}

/// What a value is, for a message about its type.
pub(super) fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the string {}", quote(text)),
        DeValue::Integer(integer) => format!("the integer {}", describe_number(&integer.to_string())),
        DeValue::Float(float) => format!("the number {}", describe_number(&float.to_string())),
        DeValue::Boolean(value) => format!("{value}"),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "an array".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// A number as the file writes it, unless it is absurdly long.
fn describe_number(shown: &str) -> String {
    match shown.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown.to_owned(),
    }
}
