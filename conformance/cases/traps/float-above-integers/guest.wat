(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (i32.trunc_f64_s (f64.const 1e10)))
    (i32.const 0)))
