//! What a verb says: text for people, or JSON.

use std::io::{self, ErrorKind, Write};

use anyhow::Context;
use remote_board::Place;
use serde_json::{Map, Value, json};

use crate::{
    exit::Exit,
    failure::Failure,
    interrupt::Interrupt,
    output::{note, print, printable},
};

/// What a verb says: text for people, or JSON.
#[derive(Debug)]
pub(super) struct Report {
    verb: &'static str,
    is_json: bool,
    port: Option<String>,
}

impl Report {
    pub(super) fn new(verb: &'static str, is_json: bool, port: Option<&Place>) -> Self {
        Self { verb, is_json, port: port.map(ToString::to_string) }
    }

    pub(super) fn is_json(&self) -> bool {
        self.is_json
    }

    /// Says what came of the verb: lines for people, or the fields of the one JSON object.
    pub(super) fn done(&self, text: &str, fields: Value) -> Result<(), Failure> {
        if self.is_json {
            return self.object(true, fields);
        }
        let lines = text.lines().map(|line| printable(line) + "\n");
        print(&lines.collect::<String>())
    }

    /// Says one of many things that happen: on standard error for people, or as a JSON object on a line of its own. When
    /// nobody reads those any more, `interrupt` is asked to end it all.
    pub(super) fn event(&self, text: &str, object: &Value, interrupt: &Interrupt) -> Result<(), Failure> {
        if self.is_json {
            return emit(object, interrupt);
        }
        note(text);
        Ok(())
    }

    /// Says why the verb was not done.
    pub(super) fn failed(&self, failure: Failure) -> Exit {
        if !self.is_json {
            return failure.report();
        }
        let chain = failure.chain();
        let fields = json!({
            "error": chain.first(),
            "caused-by": chain.get(1..),
            "help": failure.help(),
            "exit-code": failure.exit().code(),
        });
        match self.object(false, fields) {
            Ok(()) => failure.exit(),
            // Standard output takes nothing: then the other one hears of it.
            Err(_) => failure.report(),
        }
    }

    fn object(&self, ok: bool, fields: Value) -> Result<(), Failure> {
        let mut object = Map::new();
        object.insert("ok".to_owned(), ok.into());
        object.insert("verb".to_owned(), self.verb.into());
        object.insert("port".to_owned(), self.port.clone().into());
        if let Value::Object(fields) = fields {
            object.extend(fields);
        }
        print(&format!("{}\n", Value::Object(object)))
    }
}

/// Prints an object on a line of its own at once, and asks `interrupt` to end it all when nobody reads any more.
pub(super) fn emit(object: &Value, interrupt: &Interrupt) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(format!("{object}\n").as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            interrupt.request();
            Ok(())
        }
        written => Ok(written.context("standard output cannot be written")?),
    }
}
