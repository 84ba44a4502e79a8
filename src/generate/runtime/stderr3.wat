;; Writes lines to standard error of WASI 0.3, which takes a stream: one for all lines.
;;
;; Who traces may be a function that must not wait, and the host may not be ready. So there are two:
;; what takes lines hands each over to what writes them, which answers at once and goes on writing
;; while the host takes what it can.
(component
  (import "wasi:cli/types@@RELEASE" (instance $types
    (type $cases (enum "io" "illegal-byte-sequence" "pipe"))
    (export "error-code" (type (eq $cases)))))
  (alias export $types "error-code" (type $error-code))
  (import "wasi:cli/stderr@@RELEASE" (instance $stderr
    (alias outer 1 $error-code (type $outer-error))
    (export "error-code" (type $error-code (eq $outer-error)))
    (type $data (stream u8))
    (type $end (future (result (error $error-code))))
    (export "write-via-stream" (func (param "data" $data) (result $end)))))
  (component $Writer
    (type $cases (enum "io" "illegal-byte-sequence" "pipe"))
    (import "error-code" (type $error-code (eq $cases)))
    (type $data (stream u8))
    (type $end (future (result (error $error-code))))
    (import "write-via-stream" (func $write-via-stream (param "data" $data) (result $end)))
    (core module $Memory
      (memory (export "memory") 1)
      ;; What is not written yet lies between the two.
      (global (export "head") (mut i32) (i32.const 16))
      (global $tail (export "tail") (mut i32) (i32.const 16))
      ;; A line is handed over behind what is there, with room for what ends it.
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (local $pages i32)
        (local.set $pages (i32.shr_u
          (i32.add (global.get $tail) (i32.add (local.get 3) (i32.const 65536)))
          (i32.const 16)))
        (if (i32.gt_u (local.get $pages) (memory.size))
          (then
            (if (i32.eq
                  (memory.grow (i32.sub (local.get $pages) (memory.size)))
                  (i32.const -1))
              (then unreachable))))
        (global.get $tail)))
    (core instance $memory (instantiate $Memory))
    (core func $new (canon stream.new $data))
    (core func $write (canon stream.write $data async (memory (core memory $memory "memory"))))
    (core func $write-via-stream (canon lower (func $write-via-stream)))
    (core func $return (canon task.return))
    (core func $new-set (canon waitable-set.new))
    (core func $drop-set (canon waitable-set.drop))
    (core func $join (canon waitable.join))
    (core module $Main
      (import "m" "memory" (memory 1))
      (import "m" "head" (global $head (mut i32)))
      (import "m" "tail" (global $tail (mut i32)))
      (import "" "new" (func $new (result i64)))
      (import "" "write" (func $write (param i32 i32 i32) (result i32)))
      (import "" "write-via-stream" (func $write-via-stream (param i32) (result i32)))
      (import "" "return" (func $return))
      (import "" "new-set" (func $new-set (result i32)))
      (import "" "drop-set" (func $drop-set (param i32)))
      (import "" "join" (func $join (param i32 i32)))
      ;; The writable end, and what a write that the host has not taken yet is waited for with.
      (global $stream (mut i32) (i32.const 0))
      (global $set (mut i32) (i32.const 0))
      (global $closed (mut i32) (i32.const 0))
      (func (export "line") (param $at i32) (param $length i32) (result i32)
        (local $both i64)
        (global.set $tail (i32.add (global.get $tail) (local.get $length)))
        (i32.store8 (global.get $tail) (i32.const 10))
        (global.set $tail (i32.add (global.get $tail) (i32.const 1)))
        (call $return)
        ;; It is written after what is being written.
        (if (global.get $set) (then (return (i32.const 0))))
        (if (i32.eqz (global.get $stream))
          (then
            (local.set $both (call $new))
            (global.set $stream (i32.wrap_i64 (i64.shr_u (local.get $both) (i64.const 32))))
            ;; What becomes of it is not asked for.
            (drop (call $write-via-stream (i32.wrap_i64 (local.get $both))))))
        (call $go-on))
      (func $go-on (result i32)
        (local $written i32)
        (loop $more
          ;; What cannot be written is not, and the program goes on as if it were not traced.
          (if (i32.or (global.get $closed) (i32.eq (global.get $head) (global.get $tail)))
            (then
              (global.set $head (i32.const 16))
              (global.set $tail (i32.const 16))
              (return (i32.const 0))))
          (local.set $written (call $write (global.get $stream) (global.get $head)
            (i32.sub (global.get $tail) (global.get $head))))
          (if (i32.eq (local.get $written) (i32.const -1))
            (then
              (global.set $set (call $new-set))
              (call $join (global.get $stream) (global.get $set))
              (return (i32.or (i32.const 2) (i32.shl (global.get $set) (i32.const 4))))))
          (call $written (local.get $written))
          (br $more))
        unreachable)
      ;; How many bytes, and in the lower half byte whether there can be more.
      (func $written (param $written i32)
        (global.set $head
          (i32.add (global.get $head) (i32.shr_u (local.get $written) (i32.const 4))))
        (if (i32.eq (i32.and (local.get $written) (i32.const 15)) (i32.const 1))
          (then (global.set $closed (i32.const 1)))))
      (func (export "callback") (param $event i32) (param i32) (param $written i32) (result i32)
        (call $join (global.get $stream) (i32.const 0))
        (call $drop-set (global.get $set))
        (global.set $set (i32.const 0))
        (call $written (local.get $written))
        (call $go-on)))
    (core instance $main (instantiate $Main
      (with "m" (instance $memory))
      (with "" (instance
        (export "new" (func $new))
        (export "write" (func $write))
        (export "write-via-stream" (func $write-via-stream))
        (export "return" (func $return))
        (export "new-set" (func $new-set))
        (export "drop-set" (func $drop-set))
        (export "join" (func $join))))))
    (func (export "line") async (param "line" string) (canon lift (core func $main "line")
      async (callback (core func $main "callback"))
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc")))))
  (instance $writer (instantiate $Writer
    (with "error-code" (type $error-code))
    (with "write-via-stream" (func $stderr "write-via-stream"))))
  (component $Sink
    (import "line" (func $line async (param "line" string)))
    (core module $Memory
      (memory (export "memory") 1)
      (global $base (export "base") (mut i32) (i32.const 16))
      (func (export "realloc") (param i32 i32 i32 i32) (result i32)
        (local $pages i32)
        (local.set $pages (i32.shr_u
          (i32.add (global.get $base) (i32.add (local.get 3) (i32.const 65536)))
          (i32.const 16)))
        (if (i32.gt_u (local.get $pages) (memory.size))
          (then
            (if (i32.eq
                  (memory.grow (i32.sub (local.get $pages) (memory.size)))
                  (i32.const -1))
              (then unreachable))))
        (global.get $base)))
    (core instance $memory (instantiate $Memory))
    (core func $line (canon lower (func $line) async (memory (core memory $memory "memory"))))
    (core module $Main
      (import "m" "base" (global $base (mut i32)))
      (import "" "line" (func $line (param i32 i32) (result i32)))
      (global $depth (mut i32) (i32.const 0))
      (func (export "enter") (result i32)
        (global.get $depth)
        (global.set $depth (i32.add (global.get $depth) (i32.const 1))))
      (func (export "leave")
        (global.set $depth (i32.sub (global.get $depth) (i32.const 1))))
      (func (export "log") (param $at i32) (param $length i32)
        ;; It has returned at once, or else what was handed over stays where it is.
        (if (i32.ne (call $line (local.get $at) (local.get $length)) (i32.const 2))
          (then (global.set $base (i32.add (local.get $at) (local.get $length)))))))
    (core instance $main (instantiate $Main
      (with "m" (instance $memory))
      (with "" (instance (export "line" (func $line))))))
    (func (export "enter") (result u32) (canon lift (core func $main "enter")))
    (func (export "leave") (canon lift (core func $main "leave")))
    (func (export "log") (param "line" string) (canon lift (core func $main "log")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc")))))
  (instance $sink (instantiate $Sink (with "line" (func $writer "line"))))
  (export "witkit:trace/sink" (instance $sink)))
