(module
  (import "device:abi/system@1" "random" (func $system.random (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (drop (call $system.random (i32.const 0) (i32.const 4)))
    (drop (call $system.random (i32.const 4) (i32.const 2)))
    (i32.load8_u (i32.const 5))))
