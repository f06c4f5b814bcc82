(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (loop $forever (br_if $forever (i32.const 1)))
    (i32.const 0)))
