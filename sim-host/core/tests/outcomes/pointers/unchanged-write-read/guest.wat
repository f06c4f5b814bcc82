;; about: on an error code a buffer is unchanged
(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "write-read" (func $i2c.write-read (param i32 i32 i32 i32 i32 i32) (result i32)))
  (import "device:abi/log@1" "write" (func $log.write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "unchanged")
  (func $run (export "run") (result i32)
    (local $i2c i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $i2c.write-read (local.get $i2c) (i32.const 0x77) (i32.const 0) (i32.const 1) (i32.const 256) (i32.const 9)))
    (call $log.write (i32.const 2) (i32.const 256) (i32.const 9))
    (i32.const 0)))
