(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (i32.load (i32.const 65532))))
