(module
  (import "device:abi/system@1" "exit" (func $system.exit (param i32)))
  (memory (export "memory") 1)
  (func $deep (param i32)
    (if (i32.eqz (local.get 0)) (then (call $system.exit (i32.const 11))))
    (call $deep (i32.sub (local.get 0) (i32.const 1))))
  (func (export "run") (result i32)
    (call $deep (i32.const 20))
    (unreachable)))
