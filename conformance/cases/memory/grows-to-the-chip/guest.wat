(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $n i32)
    (local.set $n (i32.const 0))
    (loop $more
      (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1))
        (then
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (br $more))))
    (memory.size)))
