;; Ends with the id of the chip at address 0x76 of bus 0 (0x60 for a BME280), or the error code as a negative number.
(module
  (import "device:abi/i2c@1" "open" (func $open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "write-read" (func $write_read (param i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\d0")
  (func (export "run") (result i32)
    (local $bus i32)
    (local $result i32)
    (local.set $bus (call $open (i32.const 0) (i32.const 0)))
    (if (i32.lt_s (local.get $bus) (i32.const 0)) (then (return (local.get $bus))))
    (local.set $result
      (call $write_read (local.get $bus) (i32.const 0x76) (i32.const 0) (i32.const 1) (i32.const 8) (i32.const 1)))
    (if (i32.lt_s (local.get $result) (i32.const 0)) (then (return (local.get $result))))
    (i32.load8_u (i32.const 8))))
