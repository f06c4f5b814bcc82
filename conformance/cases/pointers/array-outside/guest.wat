(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "transaction" (func $i2c.transaction (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $i2c i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $i2c.transaction (local.get $i2c) (i32.const 0x76) (i32.const 65516) (i32.const 2)))
    (i32.const 0)))
