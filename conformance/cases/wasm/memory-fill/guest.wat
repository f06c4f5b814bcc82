(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (memory.fill (i32.const 2) (i32.const 0x1ff) (i32.const 3))
    (memory.fill (i32.const 65536) (i32.const 1) (i32.const 0))
    (i64.eq (i64.load (i32.const 0)) (i64.const 0x000000ffffff0000))))
