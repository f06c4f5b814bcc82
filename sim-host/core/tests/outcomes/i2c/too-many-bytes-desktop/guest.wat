;; about: a transfer of more than the profile's bytes is too large, without traffic
;; profiles: desktop
;; trace: timed
(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "write" (func $i2c.write (param i32 i32 i32 i32) (result i32)))
  (import "device:abi/i2c@1" "read" (func $i2c.read (param i32 i32 i32 i32) (result i32)))
  (import "device:abi/i2c@1" "write-read" (func $i2c.write-read (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "device:abi/i2c@1" "transaction" (func $i2c.transaction (param i32 i32 i32 i32) (result i32)))
  (import "device:abi/clock@1" "now" (func $clock.now (result i64)))
  (memory (export "memory") 3)
  (; write 1 at 0, read 65536 at 65544 ;)
  (data (i32.const 4) "\01\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\08\00\01\00\00\00\01\00")
  (func $run (export "run") (result i32)
    (local $i2c i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $i2c.write (local.get $i2c) (i32.const 0x76) (i32.const 0) (i32.const 65537)))
    (drop (call $i2c.read (local.get $i2c) (i32.const 0x76) (i32.const 0) (i32.const 65537)))
    (drop (call $i2c.write-read (local.get $i2c) (i32.const 0x76) (i32.const 0) (i32.const 1) (i32.const 65544) (i32.const 65536)))
    (drop (call $i2c.transaction (local.get $i2c) (i32.const 0x76) (i32.const 4) (i32.const 2)))
    (drop (call $clock.now))
    (i32.const 0)))
