;; about: restarting a timer drops what it had queued, and counts anew
;; trace: timed
(module
  (import "device:abi/timer@1" "open" (func $timer.open (result i32)))
  (import "device:abi/timer@1" "start" (func $timer.start (param i32 i64 i64) (result i32)))
  (import "device:abi/clock@1" "sleep" (func $clock.sleep (param i64)))
  (import "device:abi/gpio@1" "write" (func $gpio.write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $on-event (export "on-event") (param $kind i32) (param $source i32) (param $value i64) (param $time-us i64)
    (; the calls fail; the trace shows what the handler was given ;)
    (drop (call $gpio.write (local.get $source) (local.get $kind)))
    (drop (call $timer.start (i32.const 0) (local.get $value) (local.get $time-us))))
  (func $run (export "run") (result i32)
    (local $t i32)
    (local.set $t (call $timer.open))
    (drop (call $timer.start (local.get $t) (i64.const 1000) (i64.const 1000)))
    (call $clock.sleep (i64.const 3500))
    (drop (call $timer.start (local.get $t) (i64.const 500) (i64.const 0)))
    (i32.const 0)))
