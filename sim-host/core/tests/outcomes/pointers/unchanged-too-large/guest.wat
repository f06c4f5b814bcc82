;; about: on an error code a buffer is unchanged
;; args: three
(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/system@1" "device-id" (func $system.device-id (param i32 i32) (result i32)))
  (import "device:abi/system@1" "argument" (func $system.argument (param i32 i32 i32) (result i32)))
  (import "device:abi/log@1" "write" (func $log.write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 256) "unchanged")
  (func $run (export "run") (result i32)
    (local $i2c i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $system.device-id (i32.const 256) (i32.const 6)))
    (drop (call $system.argument (i32.const 0) (i32.const 256) (i32.const 2)))
    (call $log.write (i32.const 2) (i32.const 256) (i32.const 9))
    (i32.const 0)))
