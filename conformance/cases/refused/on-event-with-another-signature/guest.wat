(module
  (memory (export "memory") 1)
  (func (export "run") (result i32) (i32.const 0))
  (func (export "on-event") (param i32 i32 i64)))
