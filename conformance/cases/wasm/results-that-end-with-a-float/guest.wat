(module
  (memory (export "memory") 1)
  (func $fallen (result i32)
    block (result i32 f64) i32.const 40 f64.const 2 end
    i32.trunc_f64_s i32.add)
  (func $branched (result i32) (local i32)
    block (result f32 i64 f32) f32.const 1 i64.const 20 f32.const 300 br 0 end
    i32.trunc_f32_s local.set 0
    i32.wrap_i64 local.get 0 i32.add local.set 0
    i32.trunc_f32_s local.get 0 i32.add)
  (func (export "run") (result i32)
    (i32.add (call $fallen) (call $branched))))
