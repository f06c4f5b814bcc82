(module
  (memory (export "memory") 1)
  (func (export "run") (result i32) (local i32)
    i32.const 0
    loop $again (param i32) (result i32)
      i32.const 1 i32.add local.set 0
      block (result i32)
        local.get 0
        local.get 0 i32.const 5 i32.ge_s br_if 0
        br $again
      end
    end))
