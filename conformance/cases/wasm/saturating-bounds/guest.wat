(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (if (i32.eqz (i32.eq (i32.trunc_sat_f32_s (f32.const 1e20)) (i32.const 0x7fffffff))) (then (return (i32.const 1))))
    (if (i32.eqz (i32.eq (i32.trunc_sat_f64_u (f64.const -5)) (i32.const 0))) (then (return (i32.const 2))))
    (if (i32.eqz (i32.eqz (i32.trunc_sat_f64_s (f64.const nan)))) (then (return (i32.const 3))))
    (if (i32.eqz (i64.eq (i64.trunc_sat_f32_u (f32.const inf)) (i64.const -1))) (then (return (i32.const 4))))
    (if (i32.eqz (i64.eq (i64.trunc_sat_f64_s (f64.const -inf)) (i64.const 0x8000000000000000))) (then (return (i32.const 5))))
    (i32.const 0)))
