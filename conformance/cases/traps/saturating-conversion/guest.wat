(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (i32.add (i32.trunc_sat_f64_s (f64.const nan)) (i32.trunc_sat_f64_u (f64.const -1)))))
