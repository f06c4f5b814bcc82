(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (loop $forever (br $forever))
    (i32.const 0)))
