(module
  (import "device:abi/system@1" "argument" (func $system.argument (param i32 i32 i32) (result i32)))
  (import "device:abi/system@1" "argument-count" (func $system.argument-count (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (drop (call $system.argument-count))
    (drop (call $system.argument (i32.const 0) (i32.const 0) (i32.const 8)))
    (call $system.argument (i32.const 0) (i32.const -1) (i32.const 0))))
