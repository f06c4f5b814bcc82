(module
  (import "device:abi/clock@1" "now" (func $clock.now (result i64)))
  (import "device:abi/log@1" "write" (func $log.write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (drop (call $clock.now))
    (call $log.write (i32.const 9) (i32.const 0) (i32.const 0))
    (i32.const 0)))
