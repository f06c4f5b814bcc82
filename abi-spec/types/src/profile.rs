//! What a device can hold. The simulator enforces the same profile as the chip.

/// The sizes and counts that a device grants its guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// Its name, as board files and `--profile` write it.
    pub name: &'static str,
    /// Bytes of a module.
    pub module_bytes: u32,
    /// Pages (64 KiB each) of a guest's memory.
    pub memory_pages: u32,
    /// Elements of all tables together.
    pub table_elements: u32,
    /// Function types.
    pub types: u32,
    /// Imports.
    pub imports: u32,
    /// Functions, imported ones included.
    pub functions: u32,
    /// Globals.
    pub globals: u32,
    /// Exports.
    pub exports: u32,
    /// Data segments, and likewise element segments.
    pub segments: u32,
    /// Locals (parameters included), operand stack slots, and parameters and results of the blocks around an
    /// instruction, of one function; each slot 64 bits.
    pub function_slots: u32,
    /// Depth of nested blocks in one function.
    pub function_nesting: u32,
    /// Targets of one `br_table`, the default included.
    pub function_branches: u32,
    /// Parameters, and likewise results, of one function or block type.
    pub function_params: u32,
    /// Calls deep that a guest may recurse at least, with functions of up to 16 slots.
    pub call_depth: u32,
    /// Open handles of one app.
    pub handles: u32,
    /// Open timers of one app.
    pub timers: u32,
    /// Events waiting for one app.
    pub events: u32,
    /// Bytes of one transfer, all operations of a transaction together.
    pub max_transfer_bytes: u32,
    /// Operations of one transaction; at most [`Profile::MAX_OPERATIONS`].
    pub max_operations: u32,
    /// GPIO numbers the chip has are below this.
    pub gpio_pins: u32,
    /// GPIO numbers that the chip needs itself; no guest may open them.
    pub reserved_pins: &'static [ReservedPins],
    /// I2C bus numbers the chip has are below this.
    pub i2c_buses: u32,
}

/// GPIO numbers that the chip needs itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservedPins {
    /// The lowest number.
    pub first: u32,
    /// The highest number.
    pub last: u32,
    /// What for.
    pub purpose: &'static str,
}

/// 2, 8 and 9 decide how the chip starts when it is reset (ESP32-C3 Series Datasheet, "Strapping Pins"): what a guest drives
/// there may keep it from starting. On a module with an ESP32-C3, 11 feeds the flash and 12 to 17 talk to it; 18 and 19 are the USB port; 20 and 21 are
/// UART0, over which the device is served (ESP32-C3 Series Datasheet, "Pin Definitions"; ESP-IDF Programming Guide,
/// ESP32-C3, "GPIO & RTC GPIO").
const ESP32C3_RESERVED: &[ReservedPins] = &[
    ReservedPins { first: 2, last: 2, purpose: "strapping" },
    ReservedPins { first: 8, last: 9, purpose: "strapping" },
    ReservedPins { first: 11, last: 17, purpose: "flash" },
    ReservedPins { first: 18, last: 19, purpose: "USB" },
    ReservedPins { first: 20, last: 21, purpose: "device link" },
];

impl Profile {
    /// The most operations that any profile may grant; lists above it are refused before their elements are
    /// looked at.
    pub const MAX_OPERATIONS: u32 = 64;

    /// Bytes of one WebAssembly page (WebAssembly core specification 1.0, section 4.2.8).
    pub const PAGE_BYTES: u32 = 65_536;

    /// A desk without a particular chip in mind: generous, but bounded.
    pub const DESKTOP: Self = Self {
        name: "desktop",
        module_bytes: 16 * 1024 * 1024,
        memory_pages: 1024,
        table_elements: 65_536,
        types: 16_384,
        imports: 4096,
        functions: 65_536,
        globals: 16_384,
        exports: 16_384,
        segments: 16_384,
        function_slots: 4096,
        function_nesting: 256,
        function_branches: 4096,
        function_params: 64,
        call_depth: 1000,
        handles: 64,
        timers: 32,
        events: 256,
        max_transfer_bytes: 65_536,
        max_operations: Self::MAX_OPERATIONS,
        gpio_pins: 64,
        reserved_pins: &[],
        i2c_buses: 8,
    };

    /// An ESP32-C3: 400 KB of SRAM, of which firmware of this kind leaves about 313 KB for everything else (measured);
    /// GPIO0 to GPIO21 and one I2C controller (ESP32-C3 Series Datasheet, "Pin Definitions" and "Peripherals").
    pub const ESP32C3: Self = Self {
        name: "esp32c3",
        module_bytes: 64 * 1024,
        memory_pages: 2,
        table_elements: 256,
        types: 128,
        imports: 128,
        functions: 1024,
        globals: 128,
        exports: 128,
        segments: 256,
        function_slots: 128,
        function_nesting: 48,
        function_branches: 256,
        function_params: 16,
        call_depth: 64,
        handles: 32,
        timers: 32,
        events: 32,
        max_transfer_bytes: 1024,
        max_operations: Self::MAX_OPERATIONS,
        gpio_pins: 22,
        reserved_pins: ESP32C3_RESERVED,
        i2c_buses: 1,
    };

    /// All profiles, the default first.
    pub const ALL: &'static [Self] = &[Self::DESKTOP, Self::ESP32C3];

    /// What the chip itself needs pin `pin` for, if it does.
    #[must_use]
    pub fn reserved(&self, pin: u32) -> Option<&'static str> {
        let pins = self.reserved_pins.iter().find(|pins| (pins.first..=pins.last).contains(&pin));
        pins.map(|pins| pins.purpose)
    }

    /// The profile of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|profile| profile.name == name)
    }
}
