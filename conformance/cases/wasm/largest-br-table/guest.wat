(module
  (memory (export "memory") 1)
  (func $pick (param i32) (result i32)
    (block $default (block $other (block $first
      (br_table $first $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $other $default (local.get 0)))
      (return (i32.const 1)))
      (return (i32.const 2)))
    (i32.const 3))
  (func (export "run") (result i32)
    (i32.add (i32.mul (call $pick (i32.const 0)) (i32.const 1000))
      (i32.add (i32.mul (call $pick (i32.const 254)) (i32.const 100))
        (i32.add (i32.mul (call $pick (i32.const 255)) (i32.const 10)) (call $pick (i32.const -1)))))))
