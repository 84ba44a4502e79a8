//! The code of the answers.
//!
//! Lives here: [`body`]. May import: `preview1`. Deliberately absent: which function answers what
//! (`preview1`), and where the code goes (`graft`).

use wasm_encoder::{BlockType, Function, InstructionSink, MemArg, MemArgTarget, ValType};

use super::preview1::{Answer, Errno, Version};

/// The globals that answers keep something in, by their indices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Globals {
    /// The time, in nanoseconds.
    pub clock: u32,
    /// The state of the generator of random bytes.
    pub random: u32,
}

/// The bit in the rights of a descriptor that lets it be read.
const FD_READ: i64 = 1 << 1;
/// The bit that lets it be written to.
const FD_WRITE: i64 = 1 << 6;
/// The bit that lets it be waited for.
const POLL_FD_READWRITE: i64 = 1 << 27;

/// The size of an `event`, in both versions.
const EVENT: i32 = 32;

/// The body of a function of `version` that does what `answer` says.
pub(super) fn body(answer: Answer, version: Version, globals: Globals) -> Function {
    let mut function = Function::new_with_locals_types(locals(answer).iter().copied());
    let mut code = function.instructions();
    let mut answered = Errno::Success;
    match answer {
        Answer::Always(errno) => answered = errno,
        Answer::OfStdio(errno) => {
            only_up_to(&mut code, 2);
            answered = errno;
        }
        Answer::Return | Answer::Trap => {}
        Answer::NoStrings => {
            code.local_get(0).i32_const(0).i32_store(at::<4>(0));
            code.local_get(1).i32_const(0).i32_store(at::<4>(0));
        }
        Answer::Resolution => {
            code.local_get(1).i64_const(1).i64_store(at::<8>(0));
        }
        Answer::Time => {
            code.local_get(2).global_get(globals.clock);
            code.i64_store(at::<8>(0));
        }
        Answer::EndOfInput => {
            only_up_to(&mut code, 0);
            code.local_get(3).i32_const(0).i32_store(at::<4>(0));
        }
        Answer::Discard => discard(&mut code),
        Answer::Fdstat => fdstat(&mut code),
        Answer::Filestat => {
            only_up_to(&mut code, 2);
            zeros(&mut code, 1, version.filestat());
        }
        Answer::Poll => poll(&mut code, version, globals),
        Answer::Random => random(&mut code, globals),
    }
    match answer {
        Answer::Return => {}
        Answer::Trap => {
            code.unreachable();
        }
        _ => {
            code.i32_const(answered as i32);
        }
    }
    code.end();
    function
}

/// The locals of the code besides its parameters.
fn locals(answer: Answer) -> &'static [ValType] {
    match answer {
        Answer::Discard => &[ValType::I32],
        Answer::Poll => &[ValType::I32, ValType::I64],
        Answer::Random => &[ValType::I64],
        _ => &[],
    }
}

/// The memory at that offset from an address that is a multiple of `SIZE`.
fn at<const SIZE: u32>(offset: u64) -> MemArg {
    MemArg {
        offset,
        align: SIZE.trailing_zeros(),
        target: MemArgTarget::Memory(0),
        ordering: None,
    }
}

/// Returns `errno` if the condition on the stack holds.
fn return_if(code: &mut InstructionSink<'_>, errno: Errno) {
    code.if_(BlockType::Empty);
    code.i32_const(errno as i32).return_();
    code.end();
}

/// Returns `badf` if the descriptor, the first parameter, is greater.
fn only_up_to(code: &mut InstructionSink<'_>, descriptor: i32) {
    code.local_get(0).i32_const(descriptor).i32_gt_u();
    return_if(code, Errno::Badf);
}

/// Stores zeros from where that local points to.
fn zeros(code: &mut InstructionSink<'_>, pointer: u32, size: u64) {
    for offset in (0..size).step_by(8) {
        code.local_get(pointer).i64_const(0);
        code.i64_store(at::<8>(offset));
    }
}

/// `fd_write(fd, buffers, count, written)`: sums up the sizes of the buffers.
fn discard(code: &mut InstructionSink<'_>) {
    let (fd, buffers, count, written, sum) = (0, 1, 2, 3, 4);
    code.local_get(fd).i32_const(1).i32_sub();
    code.i32_const(1).i32_gt_u();
    return_if(code, Errno::Badf);
    code.block(BlockType::Empty).loop_(BlockType::Empty);
    code.local_get(count).i32_eqz().br_if(1);
    code.local_get(sum);
    code.local_get(buffers).i32_load(at::<4>(4));
    code.i32_add().local_set(sum);
    code.local_get(buffers).i32_const(8).i32_add();
    code.local_set(buffers);
    code.local_get(count).i32_const(1).i32_sub();
    code.local_set(count).br(0);
    code.end().end();
    code.local_get(written).local_get(sum);
    code.i32_store(at::<4>(0));
}

/// `fd_fdstat_get(fd, stat)`: a descriptor of unknown type that is read, or written to.
fn fdstat(code: &mut InstructionSink<'_>) {
    let (fd, stat) = (0, 1);
    only_up_to(code, 2);
    zeros(code, stat, 24);
    code.local_get(stat);
    code.i64_const(FD_WRITE | POLL_FD_READWRITE);
    code.i64_const(FD_READ | POLL_FD_READWRITE);
    code.local_get(fd).select();
    code.i64_store(at::<8>(8));
}

/// `poll_oneoff(subscriptions, events, count, written)`: one event for each subscription.
fn poll(code: &mut InstructionSink<'_>, version: Version, globals: Globals) {
    let (subscription, event, count, written, left, deadline) = (0, 1, 2, 3, 4, 5);
    let layout = version.subscription();
    code.local_get(count).i32_eqz();
    return_if(code, Errno::Inval);
    code.local_get(count).local_set(left);
    code.loop_(BlockType::Empty);
    zeros(code, event, 32);
    code.local_get(event);
    code.local_get(subscription).i64_load(at::<8>(0));
    code.i64_store(at::<8>(0));
    code.local_get(event);
    code.local_get(subscription).i32_load8_u(at::<1>(8));
    code.i32_store8(at::<1>(10));
    // A clock is 0; what is read from or written to is a descriptor.
    code.local_get(subscription).i32_load8_u(at::<1>(8));
    code.if_(BlockType::Empty);
    code.local_get(subscription).i32_load(at::<4>(16));
    code.i32_const(2).i32_gt_u();
    code.if_(BlockType::Empty);
    code.local_get(event).i32_const(Errno::Badf as i32);
    code.i32_store16(at::<2>(8));
    code.end();
    code.else_();
    code.local_get(subscription)
        .i64_load(at::<8>(layout.timeout));
    // Relative, unless the flag says otherwise.
    code.i64_const(0).global_get(globals.clock);
    code.local_get(subscription)
        .i32_load16_u(at::<2>(layout.flags));
    code.i32_const(1).i32_and().select();
    code.i64_add().local_tee(deadline);
    code.global_get(globals.clock).i64_gt_u();
    code.if_(BlockType::Empty);
    code.local_get(deadline).global_set(globals.clock);
    code.end();
    code.end();
    code.local_get(subscription)
        .i32_const(layout.size)
        .i32_add();
    code.local_set(subscription);
    code.local_get(event).i32_const(EVENT).i32_add();
    code.local_set(event);
    code.local_get(left).i32_const(1).i32_sub();
    code.local_tee(left).br_if(0);
    code.end();
    code.local_get(written).local_get(count);
    code.i32_store(at::<4>(0));
}

/// `random_get(buffer, size)`: a step of SplitMix64 for each byte.
fn random(code: &mut InstructionSink<'_>, globals: Globals) {
    let (buffer, size, mixed) = (0, 1, 2);
    let mix = |code: &mut InstructionSink<'_>, shift: i64, factor: u64| {
        code.local_get(mixed).local_get(mixed);
        code.i64_const(shift).i64_shr_u().i64_xor();
        code.i64_const(factor.cast_signed()).i64_mul();
        code.local_set(mixed);
    };
    code.block(BlockType::Empty).loop_(BlockType::Empty);
    code.local_get(size).i32_eqz().br_if(1);
    code.global_get(globals.random);
    code.i64_const(0x9e37_79b9_7f4a_7c15_u64.cast_signed());
    code.i64_add().local_tee(mixed).global_set(globals.random);
    mix(code, 30, 0xbf58_476d_1ce4_e5b9);
    mix(code, 27, 0x94d0_49bb_1331_11eb);
    code.local_get(buffer);
    code.local_get(mixed).local_get(mixed);
    code.i64_const(31).i64_shr_u().i64_xor();
    code.i64_store8(at::<1>(0));
    code.local_get(buffer).i32_const(1).i32_add();
    code.local_set(buffer);
    code.local_get(size).i32_const(1).i32_sub();
    code.local_set(size).br(0);
    code.end().end();
}
