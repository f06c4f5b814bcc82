;; about: a change of direction is a repeated start
;; trace: timed
(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "transaction" (func $i2c.transaction (param i32 i32 i32 i32) (result i32)))
  (import "device:abi/clock@1" "now" (func $clock.now (result i64)))
  (memory (export "memory") 1)
  (; write 1 at 0, read 1 at 128, write 1 at 1, read 2 at 160 ;)
  (data (i32.const 32) "\01\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\80\00\00\00\01\00\00\00\01\00\00\00\01\00\00\00\01\00\00\00\00\00\00\00\a0\00\00\00\02\00\00\00")
  (data (i32.const 0) "\d0\88")
  (func $run (export "run") (result i32)
    (local $i2c i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $i2c.transaction (local.get $i2c) (i32.const 0x76) (i32.const 32) (i32.const 4)))
    (drop (call $clock.now))
    (i32.const 0)))
