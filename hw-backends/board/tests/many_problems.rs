//! Files with more that is wrong than anybody reads: all of it is found, and the first of it is shown.

use hw_board::{Board, FileError, Scenario, expectations};

/// The most problems that are shown.
const SHOWN: usize = 20;

type Reader = fn(&str) -> Result<(), FileError>;

/// What the reader of each kind of file says of a text.
fn readers() -> [(&'static str, Reader); 3] {
    [
        ("board", |text| Board::parse(text, "f.toml").map(drop)),
        ("scenario", |text| Scenario::parse(text, "f.toml", &Board::default()).map(drop)),
        ("expectations", |text| expectations::parse(text, "f.toml", &Board::default()).map(drop)),
    ]
}

#[track_caller]
fn check(kind: &str, error: &FileError, found: usize) {
    let text = error.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(error.problems().len(), found, "{kind}: {text}");
    assert_eq!(lines.len(), found.min(SHOWN) + usize::from(found > SHOWN), "{kind}: {text}");
    assert!(lines[..found.min(SHOWN)].iter().all(|line| line.starts_with("f.toml:")), "{kind}: {text}");
    let last = match found.saturating_sub(SHOWN) {
        0 => return,
        1 => "… and 1 more problem".to_owned(),
        more => format!("… and {more} more problems"),
    };
    assert_eq!(lines[SHOWN], last, "{kind}");
}

#[test]
fn the_first_twenty_are_shown_and_the_others_counted() {
    for count in [18, 19, 20, 21, 22, 2000] {
        let keys: String = (0..count).map(|number| format!("k{number} = 0\n")).collect();
        for (kind, read) in readers() {
            let error = read(&keys).unwrap_err();
            // Beside the unknown keys, there is no step.
            check(kind, &error, count + usize::from(kind == "scenario"));
        }
    }
}

#[test]
fn what_is_shown_is_short_however_much_is_wrong() {
    let step = "{ expect-call = { function = 'i2c.wirte_it' } },\n";
    let error = Scenario::parse(&format!("step = [\n{}]", step.repeat(1000)), "f.toml", &Board::default());
    let error = error.unwrap_err();
    check("scenario", &error, 1000);
    assert!(error.to_string().len() < 20_000, "{} bytes", error.to_string().len());
}

#[test]
fn brackets_that_nobody_closes_are_no_flood() {
    for (kind, read) in readers() {
        let error = read(&format!("a = {}\n", "[".repeat(1000))).unwrap_err();
        assert!(error.problems().len() > SHOWN, "{kind}: {error}");
        assert_eq!(error.to_string().lines().count(), SHOWN + 1, "{kind}: {error}");
    }
}
