(module
  (memory (export "memory") 1)
  (func (export "helper") (result i64) (i64.const 1))
  (global (export "version") i32 (i32.const 3))
  (func (export "run") (result i32)
    (i32.const 0)))
