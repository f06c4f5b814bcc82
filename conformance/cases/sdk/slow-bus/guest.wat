(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "write" (func $i2c.write (param i32 i32 i32 i32) (result i32)))
  (import "device:abi/i2c@1" "close" (func $i2c.close (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (drop (call $i2c.open (i32.const 0) (i32.const 100000)))
    (drop (call $i2c.write (i32.const 1) (i32.const 0x76) (i32.const 0) (i32.const 0)))
    (call $i2c.close (i32.const 1))))
