;; Both reads of the local wait in one slot. It must not be free for other values before the second is gone.
(module
  (memory (export "memory") 1)
  (func $one-stays (param i32) (result i32)
    local.get 0
    local.get 0
    block (param i32) drop i32.const 5 i32.const 6 i32.add drop end)
  (func $both-go-in (param i32) (result i32)
    local.get 0
    local.get 0
    block (param i32 i32) (result i32) drop i32.const 1 i32.clz i32.const 2 i32.clz i32.add drop end)
  (func $into-an-if (param i64) (result i32)
    local.get 0
    local.get 0
    i32.const 1
    if (param i64) drop i64.const 5 i64.clz i64.const 6 i64.clz drop drop else drop end
    i32.wrap_i64)
  (func (export "run") (result i32)
    (i32.add (i32.add (call $one-stays (i32.const 30)) (call $both-go-in (i32.const 30))) (call $into-an-if (i64.const 30)))))
