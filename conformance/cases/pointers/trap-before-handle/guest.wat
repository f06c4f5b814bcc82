(module
  (import "device:abi/i2c@1" "write" (func $i2c.write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (call $i2c.write (i32.const 99) (i32.const 0x76) (i32.const 65536) (i32.const 1)))
    (i32.const 0)))
