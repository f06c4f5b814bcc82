;; about: more pages than the profile has are refused
;; profiles: desktop
(module
  (memory (export "memory") 1025)
  (func (export "run") (result i32) (i32.const 0)))
