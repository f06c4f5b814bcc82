;; about: calls begin a new stretch of computing
;; limit-compute: 300ms
;; trace: count
;; profiles: desktop
(module
  (import "device:abi/clock@1" "now" (func $clock.now (result i64)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $n i32) (local $calls i32)
    (loop $calls
      (drop (call $clock.now))
      (local.set $n (i32.const 0))
      (loop $some
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $some (i32.lt_u (local.get $n) (i32.const 2000000))))
      (local.set $calls (i32.add (local.get $calls) (i32.const 1)))
      (br_if $calls (i32.lt_u (local.get $calls) (i32.const 600))))
    (i32.const 0)))
