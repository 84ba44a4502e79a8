;; Hands lines on.
(component
  (import "@IMPORT" (func $to (param "line" string)))
  (core module $Main
    (global $depth (mut i32) (i32.const 0))
    (func (export "enter") (result i32)
      (global.get $depth)
      (global.set $depth (i32.add (global.get $depth) (i32.const 1))))
    (func (export "leave")
      (global.set $depth (i32.sub (global.get $depth) (i32.const 1)))))
  (core instance $main (instantiate $Main))
  (func $enter (result u32) (canon lift (core func $main "enter")))
  (func $leave (canon lift (core func $main "leave")))
  (instance $sink
    (export "enter" (func $enter)) (export "leave" (func $leave)) (export "log" (func $to)))
  (export "witkit:trace/sink" (instance $sink)))
