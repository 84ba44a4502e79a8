;; Writes lines to standard error of WASI 0.2, each with one call if it is no longer than a host
;; takes at once.
(component
  (import "wasi:io/error@@RELEASE" (instance $io-error
    (export "error" (type (sub resource)))))
  (alias export $io-error "error" (type $error))
  (import "wasi:io/streams@@RELEASE" (instance $streams
    (alias outer 1 $error (type $outer-error))
    (export "error" (type $error (eq $outer-error)))
    (export "output-stream" (type $output-stream (sub resource)))
    (type $cases (variant (case "last-operation-failed" (own $error)) (case "closed")))
    (export "stream-error" (type $stream-error (eq $cases)))
    (export "[method]output-stream.blocking-write-and-flush" (func
      (param "self" (borrow $output-stream)) (param "contents" (list u8))
      (result (result (error $stream-error)))))))
  (alias export $streams "output-stream" (type $output-stream))
  (import "wasi:cli/stderr@@RELEASE" (instance $stderr
    (alias outer 1 $output-stream (type $outer-stream))
    (export "output-stream" (type $output-stream (eq $outer-stream)))
    (export "get-stderr" (func (result (own $output-stream))))))
  (core module $Memory
    (memory (export "memory") 1)
    ;; Where the line is handed over: one at a time, with room for what ends it.
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $pages i32)
      (local.set $pages (i32.shr_u (i32.add (local.get 3) (i32.const 131072)) (i32.const 16)))
      (if (i32.gt_u (local.get $pages) (memory.size))
        (then
          (if (i32.eq
                (memory.grow (i32.sub (local.get $pages) (memory.size)))
                (i32.const -1))
            (then unreachable))))
      (i32.const 64)))
  (core instance $memory (instantiate $Memory))
  (core func $get-stderr (canon lower (func $stderr "get-stderr")))
  (core func $write (canon lower
    (func $streams "[method]output-stream.blocking-write-and-flush")
    (memory (core memory $memory "memory"))))
  (core func $drop-stream (canon resource.drop $output-stream))
  (core func $drop-error (canon resource.drop $error))
  (core module $Main
    (import "" "memory" (memory 1))
    (import "" "get-stderr" (func $get-stderr (result i32)))
    (import "" "write" (func $write (param i32 i32 i32 i32)))
    (import "" "drop-stream" (func $drop-stream (param i32)))
    (import "" "drop-error" (func $drop-error (param i32)))
    (global $depth (mut i32) (i32.const 0))
    (func (export "enter") (result i32)
      (global.get $depth)
      (global.set $depth (i32.add (global.get $depth) (i32.const 1))))
    (func (export "leave")
      (global.set $depth (i32.sub (global.get $depth) (i32.const 1))))
    (func (export "log") (param $at i32) (param $left i32)
      (local $stream i32) (local $now i32)
      (i32.store8 (i32.add (local.get $at) (local.get $left)) (i32.const 10))
      (local.set $left (i32.add (local.get $left) (i32.const 1)))
      (local.set $stream (call $get-stderr))
      (block $done
        (loop $more
          (br_if $done (i32.eqz (local.get $left)))
          ;; A host takes no more at once.
          (local.set $now (select (local.get $left) (i32.const 4096)
            (i32.lt_u (local.get $left) (i32.const 4096))))
          (call $write (local.get $stream) (local.get $at) (local.get $now) (i32.const 16))
          ;; What cannot be written is not, and the program goes on as if it were not traced.
          (if (i32.load8_u (i32.const 16))
            (then
              (if (i32.eqz (i32.load8_u offset=4 (i32.const 16)))
                (then (call $drop-error (i32.load offset=8 (i32.const 16)))))
              (br $done)))
          (local.set $at (i32.add (local.get $at) (local.get $now)))
          (local.set $left (i32.sub (local.get $left) (local.get $now)))
          (br $more)))
      (call $drop-stream (local.get $stream))))
  (core instance $main (instantiate $Main (with "" (instance
    (export "memory" (memory $memory "memory"))
    (export "get-stderr" (func $get-stderr))
    (export "write" (func $write))
    (export "drop-stream" (func $drop-stream))
    (export "drop-error" (func $drop-error))))))
  (func $enter (result u32) (canon lift (core func $main "enter")))
  (func $leave (canon lift (core func $main "leave")))
  (func $log (param "line" string) (canon lift (core func $main "log")
    (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
  (instance $sink
    (export "enter" (func $enter)) (export "leave" (func $leave)) (export "log" (func $log)))
  (export "witkit:trace/sink" (instance $sink)))
