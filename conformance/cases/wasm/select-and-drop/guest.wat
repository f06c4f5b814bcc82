(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (i32.add (select (i32.const 1) (i32.const 2) (i32.const 0)) (select (i32.const 10) (i32.const 20) (i32.const -1)))))
