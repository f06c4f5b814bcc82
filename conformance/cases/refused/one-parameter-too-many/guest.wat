(module
  (memory (export "memory") 1)
  (func (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 ))
  (func (export "run") (result i32) (i32.const 0)))
