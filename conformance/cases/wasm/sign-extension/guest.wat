(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (if (i32.eqz (i32.eq (i32.extend8_s (i32.const 0x180)) (i32.const -128))) (then (return (i32.const 1))))
    (if (i32.eqz (i32.eq (i32.extend16_s (i32.const 0x18000)) (i32.const -32768))) (then (return (i32.const 2))))
    (if (i32.eqz (i64.eq (i64.extend8_s (i64.const 0x180)) (i64.const -128))) (then (return (i32.const 3))))
    (if (i32.eqz (i64.eq (i64.extend16_s (i64.const 0x18000)) (i64.const -32768))) (then (return (i32.const 4))))
    (if (i32.eqz (i64.eq (i64.extend32_s (i64.const 0x180000000)) (i64.const -2147483648))) (then (return (i32.const 5))))
    (i32.const 0)))
