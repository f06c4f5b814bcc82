(module
  (import "device:abi/timer@1" "start" (func $timer.start (param i32 i64 i64) (result i32)))
  (import "device:abi/timer@1" "open" (func $timer.open (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (call $timer.start (call $timer.open) (i64.const 10) (i64.const 0)))
    (i32.const 0)))
