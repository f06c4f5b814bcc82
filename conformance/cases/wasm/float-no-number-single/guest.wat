(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (if (i32.eqz (f32.ne (f32.const nan) (f32.const nan))) (then (return (i32.const 1))))
    (if (i32.eqz (i32.eqz (f32.lt (f32.const nan) (f32.const 1)))) (then (return (i32.const 2))))
    (if (i32.eqz (i32.eqz (f32.ge (f32.const nan) (f32.const 1)))) (then (return (i32.const 3))))
    (if (i32.eqz (f32.ne (f32.min (f32.const nan) (f32.const 1)) (f32.const 1))) (then (return (i32.const 4))))
    (if (i32.eqz (f32.ne (f32.max (f32.const 1) (f32.const nan)) (f32.const 1))) (then (return (i32.const 5))))
    (i32.const 0)))
