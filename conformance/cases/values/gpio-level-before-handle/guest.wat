(module
  (import "device:abi/gpio@1" "write" (func $gpio.write (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (drop (call $gpio.write (i32.const 99) (i32.const -1)))
    (i32.const 0)))
