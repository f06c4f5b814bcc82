(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (elem (i32.const 0) $nothing)
  (func $nothing)
  (func $run (export "run") (result i32)
    (loop $forever (call_indirect (i32.const 0)) (br $forever))
    (i32.const 0)))
