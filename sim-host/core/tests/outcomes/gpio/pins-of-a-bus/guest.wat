;; about: the pins of a bus are busy
(module
  (import "device:abi/gpio@1" "open" (func $gpio.open (param i32 i32 i32) (result i32)))
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (call $gpio.open (i32.const 5) (i32.const 3) (i32.const 0)))
    (drop (call $gpio.open (i32.const 6) (i32.const 0) (i32.const 0)))
    (drop (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $gpio.open (i32.const 5) (i32.const 3) (i32.const 0)))
    (i32.const 0)))
