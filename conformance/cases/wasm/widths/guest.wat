(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (if (i32.eqz (i32.eq (i32.wrap_i64 (i64.const 0x1234567890abcdef)) (i32.const 0x90abcdef))) (then (return (i32.const 1))))
    (if (i32.eqz (i64.eq (i64.extend_i32_s (i32.const -1)) (i64.const -1))) (then (return (i32.const 2))))
    (if (i32.eqz (i64.eq (i64.extend_i32_u (i32.const -1)) (i64.const 0xffffffff))) (then (return (i32.const 3))))
    (i32.const 0)))
