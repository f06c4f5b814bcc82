(module
  (import "device:abi/i2c@1" "open" (func $i2c.open (param i32 i32) (result i32)))
  (import "device:abi/i2c@1" "transaction" (func $i2c.transaction (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func $run (export "run") (result i32)
    (local $i2c i32) (local $n i32)
    (local.set $i2c (call $i2c.open (i32.const 0) (i32.const 0)))
    (loop $fill
      (i32.store8 (i32.mul (local.get $n) (i32.const 12)) (i32.const 1))
      (i32.store offset=8 (i32.mul (local.get $n) (i32.const 12)) (i32.const 1))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $fill (i32.lt_u (local.get $n) (i32.const 65))))
    (drop (call $i2c.transaction (local.get $i2c) (i32.const 0x76) (i32.const 0) (i32.const 64)))
    (i32.const 0)))
