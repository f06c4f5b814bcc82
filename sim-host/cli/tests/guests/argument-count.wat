;; Ends with the number of its arguments.
(module
  (import "device:abi/system@1" "argument-count" (func $argument_count (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32) (call $argument_count)))
