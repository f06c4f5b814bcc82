//! case.toml.

use std::path::Path;

use device_abi::Profile;
use hw_board::{
    Board, FileError, Scenario,
    board::ROOT as BOARD_ROOT,
    expectations,
    file::{self, Key, Problems, Section, Shape, describe, hint, quote},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{CASE_FILE, EXPECTATIONS_FILE, Level, SCENARIO_FILE, board, duration, outcome};
use crate::{Limits, Spec};

const TEXTS: Shape = Shape::Array(&Shape::Text);
const ABOUT: Key = Key::required("about", "the rule, in one sentence", Shape::Text);
const SPEC: Key = Key::optional("spec", "what of the spec it checks", TEXTS);
const LEVEL: Key = Key::optional("level", "how binding it is; default: \"must\"", Shape::Text);
const PROFILES: Key = Key::optional("profiles", "where it must hold; default: everywhere", TEXTS);
const OUTCOME: Key = Key::optional("outcome", "how the run ends; default: \"exit 0\"", Shape::Text);
const SEED: Key = Key::optional("seed", "the seed of system.random; default: 0", Shape::Text);
const ARGS: Key = Key::optional("args", "what the app is started with; default: nothing", TEXTS);
const LIMIT_TIME: Key = Key::optional("limit-time", "device time for `limit time`", Shape::Text);
const STOP_AFTER: Key = Key::optional("stop-after", "device time for `stopped`", Shape::Text);
const LIMIT_COMPUTE: Key = Key::optional("limit-compute", "wall-clock time for `limit compute`", Shape::Text);
const LIMIT_TRACE: Key = Key::optional("limit-trace", "bytes of trace for `limit trace`", Shape::Text);

/// The keys that a board file does not have.
const OWN: &[Key] =
    &[ABOUT, SPEC, LEVEL, PROFILES, OUTCOME, SEED, ARGS, LIMIT_TIME, STOP_AFTER, LIMIT_COMPUTE, LIMIT_TRACE];

/// What case.toml says.
pub(super) struct Said {
    pub(super) about: String,
    pub(super) spec: Vec<String>,
    pub(super) level: Level,
    pub(super) profiles: Vec<&'static Profile>,
    pub(super) board: Board,
    pub(super) seed: u64,
    pub(super) args: Vec<String>,
    pub(super) limits: Limits,
    pub(super) scenario: Option<Scenario>,
    pub(super) expectations: Option<String>,
    pub(super) outcome: String,
}

/// Reads case.toml in `folder`, and the board.
pub(super) fn load(folder: &Path, spec: &Spec) -> Result<Said, String> {
    let path = folder.join(CASE_FILE);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    let read = |root: &Spanned<DeTable<'_>>, problems: &mut Problems| {
        let own: Vec<&str> = OWN.iter().map(|key| key.name).collect();
        (read(root, spec, problems), board::find(root, &text, &own, problems))
    };
    let (mut said, at) = file::load(&path, read).map_err(|error| error.to_string())?;
    said.board = board::load(folder, at)?;
    let mut boards = Vec::new();
    for profile in &said.profiles {
        let board = said.board.clone().with_profile(profile);
        boards.push(board.map_err(|error| format!("{error}\n{}", misfit(&path, profile)))?);
    }
    said.scenario = beside(folder, SCENARIO_FILE, &boards, |path, board| Scenario::load(path, board))?;
    let expectations =
        beside(folder, EXPECTATIONS_FILE, &boards, |path, board| expectations::load(path, board))?;
    if let (Some(scenario), Some(expectations)) = (&said.scenario, &expectations) {
        scenario.check_beside(expectations).map_err(|error| error.to_string())?;
    }
    let text = || std::fs::read_to_string(folder.join(EXPECTATIONS_FILE)).unwrap_or_default();
    said.expectations = expectations.map(|_| text());
    Ok(said)
}

/// What is in a file beside case.toml, if it is there. It must fit each of `boards`: one board, on the case's profiles.
fn beside<T>(
    folder: &Path,
    file: &str,
    boards: &[Board],
    load: impl Fn(&Path, &Board) -> Result<T, FileError>,
) -> Result<Option<T>, String> {
    let path = folder.join(file);
    if !path.exists() {
        return Ok(None);
    }
    let (mut read, mut problems) = (None, Vec::new());
    for board in boards {
        match load(&path, board) {
            Ok(one) => read = Some(one),
            Err(error) => problems.push((error.to_string(), board.profile())),
        }
    }
    let Some((problem, profile)) = problems.first() else { return Ok(read) };
    // What is wrong on all profiles alike is wrong with the file itself.
    if problems.len() == boards.len() && problems.iter().all(|(other, _)| other == problem) {
        return Err(problem.clone());
    }
    Err(format!("{problem}\n{}", misfit(&path, profile)))
}

fn misfit(path: &Path, profile: &Profile) -> String {
    format!("{}: does not fit profile {:?}", path.display(), profile.name)
}

fn read(root: &Spanned<DeTable<'_>>, spec: &Spec, problems: &mut Problems) -> Said {
    let known: Vec<Key> = OWN.iter().chain(BOARD_ROOT).copied().collect();
    let root = Section::root(root, &known, problems);
    let limits = Limits {
        time: duration_of(root, &LIMIT_TIME, problems),
        stop_after: duration_of(root, &STOP_AFTER, problems),
        trace_bytes: number(root, &LIMIT_TRACE, problems),
        compute: duration_of(root, &LIMIT_COMPUTE, problems).unwrap_or(Limits::default().compute),
    };
    Said {
        about: root.required_text(&ABOUT, problems).map_or_else(String::new, |text| text.value.to_owned()),
        spec: citations(root, spec, problems),
        level: root.one_of(&LEVEL, Level::NAMES, problems).map_or_else(Level::default, |level| level.value),
        profiles: profiles(root, problems),
        board: Board::default(),
        seed: number(root, &SEED, problems).unwrap_or(0),
        args: texts(root, &ARGS, problems).into_iter().map(|(text, _)| text.to_owned()).collect(),
        limits,
        scenario: None,
        expectations: None,
        outcome: outcome_of(root, problems),
    }
}

fn outcome_of(root: Section<'_, '_>, problems: &mut Problems) -> String {
    let Some(text) = root.text(&OUTCOME, problems) else { return "exit 0".to_owned() };
    if let Some(problem) = outcome::problem(text.value) {
        problems.add(text.line, problem);
    }
    text.value.to_owned()
}

fn citations(root: Section<'_, '_>, spec: &Spec, problems: &mut Problems) -> Vec<String> {
    let cited = texts(root, &SPEC, problems);
    for (citation, line) in &cited {
        if spec.sentence(citation).is_none() {
            let alike = |known: &&str| known.contains('#') == citation.contains('#');
            let hint = nearest_only(hint(citation, spec.citations().filter(alike)));
            problems.add(*line, format!("the spec has nothing that is cited as {}{hint}", quote(citation)));
        }
    }
    cited.into_iter().map(|(text, _)| text.to_owned()).collect()
}

/// The list of everything that could be cited is no help.
fn nearest_only(hint: String) -> String {
    if hint.starts_with(" (did") { hint } else { String::new() }
}

fn profiles(root: Section<'_, '_>, problems: &mut Problems) -> Vec<&'static Profile> {
    let Some(value) = root.value(PROFILES.name) else { return Profile::ALL.iter().collect() };
    let named = texts(root, &PROFILES, problems);
    if named.is_empty() {
        problems.add(problems.line(value.span()), "\"profiles\" names none".to_owned());
    }
    let mut profiles = Vec::new();
    for (name, line) in named {
        match Profile::by_name(name) {
            Some(profile) => profiles.push(profile),
            None => {
                let hint = hint(name, Profile::ALL.iter().map(|profile| profile.name));
                problems.add(line, format!("unknown profile {}{hint}", quote(name)));
            }
        }
    }
    profiles
}

fn texts<'f>(root: Section<'f, '_>, key: &Key, problems: &mut Problems) -> Vec<(&'f str, u32)> {
    let mut texts = Vec::new();
    for element in root.array(key, problems) {
        let line = problems.line(element.span());
        match element.get_ref() {
            DeValue::String(text) => texts.push((text.as_ref(), line)),
            other => problems.add(line, format!("{:?} holds {}, not a string", key.name, describe(other))),
        }
    }
    texts
}

fn duration_of(root: Section<'_, '_>, key: &Key, problems: &mut Problems) -> Option<std::time::Duration> {
    let text = root.text(key, problems)?;
    duration::parse(text.value)
        .map_err(|wrong| problems.add(text.line, format!("{:?}: {wrong}", key.name)))
        .ok()
}

/// An integer from 0 to 2^63 - 1, the highest that TOML has.
fn number(root: Section<'_, '_>, key: &Key, problems: &mut Problems) -> Option<u64> {
    let value = root.value(key.name)?;
    let number = match value.get_ref() {
        DeValue::Integer(integer) => i64::from_str_radix(integer.as_str(), integer.radix()).ok(),
        _ => None,
    };
    let number = number.and_then(|number| u64::try_from(number).ok());
    if number.is_none() {
        let found = describe(value.get_ref());
        let message = format!("{:?} must be an integer from 0 to 2^63 - 1, not {found}", key.name);
        problems.add(problems.line(value.span()), message);
    }
    number
}
