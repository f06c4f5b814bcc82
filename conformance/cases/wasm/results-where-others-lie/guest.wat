(module
  (memory (export "memory") 1)
  (global $a (mut i32) (i32.const 7))
  (global $b (mut i32) (i32.const 100))
  ;; The first, of 64 bits, is as wide as both others.
  (func $two-halves (param i64 i32) (result i32)
    block (result i64 i32 i32) local.get 0 global.get $a global.get $b end
    i32.sub
    local.set 1
    i32.wrap_i64
    local.get 1
    i32.add)
  ;; Both others wait in one place, for the local that they come from changes.
  (func $two-in-one (param i32 i32) (result i32)
    block (result i32 i32 i32) local.get 0 local.get 1 local.get 1 i32.const 0 local.set 1 br 0 end
    i32.mul
    i32.add)
  ;; 4907 and 5049.
  (func (export "run") (result i32)
    (i32.add
      (call $two-halves (i64.const 5000) (i32.const 0))
      (call $two-in-one (i32.const 5000) (i32.const 7)))))
