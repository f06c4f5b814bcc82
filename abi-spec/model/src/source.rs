//! WIT text: parsing, and finding the line of everything in it.

use std::cell::RefCell;

use wit_parser::{PackageId, Resolve, SourceMap, Span};

use crate::{Problem, Problems};

/// The parsed files, and the problems found in them so far.
pub(crate) struct Source {
    files: Vec<(String, Vec<String>)>,
    pub(crate) resolve: Resolve,
    pub(crate) package: PackageId,
    problems: RefCell<Vec<Problem>>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    file: String,
    line: usize,
}

impl Source {
    pub(crate) fn parse(files: &[(&str, &str)]) -> Result<Self, Problems> {
        let mut map = SourceMap::default();
        for (name, text) in files {
            map.push_str(name, *text);
        }
        let first_file = files.first().map_or("wit", |(name, _)| *name);
        let problem = |map: &SourceMap, span: Span, message: String| {
            let place = place(map, span).unwrap_or_else(|| Place { file: first_file.to_owned(), line: 0 });
            // The parser's messages may have more lines: hints that repeat the source.
            let message = message.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
            Problems::new(vec![Problem { file: place.file, line: place.line, message }])
        };
        let group =
            map.parse().map_err(|(map, error)| problem(&map, error.kind().span(), error.to_string()))?;
        let spans = group.source_map.clone();
        let mut resolve = Resolve::default();
        let package = resolve
            .push_group(group)
            .map_err(|error| problem(&spans, error.kind().span(), error.to_string()))?;
        let files = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.lines().map(str::to_owned).collect()))
            .collect();
        Ok(Self { files, resolve, package, problems: RefCell::default() })
    }

    /// The place of something in the WIT.
    pub(crate) fn place(&self, span: Span) -> Place {
        place(&self.resolve.source_map, span).unwrap_or_else(|| self.whole())
    }

    /// The place of something that is nowhere in the WIT.
    pub(crate) fn whole(&self) -> Place {
        Place { file: self.files.first().map_or_else(String::new, |(name, _)| name.clone()), line: 0 }
    }

    /// The places of the documentation lines above `item`, first line first.
    pub(crate) fn doc_places(&self, item: &Place) -> Vec<Place> {
        let Some((_, lines)) = self.files.iter().find(|(name, _)| *name == item.file) else {
            return Vec::new();
        };
        let mut places: Vec<Place> = Vec::new();
        for line in (1..item.line).rev() {
            let text = lines.get(line - 1).map_or("", |text| text.trim());
            if text.starts_with("///") {
                places.push(Place { file: item.file.clone(), line });
            } else if !(text.is_empty() || text.starts_with('@')) || !places.is_empty() {
                break;
            }
        }
        places.reverse();
        places
    }

    /// Notes a problem.
    pub(crate) fn problem(&self, place: &Place, message: impl Into<String>) {
        self.problems.borrow_mut().push(Problem {
            file: place.file.clone(),
            line: place.line,
            message: message.into(),
        });
    }

    /// `value`, if no problem was noted.
    pub(crate) fn finish<T>(self, value: T) -> Result<T, Problems> {
        let problems = self.problems.into_inner();
        if problems.is_empty() { Ok(value) } else { Err(Problems::new(problems)) }
    }
}

fn place(map: &SourceMap, span: Span) -> Option<Place> {
    if !span.is_known() || map.source_names().next().is_none() {
        return None;
    }
    let location = map.render_location(span);
    let mut parts = location.rsplitn(3, ':');
    let (_column, line, file) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Place { file: file.to_owned(), line: line.parse().ok()? })
}
