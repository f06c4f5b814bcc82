(module
  (memory (export "memory") 1)
  (data (i32.const 0) "\01\02")
  (data (i32.const 1) "\05")
  (start $start)
  (func $start
    (i32.store8 (i32.const 1) (i32.add (i32.load8_u (i32.const 1)) (i32.const 1))))
  (func $run (export "run") (result i32)
    (i32.load8_u (i32.const 1))))
