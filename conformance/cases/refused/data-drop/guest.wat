(module
  (memory (export "memory") 1)
  (data "a")
  (func (data.drop 0))
  (func (export "run") (result i32) (i32.const 0)))
