;; about: of two that expire together, restarting puts a timer behind
;; trace: timed
(module
  (import "device:abi/timer@1" "open" (func $timer.open (result i32)))
  (import "device:abi/timer@1" "start" (func $timer.start (param i32 i64 i64) (result i32)))
  (import "device:abi/gpio@1" "write" (func $gpio.write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $on-event (export "on-event") (param $kind i32) (param $source i32) (param $value i64) (param $time-us i64)
    (; the calls fail; the trace shows what the handler was given ;)
    (drop (call $gpio.write (local.get $source) (local.get $kind)))
    (drop (call $timer.start (i32.const 0) (local.get $value) (local.get $time-us))))
  (func $run (export "run") (result i32)
    (local $a i32) (local $b i32)
    (local.set $a (call $timer.open))
    (local.set $b (call $timer.open))
    (drop (call $timer.start (local.get $a) (i64.const 1) (i64.const 0)))
    (drop (call $timer.start (local.get $b) (i64.const 1002) (i64.const 0)))
    (drop (call $timer.start (local.get $a) (i64.const 1001) (i64.const 0)))
    (i32.const 0)))
