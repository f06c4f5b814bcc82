(module
  (import "device:abi/clock@1" "delay-ns" (func $clock.delay-ns (param i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (loop $forever
      (call $clock.delay-ns (i32.const 300))
      (br $forever))
    (i32.const 0)))
