//! Serial ports of this machine, and which of them a board may be at.

use serialport::{SerialPortType, UsbPortInfo};

use crate::{Firmware, Place, RemoteError, Session};

/// A serial port of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its path or name, as it is opened.
    pub path: String,
    /// What is plugged in, where that is USB.
    pub usb: Option<Usb>,
}

/// What a USB device says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usb {
    /// Its maker's number.
    pub vendor: u16,
    /// The product's number.
    pub product: u16,
    /// The product's name, or empty.
    pub name: String,
    /// The number of this very one, or empty.
    pub serial: String,
}

/// What boards talk through: vendor, product, what it is. Taken from Linux' drivers for USB serial ports
/// (drivers/usb/serial: cp210x.c, ch341.c, ftdi_sio.c; cdc-acm), and for the chips that have USB of their own from
/// Espressif's list (github.com/espressif/usb-pids; ESP32-C3 technical reference manual, chapter "USB Serial/JTAG
/// Controller").
const KNOWN: &[(u16, u16, &str)] = &[
    (0x303a, 0x1001, "Espressif USB serial/JTAG"),
    (0x10c4, 0xea60, "CP210x"),
    (0x10c4, 0xea70, "CP2105"),
    (0x1a86, 0x7523, "CH340"),
    (0x1a86, 0x5523, "CH341"),
    (0x1a86, 0x55d3, "CH343"),
    (0x1a86, 0x55d4, "CH9102"),
    (0x0403, 0x6001, "FT232R"),
    (0x0403, 0x6010, "FT2232"),
    (0x0403, 0x6014, "FT232H"),
    (0x0403, 0x6015, "FT231X"),
];

impl Usb {
    /// What it is, if boards are known to talk through it.
    #[must_use]
    pub fn known(&self) -> Option<&'static str> {
        let own = (self.vendor, self.product);
        KNOWN.iter().find(|(vendor, product, _)| (*vendor, *product) == own).map(|(.., name)| *name)
    }
}

impl Port {
    /// All serial ports of this machine, by path.
    #[must_use]
    pub fn all() -> Vec<Self> {
        // Where Linux has no ports, the crate panics.
        if cfg!(target_os = "linux") && !std::path::Path::new("/sys/class/tty").is_dir() {
            return Vec::new();
        }
        let found = serialport::available_ports().unwrap_or_default();
        let mut ports: Vec<Self> = found
            .into_iter()
            .map(|port| {
                let usb = match port.port_type {
                    SerialPortType::UsbPort(usb) => Some(usb.into()),
                    _ => None,
                };
                Self { path: port.port_name, usb }
            })
            .collect();
        ports.sort_by(|a, b| a.path.cmp(&b.path));
        ports
    }

    /// Says hello at this port, and waits little more than a second for the reply.
    ///
    /// # Errors
    /// Why there is none.
    pub fn ask(&self) -> Result<Session, RemoteError> {
        let place = Place::at_port(&self.path);
        let line = place.open(&Firmware::none())?;
        Session::look(line, &place.to_string())
    }
}

impl From<UsbPortInfo> for Usb {
    fn from(usb: UsbPortInfo) -> Self {
        Self {
            vendor: usb.vid,
            product: usb.pid,
            name: usb.product.unwrap_or_default(),
            serial: usb.serial_number.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bridges_are_known_by_both_numbers() {
        let usb = |vendor, product| Usb { vendor, product, name: String::new(), serial: String::new() };
        assert_eq!(usb(0x303a, 0x1001).known(), Some("Espressif USB serial/JTAG"));
        assert_eq!(usb(0x1a86, 0x55d4).known(), Some("CH9102"));
        assert_eq!(usb(0x1a86, 0x1001).known(), None);
        assert_eq!(usb(0x303a, 0x7523).known(), None);
    }
}
