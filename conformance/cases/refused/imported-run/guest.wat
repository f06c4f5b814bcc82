(module
  (import "device:abi/system@1" "abi-version" (func $run (result i32)))
  (export "run" (func $run))
  (memory (export "memory") 1))
