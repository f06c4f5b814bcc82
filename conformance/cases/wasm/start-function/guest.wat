(module
  (memory (export "memory") 1)
  (global $n (mut i32) (i32.const 0))
  (func $start (global.set $n (i32.add (global.get $n) (i32.const 1))))
  (start $start)
  (func (export "run") (result i32)
    (global.get $n)))
