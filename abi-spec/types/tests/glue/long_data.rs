//! Data that is more than any transfer has: a record keeps its beginning, length and checksum.

use device_abi::{
    glue,
    trace::{Records, Value},
    types::ErrorCode,
};

use crate::remembering::{DATA_LIMIT, Remembering};

/// One page, each byte its number.
fn page() -> Vec<u8> {
    (0..65_536_u32).map(|n| n as u8).collect()
}

/// The record of a refused `i2c.write` of the first `len` bytes of memory: text, JSON, and its length.
fn write(len: u32) -> (String, String, usize) {
    let mut host = Remembering::failing(ErrorCode::TooLarge);
    assert_eq!(glue::i2c_write(&mut host, &mut page(), 1, 0x76, 0, len), Ok(-8));
    (host.traced().remove(0), host.json().remove(0), host.bytes().len())
}

#[test]
fn the_text_is_the_same_as_of_data_that_was_kept_whole() {
    let limit = DATA_LIMIT as u32;
    let head = "        95 us  i2c.write       i2c=1 address=0x76 data=[000102030405060708090a0b0c0d0e0f..";
    // The checksums are those of python's zlib.crc32(bytes(n % 256 for n in range(len))).
    for (len, crc32) in [(limit, "100ece8c"), (limit + 1, "40c06fd8"), (65_535, "1965f5e2")] {
        let (text, ..) = write(len);
        assert_eq!(text, format!("{head} {len} bytes crc32={crc32}] -> error too-large"));
    }
}

#[test]
fn a_record_has_a_bounded_length() {
    let (fixed, kept) = (16 + 4 + 2 + 4 + 8, DATA_LIMIT);
    assert_eq!(write(kept as u32).2, fixed + kept);
    assert_eq!(write(kept as u32 + 1).2, fixed + 16 + 4);
    assert_eq!(write(65_536).2, fixed + 16 + 4);
}

#[test]
fn json_has_what_the_record_has() {
    let (_, json, _) = write(65_535);
    assert!(
        json.contains(
            r#""data":{"first":"000102030405060708090a0b0c0d0e0f","bytes":65535,"crc32":"1965f5e2"}}"#
        ),
        "{json}"
    );
    let (_, json, _) = write(33);
    assert!(json.contains(r#""data":"000102"#), "{json}");
}

/// `operations` as an array in memory behind the first kilobyte: what each writes, from address 0.
fn transaction(host: &mut Remembering, operations: &[u32]) -> i32 {
    let mut memory = page();
    for (at, len) in operations.iter().enumerate() {
        let element = &mut memory[1024 + 12 * at..][..12];
        element.fill(0);
        element[0] = 1;
        element[8..].copy_from_slice(&len.to_le_bytes());
    }
    glue::i2c_transaction(host, &mut memory, 1, 0x76, 1024, operations.len() as u32).unwrap()
}

#[test]
fn the_operations_of_a_transaction_count_together() {
    let mut host = Remembering::failing(ErrorCode::TooLarge);
    assert_eq!(transaction(&mut host, &[40, 33, 24, 40, 32]), -8);
    let record = Records::new(host.bytes()).next().unwrap();
    let Value::List(operations) = &record.args[2] else { panic!("{record:?}") };
    let lens: Vec<_> = operations
        .iter()
        .map(|operation| match operation {
            Value::Variant("write", Some(data)) => match &**data {
                Value::Bytes(bytes) => Ok(bytes.len()),
                Value::LongBytes { len, .. } => Err(*len),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        })
        .collect();
    // Short ones are kept whole, so that the text is the same with and without a limit.
    assert_eq!(lens, [Ok(40), Err(33), Ok(24), Err(40), Ok(32)]);
}

#[test]
fn many_operations_do_not_make_a_long_record() {
    let mut host = Remembering::failing(ErrorCode::TooLarge);
    assert_eq!(transaction(&mut host, &[65_535; 64]), -8);
    assert_eq!(host.bytes().len(), 16 + 4 + 2 + 4 + 64 * (1 + 4 + 16 + 4) + 8);
}

#[test]
fn what_the_guest_gets_is_always_whole() {
    let mut host = Remembering::new();
    assert_eq!(glue::i2c_read(&mut host, &mut page(), 1, 0x76, 0, 100), Ok(0));
    let record = Records::new(host.bytes()).next().unwrap();
    assert_eq!(record.outputs[0].len(), 100);
}

#[test]
fn a_record_that_ends_in_its_data_is_none() {
    let mut host = Remembering::failing(ErrorCode::TooLarge);
    glue::i2c_write(&mut host, &mut page(), 1, 0x76, 0, 1000).unwrap();
    let whole = host.bytes().to_vec();
    assert_eq!(Records::new(&whole).count(), 1);
    for len in 0..whole.len() {
        let mut cut = whole[..len].to_vec();
        if let Some(length) = cut.first_chunk_mut() {
            *length = (len as u32).to_le_bytes();
        }
        assert_eq!(Records::new(&cut).next(), None, "{len} bytes");
    }
}
