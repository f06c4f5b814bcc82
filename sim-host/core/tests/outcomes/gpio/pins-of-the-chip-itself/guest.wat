;; about: pins that serve the chip itself are not permitted
;; profiles: esp32c3
(module
  (import "device:abi/gpio@1" "open" (func $gpio.open (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (call $gpio.open (i32.const 11) (i32.const 3) (i32.const 0)))
    (drop (call $gpio.open (i32.const 17) (i32.const 3) (i32.const 0)))
    (drop (call $gpio.open (i32.const 18) (i32.const 3) (i32.const 0)))
    (drop (call $gpio.open (i32.const 19) (i32.const 3) (i32.const 0)))
    (drop (call $gpio.open (i32.const 20) (i32.const 3) (i32.const 0)))
    (drop (call $gpio.open (i32.const 21) (i32.const 3) (i32.const 0)))
    (i32.const 0)))
