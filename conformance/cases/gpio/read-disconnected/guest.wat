(module
  (import "device:abi/gpio@1" "open" (func $gpio.open (param i32 i32 i32) (result i32)))
  (import "device:abi/gpio@1" "read" (func $gpio.read (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local $pin i32)
    (local.set $pin (call $gpio.open (i32.const 1) (i32.const 3) (i32.const 0)))
    (drop (call $gpio.read (local.get $pin)))
    (drop (call $gpio.read (local.get $pin)))
    (i32.const 0)))
