(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "transaction" (func $i2c.transaction (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (; read 1 at 16, write 2 at 65535 ;)
  (data (i32.const 32) "\00\00\00\00\10\00\00\00\01\00\00\00\01\00\00\00\ff\ff\00\00\02\00\00\00")
  (func (export "run") (result i32)
    (drop (call $i2c.transaction (call $i2c.open (i32.const 0) (i32.const 0)) (i32.const 0x76) (i32.const 32) (i32.const 2)))
    (i32.const 0)))
