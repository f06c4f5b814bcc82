;; Says something, waits a second, says something else, ends well.
(module
  (import "device:abi/log@1" "write" (func $write (param i32 i32 i32)))
  (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "hello\1b[2J")
  (data (i32.const 16) "good bye")
  (func (export "run") (result i32)
    (call $write (i32.const 2) (i32.const 0) (i32.const 9))
    (call $sleep (i64.const 1000000))
    (call $write (i32.const 1) (i32.const 16) (i32.const 8))
    (i32.const 0)))
