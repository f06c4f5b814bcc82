;; about: the buffers of operations need no alignment
(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "transaction" (func $i2c.transaction (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (; write 1 at 65, read 3 at 67 ;)
  (data (i32.const 0) "\01\00\00\00A\00\00\00\01\00\00\00\00\00\00\00C\00\00\00\03\00\00\00")
  (data (i32.const 65) "\d0")
  (func $run (export "run") (result i32)
    (local $i2c i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $i2c.transaction (local.get $i2c) (i32.const 0x76) (i32.const 0) (i32.const 2)))
    (i32.const 0)))
