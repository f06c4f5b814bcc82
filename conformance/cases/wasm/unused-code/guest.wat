(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (block (br 0) (unreachable))
    (i32.const 4)))
