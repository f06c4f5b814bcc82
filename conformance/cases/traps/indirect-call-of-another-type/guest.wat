(module
  (memory (export "memory") 1)
  (table 2 funcref)
  (func $other (param i32))
  (elem (i32.const 0) $other)
  (func $run (export "run") (result i32)
    (call_indirect (i32.const 0))
    (i32.const 0)))
