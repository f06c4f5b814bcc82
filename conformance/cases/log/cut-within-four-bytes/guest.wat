(module
  (import "device:abi/log@1" "write" (func $log.write (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "run") (result i32)
    (memory.fill (i32.const 0) (i32.const 0x61) (i32.const 253))
    (i32.store align=1 (i32.const 253) (i32.const 0x80989ff0))
    (call $log.write (i32.const 2) (i32.const 0) (i32.const 257))
    (i32.const 0)))
