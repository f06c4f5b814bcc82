(module
  (memory (export "memory") 1)
  (type $number (func (result i32)))
  (table 4 funcref)
  (elem (i32.const 1) $one $two)
  (func $one (type $number) (i32.const 1))
  (func $two (type $number) (i32.const 2))
  (func (export "run") (result i32)
    (i32.add (i32.mul (call_indirect (type $number) (i32.const 2)) (i32.const 10)) (call_indirect (type $number) (i32.const 1)))))
