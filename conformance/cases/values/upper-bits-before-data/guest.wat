(module
  (import "device:abi/i2c@1" "write-read" (func $i2c.write-read (param i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (drop (call $i2c.write-read (i32.const 1) (i32.const 0x10000) (i32.const -1) (i32.const 1) (i32.const -1) (i32.const 1)))
    (i32.const 0)))
