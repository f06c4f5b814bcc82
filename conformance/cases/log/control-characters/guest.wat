(module
  (import "device:abi/log@1" "write" (func $log.write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "a\22b\5cc\0a\09\0d\00\1b\7fz")
  (func $run (export "run") (result i32)
    (call $log.write (i32.const 2) (i32.const 0) (i32.const 12))
    (i32.const 0)))
