(module
  (import "device:abi/system@1" "abi-version" (func $system.abi-version (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (call $system.abi-version))
    (i32.shr_u (call $system.abi-version) (i32.const 16))))
