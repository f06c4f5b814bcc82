(module
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (loop $forever
      (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536))
      (br $forever))
    (i32.const 0)))
