;; about: a guest without memory is refused
(module
  (func (export "run") (result i32) (i32.const 0)))
