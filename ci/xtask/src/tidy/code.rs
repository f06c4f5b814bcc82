//! Rust source without its comments and literals, so that a rule sees code alone.

/// `source` with comments and the insides of literals blanked; every line and column stays where it was.
pub(super) fn only(source: &str) -> String {
    let mut rest = source;
    let mut code = String::with_capacity(source.len());
    while let Some(first) = rest.chars().next() {
        let skipped = skipped(rest, code.chars().next_back());
        let length = if skipped == 0 { first.len_utf8() } else { skipped };
        let (taken, after) = rest.split_at(length);
        if skipped == 0 {
            code.push_str(taken);
        } else {
            code.extend(taken.chars().map(|character| if character == '\n' { '\n' } else { ' ' }));
        }
        rest = after;
    }
    code
}

/// How many bytes at the start of `text` are a comment or a literal.
fn skipped(text: &str, before: Option<char>) -> usize {
    let in_word = before.is_some_and(|character| character.is_alphanumeric() || character == '_');
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return block_comment(text);
    }
    if text.starts_with('"') {
        return string(text, 1);
    }
    if !in_word && let Some(raw) = raw_string(text) {
        return raw;
    }
    if text.starts_with('\'') {
        return character(text);
    }
    0
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn string(text: &str, start: usize) -> usize {
    let mut escaped = false;
    for (at, character) in text[start..].char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return start + at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `r"…"`, `r#"…"#`, `br"…"` and so on.
fn raw_string(text: &str) -> Option<usize> {
    let after =
        text.strip_prefix("br").or_else(|| text.strip_prefix("cr")).or_else(|| text.strip_prefix('r'))?;
    let marks = after.len() - after.trim_start_matches('#').len();
    let inside = after[marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    let closed = inside.find(&end).map_or(inside.len(), |at| at + end.len());
    Some(text.len() - inside.len() + closed)
}

/// A character literal; 0 for a lifetime.
fn character(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => {
            characters.next();
            characters.find(|(_, character)| *character == '\'').map_or(0, |(at, _)| at + 1)
        }
        Some(_) => match characters.next() {
            Some((at, '\'')) => at + 1,
            _ => 0,
        },
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::only;

    /// What is left, without the blanks; as many characters as before.
    fn left(source: &str) -> String {
        let code = only(source);
        assert_eq!(code.chars().count(), source.chars().count(), "{code:?}");
        code.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_literals_are_blanked() {
        assert_eq!(left("a // unsafe\nb"), "a b");
        assert_eq!(left("a /* x /* y */ z */ b"), "a b");
        assert_eq!(left(r#"f("unsafe \" x") + 1"#), "f( ) + 1");
        assert_eq!(left("r#\"un\"safe\"# b"), "b");
        assert_eq!(left("bar\"x\" b"), "bar b");
    }

    #[test]
    fn lifetimes_and_characters_are_told_apart() {
        assert_eq!(left("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(left("'\"' x '\\'' y '\\u{1f}' z"), "x y z");
    }

    #[test]
    fn lines_stay_where_they_are() {
        let source = "//! é\nlet s = \"two\nlines\"; /* and\n more */ unsafe {}\n";
        let code = only(source);
        assert_eq!(code.lines().count(), source.lines().count());
        assert!(code.lines().nth(3).unwrap().trim_start().starts_with("unsafe"));
    }

    #[test]
    fn unfinished_literals_end_with_the_file() {
        for source in ["\"abc", "r#\"abc\"", "/* abc", "'", "'\\"] {
            assert!(only(source).len() <= source.len() + 1);
        }
    }
}
