(module
  (memory (export "memory") 1)
  (func $double (param $depth i32)
    (if (local.get $depth)
      (then
        (call $double (i32.sub (local.get $depth) (i32.const 1)))
        (call $double (i32.sub (local.get $depth) (i32.const 1))))))
  (func $run (export "run") (result i32)
    (call $double (i32.const 60))
    (i32.const 0)))
