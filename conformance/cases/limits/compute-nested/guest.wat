(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $n i32)
    (loop $outer
      (local.set $n (i32.const 0))
      (loop $inner
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $inner (i32.lt_u (local.get $n) (i32.const 100))))
      (br $outer))
    (i32.const 0)))
