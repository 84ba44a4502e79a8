//! Putting functions into an adapter, in place of those that it has of their names.
//!
//! Lives here: [`graft`], [`Functions`], [`Answers`]. May import: `preview1`, `code`.
//! Deliberately absent: removing what nothing uses any more, which wit-component does.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, ConstExpr, ExportKind, ExportSection, FunctionSection, GlobalSection, GlobalType,
    ImportSection, Module, NameMap, NameSection, ProducersField, ProducersSection, TypeSection,
    ValType,
};
use wasm_metadata::Producers;
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FunctionSectionReader, GlobalSectionReader,
    ImportSectionReader, Name, Parser, TypeRef, TypeSectionReader,
};

use super::code::{self, Globals};
use super::preview1::{self, Answer, CLOCK, Errno, Function, SEED, Version};

/// How a generated adapter answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::componentize) enum Answers {
    /// As if there were nothing to be had, without failing where that is possible.
    Stub,
    /// That it is not permitted.
    Deny,
}

impl Answers {
    /// The word after `--adapter`.
    pub fn word(self) -> &'static str {
        match self {
            Answers::Stub => "stub",
            Answers::Deny => "deny",
        }
    }

    /// What that function is to do.
    pub(super) fn to(self, function: &Function) -> Answer {
        match (self, function.has_errno) {
            (Answers::Stub, _) => function.answer,
            (Answers::Deny, true) => Answer::Always(Errno::Notcapable),
            (Answers::Deny, false) => Answer::Trap,
        }
    }

    /// The name of a function in backtraces; it says why it traps.
    fn name(self, function: &Function) -> String {
        match (self, self.to(function)) {
            (Answers::Stub, Answer::Trap) => {
                format!(
                    "{} (the stub adapter cannot end the program)",
                    function.name
                )
            }
            (Answers::Deny, Answer::Trap) => format!("{} (denied)", function.name),
            _ => function.name.to_string(),
        }
    }
}

/// The functions that go into an adapter: all of a version that are not kept.
pub(super) struct Functions<'a> {
    pub answers: Answers,
    pub version: Version,
    /// The functions that the adapter keeps as they are.
    pub kept: &'a [&'a str],
    /// Whether the adapter has a memory. If not, functions that would use one trap, and are not
    /// imported.
    pub use_memory: bool,
}

impl Functions<'_> {
    fn all(&self) -> Vec<Function> {
        let functions = preview1::functions(self.version);
        let functions = functions.filter(|function| !self.kept.contains(&function.name));
        functions.collect()
    }

    fn answer(&self, function: &Function) -> Answer {
        match self.answers.to(function) {
            answer if answer.uses_memory() && !self.use_memory => Answer::Trap,
            answer => answer,
        }
    }
}

/// The module `base` with these functions.
///
/// Fails, with a reason, if `base` cannot be read.
pub(super) fn graft(base: &[u8], functions: &Functions<'_>) -> Result<Vec<u8>, String> {
    let mut graft = Graft {
        functions: functions.all(),
        asked: functions,
        first_type: 0,
        first_function: 0,
        globals: Globals {
            clock: 0,
            random: 0,
        },
    };
    let mut module = Module::new();
    match graft.parse_core_module(&mut module, Parser::new(0), base) {
        Ok(()) => Ok(module.finish()),
        Err(error) => Err(error.to_string()),
    }
}

/// Writes a module again with more at the end of its sections, so that no index changes. It has to
/// have all of these sections, empty ones for want of others.
struct Graft<'a> {
    asked: &'a Functions<'a>,
    functions: Vec<Function>,
    /// The index of the first type that is added; there is one for each function.
    first_type: u32,
    /// The index of the first function that is added.
    first_function: u32,
    globals: Globals,
}

impl Reencode for Graft<'_> {
    type Error = Infallible;

    fn parse_type_section(
        &mut self,
        types: &mut TypeSection,
        section: TypeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        self.first_type = types.len();
        for function in &self.functions {
            let result = function.has_errno.then_some(ValType::I32);
            types.ty().function(function.params.iter().copied(), result);
        }
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section.clone().into_imports() {
            match import?.ty {
                TypeRef::Func(_) | TypeRef::FuncExact(_) => self.first_function += 1,
                TypeRef::Global(_) => self.globals.clock += 1,
                _ => {}
            }
        }
        utils::parse_import_section(self, imports, section)
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_function_section(self, functions, section)?;
        self.first_function += functions.len();
        for (ty, _) in (self.first_type..).zip(&self.functions) {
            functions.function(ty);
        }
        Ok(())
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_global_section(self, globals, section)?;
        self.globals.clock += globals.len();
        self.globals.random = self.globals.clock + 1;
        let ty = GlobalType {
            val_type: ValType::I64,
            mutable: true,
            shared: false,
        };
        globals.global(ty, &ConstExpr::i64_const(CLOCK));
        globals.global(ty, &ConstExpr::i64_const(SEED));
        Ok(())
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Result<(), Error> {
        for export in section {
            let export = export?;
            if !self.functions.iter().any(|f| f.name == export.name) {
                self.parse_export(exports, export)?;
            }
        }
        for (index, function) in (self.first_function..).zip(&self.functions) {
            exports.export(function.name, ExportKind::Func, index);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_code_section(self, code, section)?;
        for function in &self.functions {
            let answer = self.asked.answer(function);
            code.function(&code::body(answer, self.asked.version, self.globals));
        }
        Ok(())
    }

    fn parse_custom_name_subsection(
        &mut self,
        names: &mut NameSection,
        section: Name<'_>,
    ) -> Result<(), Error> {
        let Name::Function(of_base) = section else {
            return utils::parse_custom_name_subsection(self, names, section);
        };
        let mut all = NameMap::new();
        for naming in of_base {
            let naming = naming?;
            all.append(naming.index, naming.name);
        }
        for (index, function) in (self.first_function..).zip(&self.functions) {
            all.append(index, &self.asked.answers.name(function));
        }
        names.functions(&all);
        Ok(())
    }

    fn parse_custom_section(
        &mut self,
        module: &mut Module,
        section: CustomSectionReader<'_>,
    ) -> Result<(), Error> {
        let producers = match section.name() {
            "producers" => Producers::from_bytes(section.data(), section.data_offset()).ok(),
            _ => None,
        };
        let Some(mut producers) = producers else {
            return utils::parse_custom_section(self, module, section);
        };
        let tool = format!("witkit-{}-adapter", self.asked.answers.word());
        producers.add("processed-by", &tool, env!("CARGO_PKG_VERSION"));
        let mut section = ProducersSection::new();
        for (field, values) in producers.iter() {
            let mut encoded = ProducersField::new();
            for (name, version) in values.iter() {
                encoded.value(name, version);
            }
            section.field(field, &encoded);
        }
        module.section(&section);
        Ok(())
    }
}
