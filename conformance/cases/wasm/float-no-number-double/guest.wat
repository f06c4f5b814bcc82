(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (if (i32.eqz (f64.ne (f64.const nan) (f64.const nan))) (then (return (i32.const 1))))
    (if (i32.eqz (i32.eqz (f64.lt (f64.const nan) (f64.const 1)))) (then (return (i32.const 2))))
    (if (i32.eqz (i32.eqz (f64.ge (f64.const nan) (f64.const 1)))) (then (return (i32.const 3))))
    (if (i32.eqz (f64.ne (f64.min (f64.const nan) (f64.const 1)) (f64.const 1))) (then (return (i32.const 4))))
    (if (i32.eqz (f64.ne (f64.max (f64.const 1) (f64.const nan)) (f64.const 1))) (then (return (i32.const 5))))
    (i32.const 0)))
