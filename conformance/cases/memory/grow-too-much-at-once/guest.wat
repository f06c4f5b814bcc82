(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $n i32)
    (local.set $n (memory.grow (i32.const 65535)))
    (i32.add (i32.mul (local.get $n) (i32.const 100)) (memory.size))))
