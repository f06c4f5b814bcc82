(module
  (memory (export "memory") 1)
  (func $two (result i32 i32) (i32.const 30) (i32.const 12))
  (func (export "run") (result i32)
    (call $two)
    (block (param i32 i32) (result i32 i32) (br 0))
    (i32.add)))
