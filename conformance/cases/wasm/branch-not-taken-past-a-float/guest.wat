(module
  (memory (export "memory") 1)
  (func $not-taken (param f32 i32) (result i32)
    block (result f32)
      local.get 0
      local.get 0
      f32.add
      f32.const 3
      local.get 1
      br_if 0
      f32.add
    end
    i32.trunc_f32_s)
  (func $one-of-two (param f64 i32) (result i32)
    block (result f64 f64)
      block (result f64 f64)
        local.get 0
        local.get 0
        f64.add
        f64.const 3
        local.get 1
        br_table 0 1
      end
      f64.neg
    end
    f64.add
    i32.trunc_f64_s)
  ;; 43, 37 and 43.
  (func (export "run") (result i32)
    (i32.add
      (call $not-taken (f32.const 20) (i32.const 0))
      (i32.add
        (call $one-of-two (f64.const 20) (i32.const 0))
        (call $one-of-two (f64.const 20) (i32.const 1))))))
