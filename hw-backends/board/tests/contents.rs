//! Memory that is not empty from the start.

use embedded_hal::i2c::Operation;
use hw_board::Board;

#[test]
fn an_eeprom_holds_from_the_start_what_the_file_says() {
    let text = include_str!("boards/accepted/contents.toml");
    let mut hardware = Board::parse(text, "board.toml").unwrap().hardware();
    let bus = &mut hardware.i2c[0].bus;
    let mut read = |chip: u8, at: u16, len: usize| {
        let mut bytes = vec![0; len];
        let mut operations = [Operation::Write(&at.to_be_bytes()), Operation::Read(&mut bytes)];
        bus.transaction(0, chip, 400_000, &mut operations).result.unwrap();
        bytes
    };
    assert_eq!(read(0x50, 0, 8), b"Hello,\xff\xff");
    // From the last two bytes on, with the wrap.
    assert_eq!(read(0x50, 0x7ffd, 4), [0xff, 0xaa, 0xbb, b'H']);
    assert_eq!(read(0x51, 0, 2), [0xff, 0xff]);
}
