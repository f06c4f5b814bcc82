(module
  (import "device:abi/log@1" "write" (func $log.write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "ab\e2\82")
  (func $run (export "run") (result i32)
    (call $log.write (i32.const 2) (i32.const 0) (i32.const 4))
    (i32.const 0)))
