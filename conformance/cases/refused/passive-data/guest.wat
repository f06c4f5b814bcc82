(module
  (memory (export "memory") 1)
  (func (export "run") (result i32) (i32.const 0))
  (data $later "abc")
  (func (memory.init $later (i32.const 0) (i32.const 0) (i32.const 3))))
