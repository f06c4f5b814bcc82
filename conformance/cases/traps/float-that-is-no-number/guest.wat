(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (i32.trunc_f32_s (f32.const nan)))
    (i32.const 0)))
