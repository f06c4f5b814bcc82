//! Doing once what was asked once, however often the question arrives.

/// Tells new questions from repeated ones, and keeps the last reply for those.
///
/// A question is repeated, with its number, when its reply does not come; so a lost reply must be sent again without
/// doing again what was asked. Numbers rise by one and wrap around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeats<R> {
    last: Option<u16>,
    reply: Option<R>,
}

/// What a number says of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<R> {
    /// It is new, and to be answered.
    New,
    /// It was answered so; the reply is to be sent again.
    Answered(R),
    /// It is being answered, or older than the last one; nothing is to be done.
    Old,
}

impl<R> Default for Repeats<R> {
    fn default() -> Self {
        Self { last: None, reply: None }
    }
}

impl<R> Repeats<R> {
    /// Nothing was asked yet. So it is, too, after each hello.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at the number of a question that came in. A new one becomes the last.
    pub fn look(&mut self, number: u16) -> Known<&R> {
        // Up to half of all numbers are ahead of the last one, the others behind it.
        match self.last.map(|last| number.wrapping_sub(last)) {
            Some(0) => self.reply.as_ref().map_or(Known::Old, Known::Answered),
            Some(0x8000..) => Known::Old,
            _ => {
                self.last = Some(number);
                self.reply = None;
                Known::New
            }
        }
    }

    /// Keeps the reply to the last question.
    pub fn answered(&mut self, reply: R) {
        self.reply = Some(reply);
    }
}
