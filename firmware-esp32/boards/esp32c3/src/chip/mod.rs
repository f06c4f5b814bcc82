//! The chip: start-up and drivers.
//!
//! What the boot loader has left is not relied on: esp-hal sets the clocks, turns the boot loader's watchdogs off and guards the end of
//! the stack, `reset` does the rest.

mod board;
mod clock;
mod flash;
mod heap;
mod i2c;
mod led;
mod native;
mod needs;
mod panic;
mod reset;
mod uart;
mod usb;
mod watchdog;

use alloc::boxed::Box;

use esp_hal::{Config, clock::CpuClock, efuse, rtc_cntl::Rtc};
use firmware_agent::{Identity, serve};
use firmware_atomics as _;

use self::{board::Esp32C3, led::Led, watchdog::Watchdog};

// What the boot loader and `espflash` read. No times: two builds of the same sources are the same.
esp_bootloader_esp_idf::esp_app_desc!(
    env!("CARGO_PKG_VERSION"),
    "twinboard",
    "-",
    "-",
    esp_bootloader_esp_idf::ESP_IDF_COMPATIBLE_VERSION,
    esp_bootloader_esp_idf::MMU_PAGE_SIZE,
    0,
    u16::MAX,
    esp_bootloader_esp_idf::SECURE_VERSION
);

#[esp_hal::main]
fn main() -> ! {
    reset::peripherals();
    let peripherals = esp_hal::init(Config::default().with_cpu_clock(CpuClock::_160MHz));
    heap::start();
    uart::start(peripherals.UART0, peripherals.GPIO20, peripherals.GPIO21);
    usb::start(peripherals.USB_DEVICE);
    reset::interrupts();
    let mac = efuse::base_mac_address();
    // Lives as long as the firmware.
    let device_id = Box::leak(Box::<[u8]>::from(mac.as_bytes()));
    let identity = Identity { board: "esp32c3", device_id, profile: heap::PROFILE };
    let watchdog = Watchdog::new(Rtc::new(peripherals.RTC_TIMER).rwdt);
    serve(Box::new(Esp32C3::new(Led::new(), watchdog, flash::open(peripherals.FLASH))), identity);
    esp_hal::system::software_reset()
}
