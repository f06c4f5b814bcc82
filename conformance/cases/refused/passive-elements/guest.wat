(module
  (memory (export "memory") 1)
  (table 1 funcref)
  (func $f)
  (elem func $f)
  (func (export "run") (result i32) (i32.const 0)))
