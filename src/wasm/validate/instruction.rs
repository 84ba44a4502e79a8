//! What instructions are called in the text format.
//!
//! Lives here: [`text`]. May import: nothing of ours. Deliberately absent: immediates other than a
//! single number, which take the rest of the module to be printed.

use wasmparser::Operator;

/// What stands before the dot.
const SUBJECTS: [&str; 25] = [
    "any", "array", "atomic", "cont", "data", "elem", "extern", "f32", "f32x4", "f64", "f64x2",
    "global", "i16x8", "i31", "i32", "i32x4", "i64", "i64x2", "i8x16", "local", "memory", "ref",
    "struct", "table", "v128",
];

/// The instruction, with its immediate if that is one number: `local.get 3`, `i32.load`.
pub(super) fn text(operator: &Operator<'_>) -> String {
    let name = name(operator);
    let debug = format!("{operator:?}");
    match number(&debug) {
        Some(number) => format!("{name} {number}"),
        None => name,
    }
}

/// The only immediate, if it is a number: in `LocalGet { local_index: 3 }`.
fn number(debug: &str) -> Option<&str> {
    let (_, fields) = debug.split_once(" { ")?;
    let (_, value) = fields.strip_suffix(" }")?.split_once(": ")?;
    let digits = value.strip_prefix('-').unwrap_or(value);
    digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then_some(value)
        .filter(|value| !value.is_empty())
}

fn name(operator: &Operator<'_>) -> String {
    let visit = visitor(operator);
    let name = visit.strip_prefix("visit_").unwrap_or(visit);
    match name {
        "typed_select" | "typed_select_multi" => return "select".to_string(),
        "ref_test_non_null" | "ref_test_nullable" => return "ref.test".to_string(),
        "ref_cast_non_null" | "ref_cast_nullable" => return "ref.cast".to_string(),
        "ref_cast_desc_eq_non_null" | "ref_cast_desc_eq_nullable" => {
            return "ref.cast_desc_eq".to_string();
        }
        _ => {}
    }
    let Some((subject, rest)) = name.split_once('_') else {
        return name.to_string();
    };
    if !SUBJECTS.contains(&subject) {
        return name.to_string();
    }
    // `i32.atomic.rmw8.add_u`, but `atomic.fence`.
    let rest = match rest.strip_prefix("atomic_") {
        Some(atomic) => match atomic.split_once('_') {
            Some((rmw, operation)) if rmw.starts_with("rmw") => {
                format!("atomic.{rmw}.{operation}")
            }
            _ => format!("atomic.{atomic}"),
        },
        None => rest.to_string(),
    };
    format!("{subject}.{rest}")
}

macro_rules! define_visitor {
    ($(@$proposal:ident $op:ident $({ $($arg:ident: $argty:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
        /// The name of its visitor, in which only the dots are missing.
        fn visitor(operator: &Operator<'_>) -> &'static str {
            match operator {
                $(Operator::$op { .. } => stringify!($visit),)*
                // As wasmparser may come to know more.
                _ => "instruction",
            }
        }
    };
}
wasmparser::for_each_operator!(define_visitor);

#[cfg(test)]
mod tests {
    use wasmparser::{FunctionBody, Parser, Payload};

    /// Each instruction as its own text has it, when a body of these was read.
    fn read(instructions: &[&str]) -> Vec<String> {
        let text = format!(
            "(module (memory 1 1 shared) (table 1 funcref) (global (mut i32) (i32.const 0))
               (type (struct (field i32))) (tag) (func $f (local i32 i32) {}))",
            instructions.join("\n")
        );
        let buffer = wast::parser::ParseBuffer::new(&text).expect("the text lexes");
        let mut parsed: wast::Wat = wast::parser::parse(&buffer).expect("the text parses");
        let bytes = parsed.encode().expect("the text encodes");
        let bodies = Parser::new(0).parse_all(&bytes);
        let bodies = bodies.filter_map(|payload| match payload {
            Ok(Payload::CodeSectionEntry(body)) => Some(body),
            _ => None,
        });
        let operators = |body: FunctionBody<'_>| {
            let reader = body.get_operators_reader().expect("it has locals");
            let operators = reader.into_iter().map(|op| op.expect("it is read"));
            operators.map(|op| super::text(&op)).collect::<Vec<_>>()
        };
        bodies.flat_map(operators).collect()
    }

    #[test]
    fn instructions_are_called_as_in_the_text_format() {
        let text = [
            "i32.const -3",
            "local.get 1",
            "call 0",
            "br_if 0",
            "i32.add",
            "i64.trunc_sat_f32_s",
            "i32.extend8_s",
            "i32.load8_u",
            "memory.grow 0",
            "memory.copy",
            "memory.atomic.notify",
            "i32.atomic.rmw8.add_u",
            "i64.atomic.rmw.cmpxchg",
            "i32.atomic.load16_u",
            "atomic.fence",
            "v128.load8x8_s",
            "i16x8.q15mulr_sat_s",
            "i32x4.relaxed_trunc_f32x4_s",
            "i64.add128",
            "ref.is_null",
            "ref.as_non_null",
            "struct.new 1",
            "i31.get_s",
            "any.convert_extern",
            "table.size 0",
            "global.get 0",
            "return_call 0",
            "throw_ref",
            "drop",
            "unreachable",
        ];
        let mut written: Vec<&str> = text.to_vec();
        // How it is to be written, where only numbers are told.
        written[8] = "memory.grow";
        let mut expected: Vec<String> = text.iter().map(|text| text.to_string()).collect();
        expected.push("end".to_string());
        assert_eq!(read(&written), expected);
    }
}
