;; Says "spin", then computes for ever without calling the device.
(module
  (import "device:abi/log@1" "write" (func $write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "spin")
  (func (export "run") (result i32)
    (call $write (i32.const 2) (i32.const 0) (i32.const 4))
    (loop $for_ever (br $for_ever))
    (unreachable)))
