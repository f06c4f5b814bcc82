(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "write-read" (func $i2c.write-read (param i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $i2c i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (drop (call $i2c.write-read (local.get $i2c) (i32.const 0x76) (i32.const 65536) (i32.const 1) (i32.const 0) (i32.const 1)))
    (i32.const 0)))
