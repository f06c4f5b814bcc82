//! The name that somebody may have meant.

/// Names longer than this are not compared: nobody mistyped a known name at such length.
const LONGEST: usize = 64;

/// What to say after an unknown `name`: the nearest of the `known` ones, or all of them.
pub fn hint<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(name, &known) {
        Some(near) => format!(" (did you mean {near:?}?)"),
        None => {
            let list: Vec<String> = known.iter().map(|name| format!("{name:?}")).collect();
            format!(" (known: {})", list.join(", "))
        }
    }
}

/// `text` in quotes, short enough for a line and without control characters.
pub fn quote(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

fn nearest<'n>(name: &str, known: &[&'n str]) -> Option<&'n str> {
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    let name = name.to_lowercase().replace('_', "-");
    let scored = known.iter().map(|other| {
        let written = other.to_lowercase();
        let distance = strsim::osa_distance(&name, &written);
        // A name without its unit, or with one too many, is as near as a letter mistyped.
        let part = name.len() >= 3 && (written.starts_with(&name) || name.starts_with(&written));
        (if part { distance.min(1) } else { distance }, distance, other)
    });
    let (distance, _, near) = scored.min_by_key(|(score, distance, _)| (*score, *distance))?;
    (distance * 3 <= near.len().max(3)).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelling_finds_its_name() {
        let known = ["frequency-hz", "sda", "scl", "chips", "backend", "output", "output-open-drain", "LED"];
        for (typed, meant) in [
            ("freqency-hz", "frequency-hz"),
            ("frequency_hz", "frequency-hz"),
            ("frequency", "frequency-hz"),
            ("SDA", "sda"),
            ("slc", "scl"),
            ("chip", "chips"),
            ("output-opendrain", "output-open-drain"),
            ("LDE", "LED"),
        ] {
            assert_eq!(nearest(typed, &known), Some(meant), "{typed}");
        }
    }

    #[test]
    fn what_is_near_to_nothing_gets_the_whole_list() {
        assert_eq!(hint("voltage", ["sda", "scl"]), r#" (known: "sda", "scl")"#);
        assert_eq!(hint("", ["sda"]), r#" (known: "sda")"#);
        assert_eq!(hint(&"s".repeat(100_000), ["sda"]), r#" (known: "sda")"#);
    }

    #[test]
    fn quoted_text_stays_on_a_line() {
        assert_eq!(quote("a\nb"), r#""a\nb""#);
        assert_eq!(quote(&"é".repeat(65)), format!("\"{}\"…", "é".repeat(64)));
    }
}
