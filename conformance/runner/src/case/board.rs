//! The board of a case: in case.toml itself, in a file that it names, beside it, or the default one.

use std::path::Path;

use hw_board::{Board, board::ROOT, file::Problems};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{BOARD_FILE, CASE_FILE};

/// Where the board is described.
pub(super) enum BoardAt {
    Nowhere,
    /// A file, from the case's folder, and the line that names it.
    File(String, u32),
    /// case.toml itself: its text, with everything else blanked, so that lines keep their numbers.
    Here(String),
}

/// Finds out where the board is; `own` are the keys that no board has. Whatever is wrong inside of it is found when it is read.
pub(super) fn find(
    root: &Spanned<DeTable<'_>>,
    text: &str,
    own: &[&str],
    problems: &mut Problems,
) -> BoardAt {
    let table = root.get_ref();
    let is_file = match table.get("board") {
        Some(value) => match value.get_ref() {
            DeValue::String(path) => Some((path.as_ref().to_owned(), problems.line(value.span()))),
            _ => None,
        },
        None => None,
    };
    let tables = ROOT.iter().filter(|key| table.get(key.name).is_some()).count();
    match (is_file, tables) {
        (None, 0) => BoardAt::Nowhere,
        (Some((path, line)), 1) => BoardAt::File(path, line),
        (Some((_, line)), _) => {
            problems.add(line, "the board is in a file and here; it must be in one place".to_owned());
            BoardAt::Nowhere
        }
        (None, _) => {
            let mut bytes = text.as_bytes().to_vec();
            for (key, value) in table.iter().filter(|(key, _)| own.contains(&key.get_ref().as_ref())) {
                let blanked = bytes.get_mut(key.span().start..value.span().end).unwrap_or_default();
                blanked.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            }
            BoardAt::Here(String::from_utf8_lossy(&bytes).into_owned())
        }
    }
}

/// Reads the board from where it is.
pub(super) fn load(folder: &Path, at: BoardAt) -> Result<Board, String> {
    let case = folder.join(CASE_FILE);
    let beside = folder.join(BOARD_FILE);
    match at {
        BoardAt::Nowhere if beside.exists() => Board::load(&beside).map_err(|error| error.to_string()),
        BoardAt::Nowhere => Ok(Board::default()),
        _ if beside.exists() => {
            Err(format!("{}: the board is in two places: here and in {BOARD_FILE}", case.display()))
        }
        BoardAt::File(path, line) => Board::load(folder.join(path))
            .map_err(|error| format!("{error}\n{}:{line}: named here", case.display())),
        BoardAt::Here(text) => {
            Board::parse(&text, &case.display().to_string()).map_err(|error| error.to_string())
        }
    }
}
