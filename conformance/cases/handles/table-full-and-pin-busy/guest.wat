(module
  (import "device:abi/gpio@1" "open" (func $gpio.open (param i32 i32 i32) (result i32)))
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $count i32)
    (drop (call $gpio.open (i32.const 1) (i32.const 3) (i32.const 0)))
    (loop $fill
      (drop (call $i2c.open (i32.const 0) (i32.const 0)))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (br_if $fill (i32.lt_u (local.get $count) (i32.const 31))))
    (drop (call $gpio.open (i32.const 1) (i32.const 3) (i32.const 0)))
    (i32.const 0)))
