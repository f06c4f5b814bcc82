(module
  (memory (export "memory") 1)
  (func (export "run") (result i32) (i32.const 0))
  (func (drop (v128.const i64x2 0 0))))
