(module
  (import "device:abi/timer@1" "open" (func $timer.open (result i32)))
  (import "device:abi/timer@1" "close" (func $timer.close (param i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $count i32)
    (loop $fill
      (drop (call $timer.open))
      (local.set $count (i32.add (local.get $count) (i32.const 1)))
      (br_if $fill (i32.lt_u (local.get $count) (i32.const 33))))
    (drop (call $timer.close (i32.const 7)))
    (drop (call $timer.open))
    (drop (call $timer.open))
    (i32.const 0)))
