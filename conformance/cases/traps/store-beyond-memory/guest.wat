(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (i64.store (i32.const 65529) (i64.const 0))
    (i32.const 0)))
