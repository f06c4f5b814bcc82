;; about: a forced measurement takes its time, and then its data is there
;; trace: timed
(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "write" (func $i2c.write (param i32 i32 i32 i32) (result i32)))
  (import "device:abi/i2c@1" "write-read" (func $i2c.write-read (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "device:abi/clock@1" "sleep" (func $clock.sleep (param i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "\f2\01\f4%\f3\f7")
  (func $run (export "run") (result i32)
    (local $i2c i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $i2c.write (local.get $i2c) (i32.const 0x76) (i32.const 0) (i32.const 2)))
    (drop (call $i2c.write (local.get $i2c) (i32.const 0x76) (i32.const 2) (i32.const 2)))
    (drop (call $i2c.write-read (local.get $i2c) (i32.const 0x76) (i32.const 4) (i32.const 1) (i32.const 16) (i32.const 1)))
    (call $clock.sleep (i64.const 20000))
    (drop (call $i2c.write-read (local.get $i2c) (i32.const 0x76) (i32.const 4) (i32.const 1) (i32.const 16) (i32.const 1)))
    (drop (call $i2c.write-read (local.get $i2c) (i32.const 0x76) (i32.const 5) (i32.const 1) (i32.const 24) (i32.const 8)))
    (i32.const 0)))
