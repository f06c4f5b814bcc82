(module
  (memory (export "memory") 1)
  (func $ping (param i32) (call $pong (i32.add (local.get 0) (i32.const 1))))
  (func $pong (param i32) (call $ping (local.get 0)))
  (func $run (export "run") (result i32)
    (call $ping (i32.const 0))
    (i32.const 0)))
