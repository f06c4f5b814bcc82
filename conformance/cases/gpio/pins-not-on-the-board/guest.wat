(module
  (import "device:abi/gpio@1" "open" (func $gpio.open (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (call $gpio.open (i32.const 10) (i32.const 3) (i32.const 0)))
    (drop (call $gpio.open (i32.const 64) (i32.const 3) (i32.const 0)))
    (drop (call $gpio.open (i32.const -1) (i32.const 3) (i32.const 0)))
    (i32.const 0)))
