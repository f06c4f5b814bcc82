(module
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i32)
    (i32.const 1)
    (loop $double (param i32) (result i32)
      (i32.mul (i32.const 2))
      (local.tee 0)
      (br_if $double (i32.lt_u (local.get 0) (i32.const 1000))))))
