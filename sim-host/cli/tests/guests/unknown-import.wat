;; Imports a function that does not exist.
(module
  (import "device:abi/log@1" "wirte" (func $write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (i32.const 0)))
