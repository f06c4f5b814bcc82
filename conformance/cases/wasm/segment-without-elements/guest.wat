(module
  (memory (export "memory") 1)
  (table 4 funcref)
  (elem (i32.const 0))
  (func (export "run") (result i32) (i32.const 1)))
