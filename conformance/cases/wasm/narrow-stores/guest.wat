(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (i64.store (i32.const 8) (i64.const -1))
    (i32.store8 (i32.const 9) (i32.const 0x1200))
    (i64.store16 (i32.const 11) (i64.const 0x34560000))
    (i64.store32 (i32.const 13) (i64.const 0x700000000))
    (i64.eq (i64.load (i32.const 8)) (i64.const 0x0000000000ff00ff))))
