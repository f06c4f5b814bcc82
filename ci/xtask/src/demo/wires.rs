//! Whether the demo's VCD file and picture tell of the same as its trace.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};

/// Compares the bytes on bus 0, decoded from the edges in `vcd`, with the transactions in `trace`.
pub(super) fn check_vcd(vcd: &str, trace: &str) -> Result<()> {
    let sent = decode(vcd)?;
    let called: Vec<_> = trace.lines().filter_map(transaction).collect();
    ensure!(!called.is_empty(), "the trace has no transactions");
    ensure!(
        sent.len() == called.len(),
        "{} transactions in the VCD file, {} in the trace",
        sent.len(),
        called.len()
    );
    for (number, (sent, called)) in sent.iter().zip(&called).enumerate() {
        ensure!(
            sent == called,
            "transaction {number} is {sent:02x?} in the VCD file, {called:02x?} in the trace"
        );
    }
    Ok(())
}

/// Looks whether `svg` is well-formed and has all of `texts`.
pub(super) fn check_picture(svg: &str, texts: &[&str]) -> Result<()> {
    let (mut open, mut rest) = (Vec::new(), svg);
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, behind) = tag.split_once('>').context("a tag does not end")?;
        rest = behind;
        match tag.strip_prefix('/') {
            Some(name) => ensure!(open.pop() == Some(name), "</{name}> ends what is not open"),
            None if tag.starts_with('?') || tag.ends_with('/') => {}
            None => open.push(tag.split(' ').next().unwrap_or(tag)),
        }
    }
    ensure!(
        svg.contains("<svg ") && open.is_empty() && rest == "\n",
        "the picture is cut off: {open:?} still open"
    );
    for text in texts {
        ensure!(svg.contains(text), "the picture does not show {text:?}");
    }
    Ok(())
}

/// The bytes of each transaction on bus 0 in a VCD file, address bytes included.
fn decode(vcd: &str) -> Result<Vec<Vec<u8>>> {
    let (head, changes) =
        vcd.split_once("$enddefinitions $end\n").context("the head of the VCD file has no end")?;
    let wires = head.lines().filter_map(|line| line.strip_prefix("$var wire 1 ")?.strip_suffix(" $end"));
    let names: BTreeMap<&str, &str> = wires.filter_map(|wire| wire.split_once(' ')).collect();
    let (mut bus, mut now_ns) = (Bus { scl: true, sda: true, ..Bus::default() }, 0);
    for line in changes.lines().filter(|line| !["$dumpvars", "$end"].contains(line)) {
        if let Some(time) = line.strip_prefix('#') {
            let time_ns: u64 = time.parse().with_context(|| format!("\"{line}\" is no time"))?;
            ensure!(time_ns >= now_ns, "time goes from {now_ns} to {time_ns} ns");
            now_ns = time_ns;
            continue;
        }
        let (value, code) = line.split_at_checked(1).with_context(|| format!("\"{line}\" is no change"))?;
        let name = names.get(code).with_context(|| format!("\"{line}\" is of no wire"))?;
        match (*name, value) {
            ("i2c0_scl", "0" | "1") => bus.clock(value == "1")?,
            ("i2c0_sda", "0" | "1") => bus.data(value == "1"),
            ("i2c0_error", "1") => bail!("an error on the bus at {now_ns} ns"),
            ("i2c0_scl" | "i2c0_sda", _) => bail!("{name} is \"{value}\" at {now_ns} ns"),
            _ => ensure!(["0", "1", "x", "z"].contains(&value), "\"{line}\" is no change"),
        }
    }
    Ok(bus.transactions)
}

/// A bus that somebody listens to.
#[derive(Debug, Default)]
struct Bus {
    scl: bool,
    sda: bool,
    /// Since the last byte, start or stop.
    bits: Vec<bool>,
    transactions: Vec<Vec<u8>>,
}

impl Bus {
    fn clock(&mut self, is_high: bool) -> Result<()> {
        if is_high && !self.scl {
            self.bits.push(self.sda);
        }
        self.scl = is_high;
        if let [byte @ .., _acknowledge] = self.bits.as_slice()
            && byte.len() == 8
        {
            let byte = byte.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
            self.transactions.last_mut().context("a byte before any start")?.push(byte);
            self.bits.clear();
        }
        Ok(())
    }

    fn data(&mut self, is_high: bool) {
        if self.scl && self.sda != is_high {
            // The clock of a repeated start has gone up before.
            if !is_high && self.bits.is_empty() {
                self.transactions.push(Vec::new());
            }
            self.bits.clear();
        }
        self.sda = is_high;
    }
}

/// The bytes of a transaction in a line of the trace, address bytes included; `None` for other calls.
fn transaction(line: &str) -> Option<Vec<u8>> {
    let call = line.split_once(" us  ")?.1;
    let field = |name: &str| call.split_once(name)?.1.split([' ', ']']).next();
    let address = u8::from_str_radix(field("address=0x")?, 16).ok()?;
    let (written, read) = (field("data=[").map(bytes), field("-> [").map(bytes));
    let refused = call.contains(" -> ") && read.is_none();
    let message =
        |reads: u8, data: Option<Vec<u8>>| data.map(|data| [vec![address << 1 | reads], data].concat());
    match call.split(' ').next()? {
        "i2c.write" | "i2c.read" | "i2c.write-read" if refused => Some(vec![address << 1]),
        "i2c.write" => message(0, written),
        "i2c.read" => message(1, read),
        "i2c.write-read" => Some([message(0, written)?, message(1, read)?].concat()),
        _ => None,
    }
}

/// Two digits each.
fn bytes(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .filter_map(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str =
        "  3 us  i2c.write       i2c=3 address=0x50 data=[]\n  9 us  gpio.read  pin=2 -> high\n";

    /// A start, nine bits of which the last acknowledges, a stop.
    fn vcd(byte: u8) -> String {
        let names = "$var wire 1 ! i2c0_scl $end\n$var wire 1 \" i2c0_sda $end\n$var wire 1 # LED $end\n";
        let mut file = format!("{names}$enddefinitions $end\n#0\n$dumpvars\n1!\n1\"\nz#\n$end\n#1\n0\"\n");
        for bit in (0..9).map(|bit| u16::from(byte) << 1 >> (8 - bit) & 1) {
            file += &format!("0!\n{bit}\"\n1!\n");
        }
        file + "#2\n0!\n0\"\n1!\n1\"\n"
    }

    #[test]
    fn a_file_that_tells_of_something_else_is_refused() {
        check_vcd(&vcd(0xa0), TRACE).unwrap();
        let error = |vcd: &str| check_vcd(vcd, TRACE).unwrap_err().to_string();
        assert_eq!(error(&vcd(0xa2)), "transaction 0 is [a2] in the VCD file, [a0] in the trace");
        assert_eq!(error(&vcd(0xa0).replace("#2", "#0")), "time goes from 1 to 0 ns");
        assert_eq!(error(&vcd(0xa0).replace("z#", "z$")), "\"z$\" is of no wire");
        let (head, _) = vcd(0xa0).split_once("#1").map(|(head, rest)| (head.to_owned(), rest.len())).unwrap();
        assert_eq!(error(&head), "0 transactions in the VCD file, 1 in the trace");
    }

    #[test]
    fn lines_of_the_trace_are_bytes_on_the_bus() {
        let read = "4 us  i2c.write-read  i2c=3 address=0x76 data=[d0] into=2 -> [6058]";
        assert_eq!(transaction(read), Some(vec![0xec, 0xd0, 0xed, 0x60, 0x58]));
        let refused = "4 us  i2c.write  i2c=3 address=0x50 data=[0102] -> no-acknowledge-address";
        assert_eq!(transaction(refused), Some(vec![0xa0]));
        assert_eq!(transaction("2 us  i2c.open  bus=0 frequency-hz=0 -> 3"), None);
    }

    #[test]
    fn a_picture_that_is_cut_off_is_refused() {
        let svg = "<?xml?>\n<svg a=\"b\">\n<text>0x76</text><rect/></svg>\n";
        check_picture(svg, &["0x76"]).unwrap();
        assert!(check_picture(&svg[..svg.len() - 7], &[]).unwrap_err().to_string().contains("cut off"));
        assert!(check_picture(&svg.replace("</text>", ""), &[]).is_err());
        assert!(check_picture(svg, &["0x50"]).unwrap_err().to_string().contains("does not show"));
    }
}
