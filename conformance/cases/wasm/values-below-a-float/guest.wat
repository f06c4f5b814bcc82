(module
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    i32.const 7
    block (result f32) i64.const 3 f32.const 2.5 i32.const 1 br_if 0 br 0 end
    i32.trunc_f32_s i32.add))
