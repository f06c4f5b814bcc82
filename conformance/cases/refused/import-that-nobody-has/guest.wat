(module
  (import "device:abi/log@1" "frobnicate" (func))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (i32.const 0)))
