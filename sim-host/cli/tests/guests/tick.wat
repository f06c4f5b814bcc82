;; Says "tick" every ten milliseconds, for ever.
(module
  (import "device:abi/log@1" "write" (func $write (param i32 i32 i32)))
  (import "device:abi/clock@1" "sleep" (func $sleep (param i64)))
  (memory (export "memory") 1)
  (data (i32.const 0) "tick")
  (func (export "run") (result i32)
    (loop $for_ever
      (call $write (i32.const 2) (i32.const 0) (i32.const 4))
      (call $sleep (i64.const 10000))
      (br $for_ever))
    (unreachable)))
