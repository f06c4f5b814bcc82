//! From a file or a text to its tables.

use std::{fs::File, io::Read, path::Path};

use toml::{Spanned, de::DeTable};

use super::{FileError, MAX_FILE_BYTES, Problem, Problems};

/// Reads the file at `path`, and what is in it by `read`.
///
/// # Errors
/// A file that cannot be read or is larger than [`MAX_FILE_BYTES`], and those of [`parse`].
pub fn load<T>(
    path: &Path,
    read: impl FnOnce(&Spanned<DeTable<'_>>, &mut Problems) -> T,
) -> Result<T, FileError> {
    let file = path.display().to_string();
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there is more.
    let taken = File::open(path).and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes));
    match taken {
        Ok(_) => parse(text_of(&bytes, &file)?, &file, read),
        Err(cause) => Err(FileError::unreadable(&file, cause)),
    }
}

/// Reads what is in `text` by `read`; `file` stands before each problem.
///
/// # Errors
/// Text that is not TOML, and whatever `read` added to the problems.
pub fn parse<T>(
    text: &str,
    file: &str,
    read: impl FnOnce(&Spanned<DeTable<'_>>, &mut Problems) -> T,
) -> Result<T, FileError> {
    let mut problems = Problems::of(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let line = problems.line(error.span().unwrap_or(0..0));
        let message = error.message().lines().collect::<Vec<_>>().join(", ");
        problems.add(line, message);
    }
    // What is left of a broken file would only give problems that are none.
    if !errors.is_empty() {
        return Err(FileError::new(file, problems.into_found()));
    }
    let read = read(&root, &mut problems);
    let found = problems.into_found();
    if found.is_empty() { Ok(read) } else { Err(FileError::new(file, found)) }
}

fn text_of<'b>(bytes: &'b [u8], file: &str) -> Result<&'b str, FileError> {
    let whole = |line, message: String| FileError::new(file, vec![Problem { line, message }]);
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(whole(None, format!("is larger than {MAX_FILE_BYTES} bytes")));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        whole(Some(line as u32), format!("byte {:#04x} is not UTF-8", bytes[at]))
    })
}
