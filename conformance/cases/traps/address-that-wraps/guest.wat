(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (i32.load offset=8 (i32.const -4)))
    (i32.const 0)))
