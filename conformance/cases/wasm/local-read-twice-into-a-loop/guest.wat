;; 10 three times: the first stays below the loop, the others leave it as 13 and 80.
(module
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i32 i32)
    i32.const 10
    local.set 0
    local.get 0
    local.get 0
    local.get 0
    loop $again (param i32 i32) (result i32)
      i32.const 2
      i32.mul
      local.set 0
      i32.const 1
      i32.add
      local.get 0
      (br_if $again (i32.lt_s (local.tee 1 (i32.add (local.get 1) (i32.const 1))) (i32.const 3)))
      i32.add
    end
    i32.const 1000
    i32.mul
    i32.add))
