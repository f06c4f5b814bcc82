;; about: delays are counted in nanoseconds, and now rounds down
;; trace: timed
(module
  (import "device:abi/clock@1" "delay-ns" (func $clock.delay-ns (param i32)))
  (import "device:abi/clock@1" "now" (func $clock.now (result i64)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (call $clock.delay-ns (i32.const 700))
    (drop (call $clock.now))
    (call $clock.delay-ns (i32.const 600))
    (drop (call $clock.now))
    (call $clock.delay-ns (i32.const -1))
    (drop (call $clock.now))
    (i32.const 0)))
