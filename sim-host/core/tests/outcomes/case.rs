//! A case: its folder, its guest, and the text that stands for what became of it.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use device_abi::{Limit, RefusalWord, Trap};
use sim_host::{Board, Guest, Outcome, Profile, Run, SimBuilder};

use crate::settings::{Settings, Show};

/// One folder.
#[derive(Debug)]
pub(crate) struct Case {
    /// `<area>/<condition>`
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) settings: Settings,
    /// What the file `expect` says, if there is one.
    pub(crate) expected: Option<String>,
    guest: Vec<u8>,
    board: Option<PathBuf>,
}

/// All cases, by name.
pub(crate) fn all() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/outcomes");
    let conditions = folders(&root).into_iter().flat_map(|area| folders(&area));
    conditions.map(|folder| Case::load(folder).unwrap_or_else(|problem| panic!("{problem}"))).collect()
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(of).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

impl Case {
    fn load(folder: PathBuf) -> Result<Self, String> {
        let parts = [folder.parent().and_then(Path::file_name), folder.file_name()];
        let name = parts.map(|part| part.unwrap_or_default().to_string_lossy().into_owned()).join("/");
        let read = |file: &str| fs::read_to_string(folder.join(file)).ok();
        let (text, guest) = match (read("guest.wat"), read("guest.hex")) {
            (Some(wat), None) => (wat.clone(), wat.into_bytes()),
            (None, Some(hex)) => (hex.clone(), bytes(&hex).ok_or(format!("{name}: guest.hex is not hex"))?),
            _ => return Err(format!("{name}: there must be one of guest.wat and guest.hex")),
        };
        let settings = Settings::parse(&text).map_err(|problem| format!("{name}: {problem}"))?;
        let boards = [folder.join("board.toml"), folder.with_file_name("board.toml")];
        let board = boards.into_iter().find(|path| path.exists());
        Ok(Self { name, settings, expected: read("expect"), guest, board, folder })
    }

    /// The run that the case describes.
    pub(crate) fn sim(&self, profile: &'static Profile) -> Result<SimBuilder, String> {
        let board = match &self.board {
            Some(path) => Board::load(path).map_err(|error| error.to_string())?,
            None => Board::default(),
        };
        let guest = Guest::from_bytes(&self.guest).map_err(|error| format!("{error:?}"))?;
        Ok(self.settings.sim().board(board).profile(profile).guest(guest))
    }

    /// Runs the guest and describes what became of it, in the form of the file `expect`.
    pub(crate) fn run(&self, profile: &'static Profile) -> Result<String, String> {
        let run = self.sim(profile)?.run().map_err(|error| format!("{error:?}"))?;
        Ok(describe(&run, self.settings.trace))
    }
}

fn describe(run: &Run, show: Show) -> String {
    let mut text = format!("{}\n", run.outcome);
    // What a module that is not valid is told comes from the validator, and varies with its version and features.
    let from_validator =
        matches!(&run.outcome, Outcome::Refused(refusal) if refusal.word == RefusalWord::Invalid);
    // Where exactly such a guest was caught is chance.
    let anywhere =
        matches!(run.outcome, Outcome::Limit(Limit::Compute) | Outcome::Trap(Trap::StackExhausted));
    if let Some(prose) = run.prose().filter(|_| !from_validator) {
        let prose = if anywhere { prose.split(", in ").next().unwrap_or(prose) } else { prose };
        let _ = writeln!(text, "prose: {prose}");
    }
    for line in &run.log {
        let _ = write!(text, "log: {} {:?}", line.level.name(), line.text);
        text += &if line.cut > 0 { format!(" cut={}\n", line.cut) } else { "\n".into() };
    }
    match show {
        Show::Untimed => text += &run.trace.untimed(),
        Show::Timed => {
            text += &run.trace.to_string();
            text += &format!("end: {} ns\n", run.device_time_ns);
        }
        Show::Count => text += &format!("calls: {}\n", run.trace.records().count()),
    }
    // Calls without arguments end at their padded name.
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// The bytes that hexadecimal digits stand for; lines that begin with `;;` are comments.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let lines = hex.lines().filter(|line| !line.starts_with(";;"));
    let digits: Vec<u8> = lines.flat_map(str::bytes).filter(|byte| !byte.is_ascii_whitespace()).collect();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    digits.chunks(2).map(|pair| Some((digit(pair[0])? * 16 + digit(*pair.get(1)?)?) as u8)).collect()
}
