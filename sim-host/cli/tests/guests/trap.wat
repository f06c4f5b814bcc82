;; Says "before", then gives up.
(module
  (import "device:abi/log@1" "write" (func $write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "before")
  (func $give_up (unreachable))
  (func (export "run") (result i32)
    (call $write (i32.const 2) (i32.const 0) (i32.const 6))
    (call $give_up)
    (i32.const 0)))
