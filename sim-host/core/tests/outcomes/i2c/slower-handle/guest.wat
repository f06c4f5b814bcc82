;; about: a transaction runs at the speed of its handle
;; trace: timed
(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "write-read" (func $i2c.write-read (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "device:abi/clock@1" "now" (func $clock.now (result i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\d0")
  (func $run (export "run") (result i32)
    (local $i2c i32) (local $slow i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (local.set $slow (call $i2c.open (i32.const 0) (i32.const 100000)))
    (drop (call $i2c.write-read (local.get $i2c) (i32.const 0x76) (i32.const 0) (i32.const 1) (i32.const 16) (i32.const 1)))
    (drop (call $i2c.write-read (local.get $slow) (i32.const 0x76) (i32.const 0) (i32.const 1) (i32.const 16) (i32.const 1)))
    (drop (call $clock.now))
    (i32.const 0)))
