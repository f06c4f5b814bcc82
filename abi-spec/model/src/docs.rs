//! What documentation comments say beyond prose: listed errors, anchors, the marker of functions that never return.

use crate::{
    Docs, ListedError, Rule,
    source::{Place, Source},
};

/// A documentation comment, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Comment {
    pub(crate) docs: Docs,
    /// Listed errors with their places.
    pub(crate) errors: Vec<(ListedError, Place)>,
    pub(crate) never_returns: Option<Place>,
    /// The anchors again, with their places.
    pub(crate) anchors: Vec<(String, Place)>,
}

/// Takes the documentation of `what` apart and checks that it is there.
pub(crate) fn comment(source: &Source, docs: &wit_parser::Docs, item: &Place, what: &str) -> Comment {
    let mut comment = Comment::default();
    let contents = docs.contents.as_deref().unwrap_or_default();
    if contents.trim().is_empty() {
        source.problem(item, format!("{what} has no documentation"));
        return comment;
    }
    let places = source.doc_places(item);
    let place = |at: usize| places.get(at).unwrap_or(item).clone();
    let mut paragraphs = Vec::new();
    let mut continues = false;
    for (at, line) in contents.lines().map(str::trim).enumerate() {
        let begins = line.is_empty() || line.starts_with("- ");
        if begins || !continues {
            paragraphs.push(Paragraph::default());
        }
        continues = !line.is_empty();
        if let Some(paragraph) = paragraphs.last_mut().filter(|_| !line.is_empty()) {
            paragraph.push(line, place(at));
        }
    }
    paragraphs.retain(|paragraph| !paragraph.text.is_empty());
    for paragraph in &paragraphs {
        paragraph.rules(source, &mut comment);
        if paragraph.text == "- never returns" {
            comment.never_returns = Some(paragraph.place(0));
        } else if let Some((code, when)) = listed_error(&paragraph.text) {
            let listed = ListedError { code: code.to_owned(), when: without_anchors(when) };
            comment.errors.push((listed, paragraph.place(0)));
        } else {
            let text = &mut comment.docs.text;
            if !text.is_empty() {
                // Items of one list stay together.
                text.push_str(if paragraph.text.starts_with("- ") { "\n" } else { "\n\n" });
            }
            text.push_str(&without_anchors(&paragraph.text));
        }
    }
    comment
}

/// Lines that belong together, joined by spaces.
#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    /// Where each line begins in the text, and in the WIT.
    lines: Vec<(usize, Place)>,
}

impl Paragraph {
    fn push(&mut self, line: &str, place: Place) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.lines.push((self.text.len(), place));
        self.text.push_str(line);
    }

    fn place(&self, offset: usize) -> Place {
        let line = self.lines.iter().rev().find(|(begin, _)| *begin <= offset);
        line.unwrap_or(&self.lines[0]).1.clone()
    }

    fn rules(&self, source: &Source, comment: &mut Comment) {
        for (offset, sentence) in sentences(&self.text) {
            let anchors = anchors(sentence);
            let text = without_anchors(sentence.strip_prefix("- ").unwrap_or(sentence));
            if anchors.is_empty()
                && let Some(at) = words(sentence).find(|(_, word)| *word == "MUST").map(|(at, _)| at)
            {
                source.problem(&self.place(offset + at), "sentence with MUST has no anchor like {#its-name}");
            }
            for (at, anchor) in anchors {
                let place = self.place(offset + at);
                if !is_anchor(anchor) {
                    source.problem(
                        &place,
                        format!("anchor `{anchor}` is not made of lowercase words and hyphens"),
                    );
                }
                comment.docs.rules.push(Rule { anchor: anchor.to_owned(), sentence: text.clone() });
                comment.anchors.push((anchor.to_owned(), place));
            }
        }
    }
}

/// ``- `busy`: why``
fn listed_error(paragraph: &str) -> Option<(&str, &str)> {
    paragraph.strip_prefix("- `")?.split_once("`: ")
}

/// The sentences of a paragraph with their offsets. An anchor after the full stop belongs to the sentence before it.
fn sentences(paragraph: &str) -> Vec<(usize, &str)> {
    let mut sentences = Vec::new();
    let mut begin = 0;
    for (stop, _) in paragraph.match_indices(". ") {
        let rest = &paragraph[stop + 2..];
        let anchored = rest.len() - skip_anchors(rest).len();
        let end = stop + 2 + anchored;
        if end > begin {
            sentences.push((begin, &paragraph[begin..end]));
            begin = end;
        }
    }
    if begin < paragraph.len() {
        sentences.push((begin, &paragraph[begin..]));
    }
    sentences
}

fn skip_anchors(mut text: &str) -> &str {
    while let Some(rest) = text.strip_prefix("{#") {
        let Some((_, after)) = rest.split_once('}') else { break };
        text = after.trim_start();
    }
    text
}

fn anchors(sentence: &str) -> Vec<(usize, &str)> {
    sentence
        .match_indices("{#")
        .filter_map(|(at, _)| Some((at, sentence[at + 2..].split_once('}')?.0)))
        .collect()
}

fn is_anchor(anchor: &str) -> bool {
    anchor.starts_with(|first: char| first.is_ascii_lowercase())
        && !anchor.ends_with('-')
        && anchor.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

fn without_anchors(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, anchor)) = rest.split_once("{#") {
        let Some((_, after)) = anchor.split_once('}') else { break };
        out.push_str(before.trim_end());
        rest = after;
    }
    out.push_str(rest);
    out.trim().to_owned()
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices(|c: char| c.is_ascii_alphabetic())
        .filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_ascii_alphanumeric()))
        .map(|(at, _)| {
            let len = text[at..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len() - at);
            (at, &text[at..at + len])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_belongs_to_the_sentence_before_it() {
        let text = "One. {#a} Two, {#b}; still two. Three {#c}";
        let found: Vec<_> = sentences(text).iter().map(|(_, sentence)| anchors(sentence)[0].1).collect();
        assert_eq!(found, ["a", "b", "c"]);
        assert_eq!(without_anchors(text), "One. Two,; still two. Three");
    }

    #[test]
    fn words_are_whole() {
        let found: Vec<_> = words("A MUST, not MUSTY").map(|(_, word)| word).collect();
        assert_eq!(found, ["A", "MUST", "not", "MUSTY"]);
    }
}
