//! Tables of a TOML file, read key by key, so that every problem is found and has its line.

use std::ops::RangeInclusive;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Key, Located, MAX_UNSIGNED, Problems, Shape, from_hexadecimal,
    nearest::{hint, quote},
};

/// A table whose keys are known.
#[derive(Debug, Clone, Copy)]
pub struct Section<'f, 'i> {
    place: &'f str,
    line: u32,
    table: &'f DeTable<'i>,
}

impl<'f, 'i> Section<'f, 'i> {
    /// Takes `value` as a table with the keys `known`; `place` names it in messages.
    pub fn open(
        place: &'f str,
        value: &'f Spanned<DeValue<'i>>,
        known: &[Key],
        problems: &mut Problems,
    ) -> Option<Self> {
        let section = Self::open_any(place, value, problems)?;
        section.check_keys(known, problems);
        Some(section)
    }

    /// Takes `value` as a table whose keys are names that the user chose.
    pub fn open_any(
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
    pub fn root(table: &'f Spanned<DeTable<'i>>, known: &[Key], problems: &mut Problems) -> Section<'f, 'i> {
        let section = Self { place: "the file", line: 1, table: table.get_ref() };
        section.check_keys(known, problems);
        section
    }

    /// The line on which the table starts.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// What stands under `key`.
    pub fn value(&self, key: &str) -> Option<&'f Spanned<DeValue<'i>>> {
        self.table.get(key)
    }

    /// All keys with their lines, and what stands under them, in the order of the file.
    pub fn entries(&self, problems: &Problems) -> Vec<(Located<&'f str>, &'f Spanned<DeValue<'i>>)> {
        let mut entries: Vec<(&'f Spanned<_>, _)> = self.table.iter().collect();
        // The table has them by name.
        entries.sort_by_key(|(key, _)| key.span().start);
        let entry = |(key, value): (&'f Spanned<_>, _)| {
            let name: &'f std::borrow::Cow<'_, str> = key.get_ref();
            (Located { value: name.as_ref(), line: problems.line(key.span()) }, value)
        };
        entries.into_iter().map(entry).collect()
    }

    /// Reports every key that is not one of `known`.
    fn check_keys(&self, known: &[Key], problems: &mut Problems) {
        for (key, _) in self.entries(problems) {
            if !known.iter().any(|known| known.name == key.value) {
                let hint = hint(key.value, known.iter().map(|known| known.name));
                problems.add(key.line, format!("unknown key {} in {}{hint}", quote(key.value), self.place));
            }
        }
    }

    /// Reports that `key` is not there, if it is not.
    pub fn require(&self, key: &Key, problems: &mut Problems) {
        if self.value(key.name).is_none() {
            let (place, name) = (self.place, key.name);
            let a = if name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
            problems.add(self.line, format!("{place} needs {a} {name:?}"));
        }
    }

    /// The text under `key`, which must be there.
    pub fn required_text(&self, key: &Key, problems: &mut Problems) -> Option<Located<&'f str>> {
        self.require(key, problems);
        self.text(key, problems)
    }

    /// The text under `key`.
    pub fn text(&self, key: &Key, problems: &mut Problems) -> Option<Located<&'f str>> {
        let value = self.value(key.name)?;
        let line = problems.line(value.span());
        match value.get_ref() {
            DeValue::String(text) => Some(Located { value: text.as_ref(), line }),
            other => self.wrong(key, line, "a string", other, problems),
        }
    }

    /// The bytes under `key`, which the text there writes in hexadecimal.
    pub fn bytes(&self, key: &Key, problems: &mut Problems) -> Option<Located<Vec<u8>>> {
        let Located { value: text, line } = self.text(key, problems)?;
        match from_hexadecimal(text) {
            Ok(value) => Some(Located { value, line }),
            Err(wrong) => {
                problems.add(line, format!("{:?} in {}: {wrong}", key.name, self.place));
                None
            }
        }
    }

    /// The integer under `key`, if it lies within the key's range.
    pub fn integer(&self, key: &Key, problems: &mut Problems) -> Option<Located<u32>> {
        let Shape::Integer { min, max, why } = key.shape else { return None };
        let found = self.within(key, u64::from(min)..=u64::from(max), why, problems)?;
        u32::try_from(found.value).ok().map(|value| Located { value, line: found.line })
    }

    /// The integer under `key`, whose shape is [`Shape::Unsigned`].
    pub fn unsigned(&self, key: &Key, problems: &mut Problems) -> Option<Located<u64>> {
        self.within(key, 0..=MAX_UNSIGNED, "", problems)
    }

    fn within(
        &self,
        key: &Key,
        range: RangeInclusive<u64>,
        why: &str,
        problems: &mut Problems,
    ) -> Option<Located<u64>> {
        let value = self.value(key.name)?;
        let line = problems.line(value.span());
        let DeValue::Integer(integer) = value.get_ref() else {
            return self.wrong(key, line, "an integer", value.get_ref(), problems);
        };
        let number = i128::from_str_radix(integer.as_str(), integer.radix()).ok();
        match number.and_then(|number| u64::try_from(number).ok()).filter(|number| range.contains(number)) {
            Some(value) => Some(Located { value, line }),
            None => {
                let (shown, name) = (describe_number(&integer.to_string()), key.name);
                let (min, max) = range.into_inner();
                problems
                    .add(line, format!("{name:?} in {} is {shown}, must be {min} to {max}{why}", self.place));
                None
            }
        }
    }

    /// The number, integer or not, under `key`, if it lies within the key's range.
    pub fn number(&self, key: &Key, problems: &mut Problems) -> Option<Located<f64>> {
        let Shape::Number { min, max } = key.shape else { return None };
        let value = self.value(key.name)?;
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
            let (shown, name) = (describe_number(&shown), key.name);
            problems.add(line, format!("{name:?} in {} is {shown}, must be {min} to {max}", self.place));
        }
        within.map(|value| Located { value, line })
    }

    /// The truth value under `key`.
    pub fn boolean(&self, key: &Key, problems: &mut Problems) -> Option<Located<bool>> {
        let value = self.value(key.name)?;
        let line = problems.line(value.span());
        match value.get_ref() {
            DeValue::Boolean(value) => Some(Located { value: *value, line }),
            other => self.wrong(key, line, "true or false", other, problems),
        }
    }

    /// One of several named values under `key`.
    pub fn one_of<T: Copy>(
        &self,
        key: &Key,
        named: &[(&str, T)],
        problems: &mut Problems,
    ) -> Option<Located<T>> {
        let text = self.text(key, problems)?;
        match named.iter().find(|(name, _)| *name == text.value) {
            Some((_, value)) => Some(Located { value: *value, line: text.line }),
            None => {
                let hint = hint(text.value, named.iter().map(|(name, _)| *name));
                let (name, shown) = (key.name, quote(text.value));
                problems.add(text.line, format!("unknown {name} {shown} in {}{hint}", self.place));
                None
            }
        }
    }

    /// The elements of the array under `key`; none when there is no such key.
    pub fn array(&self, key: &Key, problems: &mut Problems) -> &'f [Spanned<DeValue<'i>>] {
        let Some(value) = self.value(key.name) else { return &[] };
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
        key: &Key,
        line: u32,
        wanted: &str,
        found: &DeValue<'_>,
        problems: &mut Problems,
    ) -> Option<T> {
        let (found, key) = (describe(found), key.name);
        problems.add(line, format!("{key:?} in {} must be {wanted}, not {found}", self.place));
        None
    }
}

/// The number that a key is, in decimal digits; `what` it is the number of.
pub fn number_key(key: Located<&str>, what: &str, problems: &mut Problems) -> Option<u32> {
    let number = key.value.parse::<u32>().ok().filter(|number| number.to_string() == key.value);
    if number.is_none() {
        let digits: String = key.value.chars().filter(char::is_ascii_digit).take(10).collect();
        let hint = match digits.parse::<u32>() {
            Ok(number) => format!(" (did you mean {number}?)"),
            Err(_) => String::new(),
        };
        let shown = quote(key.value);
        problems.add(key.line, format!("{what} {shown} must be a number{hint}"));
    }
    number
}

/// What a value is, for a message about its type.
pub fn describe(value: &DeValue<'_>) -> String {
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
