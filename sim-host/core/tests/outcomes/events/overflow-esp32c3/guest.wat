;; about: what a full queue loses is one event with the count
;; trace: timed
;; profiles: esp32c3
(module
  (import "device:abi/timer@1" "open" (func $timer.open (result i32)))
  (import "device:abi/timer@1" "start" (func $timer.start (param i32 i64 i64) (result i32)))
  (import "device:abi/clock@1" "sleep" (func $clock.sleep (param i64)))
  (import "device:abi/timer@1" "stop" (func $timer.stop (param i32) (result i32)))
  (import "device:abi/gpio@1" "write" (func $gpio.write (param i32 i32) (result i32)))
  (import "device:abi/system@1" "exit" (func $system.exit (param i32)))
  (memory (export "memory") 1)
  (global $events (mut i32) (i32.const 0))
  (func $on-event (export "on-event") (param $kind i32) (param $source i32) (param $value i64) (param $time-us i64)
    (if (i32.or (i32.eqz (local.get $kind)) (i64.ge_u (local.get $value) (i64.const 32)))
      (then
        (drop (call $gpio.write (local.get $source) (local.get $kind)))
        (drop (call $timer.start (i32.const 0) (local.get $value) (local.get $time-us)))))
    (global.set $events (i32.add (global.get $events) (i32.const 1)))
    (if (i32.eq (global.get $events) (i32.const 35))
      (then (call $system.exit (i32.const 0)))))
  (func $run (export "run") (result i32)
    (local $t i32)
    (local.set $t (call $timer.open))
    (drop (call $timer.start (local.get $t) (i64.const 1000) (i64.const 1000)))
    (call $clock.sleep (i64.const 42500))
    (drop (call $timer.stop (i32.const 0)))
    (i32.const 0)))
