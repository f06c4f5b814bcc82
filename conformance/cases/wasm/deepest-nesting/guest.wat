(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (block (br 45)))))))))))))))))))))))))))))))))))))))))))))))
    (i32.const 46)))
