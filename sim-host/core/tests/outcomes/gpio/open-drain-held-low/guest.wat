;; about: an open drain that lets go reads what drives the line
(module
  (import "device:abi/gpio@1" "open" (func $gpio.open (param i32 i32 i32) (result i32)))
  (import "device:abi/gpio@1" "read" (func $gpio.read (param i32) (result i32)))
  (import "device:abi/gpio@1" "toggle" (func $gpio.toggle (param i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $pin i32)
    (local.set $pin (call $gpio.open (i32.const 4) (i32.const 4) (i32.const 1)))
    (drop (call $gpio.read (local.get $pin)))
    (drop (call $gpio.toggle (local.get $pin)))
    (drop (call $gpio.toggle (local.get $pin)))
    (drop (call $gpio.read (local.get $pin)))
    (i32.const 0)))
