;; about: a buffer must not overlap data that is written
(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "transaction" (func $i2c.transaction (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (; write 4 at 64, read 1 at 66 ;)
  (data (i32.const 0) "\01\00\00\00@\00\00\00\04\00\00\00\00\00\00\00B\00\00\00\01\00\00\00")
  (func $run (export "run") (result i32)
    (local $i2c i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $i2c.transaction (local.get $i2c) (i32.const 0x76) (i32.const 0) (i32.const 2)))
    (i32.const 0)))
