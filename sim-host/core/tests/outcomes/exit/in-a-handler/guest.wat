;; about: system.exit in `on-event` ends the run
;; trace: timed
(module
  (import "device:abi/timer@1" "start" (func $timer.start (param i32 i64 i64) (result i32)))
  (import "device:abi/timer@1" "open" (func $timer.open (result i32)))
  (import "device:abi/system@1" "exit" (func $system.exit (param i32)))
  (memory (export "memory") 1)
  (func $on-event (export "on-event") (param $kind i32) (param $source i32) (param $value i64) (param $time-us i64)
    (if (i64.eq (local.get $value) (i64.const 3))
      (then (call $system.exit (i32.const 9)))))
  (func $run (export "run") (result i32)
    (drop (call $timer.start (call $timer.open) (i64.const 10) (i64.const 10)))
    (i32.const 0)))
