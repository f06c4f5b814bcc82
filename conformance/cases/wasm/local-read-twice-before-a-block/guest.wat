;; Both reads of the local wait in a slot of their own while the inner block may change it. The slot is free when they
;; are gone, and must then be there for the result of the outer block.
(module
    (import "device:abi/timer@1" "start" (func $start (param i32 i64 i64) (result i32)))
    (memory (export "memory") 1)

    (func $in-a-block (param $local i64) (result i64)
        (block (result i64)
            local.get $local
            local.get $local
            block
            end
            drop
            drop
            i64.const 128))

    (func $in-a-loop (param $local f64) (result i64)
        (loop (result i64)
            local.get $local
            local.get $local
            (block (result i64) (i64.const 5))
            drop
            drop
            drop
            i64.const 129))

    (func $changed (param $local i64) (result i64)
        (block (result i64)
            local.get $local
            local.get $local
            (local.set $local (i64.const 7))
            i64.add
            local.get $local
            i64.add))

    (func (export "run") (result i32)
        ;; No timer is open: the call only shows the numbers.
        (drop (call $start (i32.const 0) (call $in-a-block (i64.const 3)) (call $in-a-loop (f64.const 3))))
        (drop (call $start (i32.const 0) (call $changed (i64.const 100)) (i64.const 0)))
        (i32.const 0)))
