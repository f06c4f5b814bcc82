(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (loop $forever (br_table $forever $forever (i32.const 0)))
    (i32.const 0)))
