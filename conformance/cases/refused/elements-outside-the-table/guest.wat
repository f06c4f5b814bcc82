(module
  (memory (export "memory") 1)
  (func (export "run") (result i32) (i32.const 0))
  (table 1 funcref)
  (func $f)
  (elem (i32.const 1) $f))
