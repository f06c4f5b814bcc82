(module
  (memory (export "memory") 1)
  (func $blocks (result i32)
    (block (result i32)
      i32.const 6 br 0
      block loop i32.const 1 if else end end end memory.fill))
  (func $select (result i32)
    (block (result i32) i32.const 4 br 0 select br_table 0 0 0))
  (func $store (result i32)
    (block (result i32) i32.const 5 br 0 drop f64.const 2 drop i32.store8 offset=300))
  (func $if (result i32)
    i32.const 6 return
    if (result i32) i32.const 1 else i32.const 2 end drop)
  (func $parameters (result i32)
    (block (result i32) i32.const 9 br 0 block (param i32 i64) (result i32) drop end))
  (func (export "run") (result i32)
    (i32.add
      (i32.add (i32.add (call $blocks) (call $select)) (i32.add (call $store) (call $if)))
      (call $parameters))))
