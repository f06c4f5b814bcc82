(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/timer@1" "open" (func $timer.open (result i32)))
  (import "device:abi/timer@1" "start" (func $timer.start (param i32 i64 i64) (result i32)))
  (import "device:abi/timer@1" "stop" (func $timer.stop (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (; not-found is 2, invalid-handle is 1, invalid-argument is 0 ;)
    (i32.add
      (i32.mul (call $i2c.open (i32.const 9) (i32.const 0)) (i32.const 100))
      (i32.add (i32.mul (call $timer.stop (i32.const 7)) (i32.const 10))
        (call $timer.start (call $timer.open) (i64.const -1) (i64.const 0))))))
