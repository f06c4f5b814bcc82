//! Patterns for the ids of cases.

/// Whether `pattern` matches all of `text`. `*` stands for any characters, also none, `?` for one.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // Where to go on after the last `*`, if it has to take one character more.
    let mut retry = None;
    let (mut p, mut t) = (0, 0);
    while t < text.len() {
        if pattern.get(p) == Some(&'*') {
            retry = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|wanted| *wanted == '?' || *wanted == text[t]) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((star, taken)) = retry {
            retry = Some((star, taken + 1));
            (p, t) = (star + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, wanted) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("i2c/*", "i2c/probe", true),
            ("i2c/*", "spi/probe", false),
            ("*probe", "i2c/probe", true),
            ("*pro", "i2c/probe", false),
            ("i2c/prob?", "i2c/probe", true),
            ("i2c/probe?", "i2c/probe", false),
            ("*a*b", "xaxbxab", true),
            ("*a*b", "xaxbxa", false),
            ("grü?e", "grüße", true),
        ] {
            assert_eq!(matches(pattern, text), wanted, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_longer_than_they_must() {
        assert!(!matches(&"*a".repeat(50), &"a".repeat(49)));
        assert!(!matches(&("*a".repeat(200) + "b"), &"a".repeat(2000)));
    }
}
