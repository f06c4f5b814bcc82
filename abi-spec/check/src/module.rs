//! One pass over the module: its structure, and what the rules need to know of it.

use alloc::vec::Vec;

use device_abi::{Profile, Refusal};
use wasmparser::{
    CompositeInnerType, DataSectionReader, ElementSectionReader, Export, ExportSectionReader, ExternalKind,
    FuncType, GlobalType, Import, ImportSectionReader, MemoryType, Parser, Payload, SubType,
};

use crate::{
    counts::{self, Counts},
    features::FEATURES,
    functions::{self, Over},
    imports,
    refusal::{OrInvalid, invalid},
    shape,
    validation::Validation,
};

/// A module whose structure is right. Sections that one rule reads once are kept unread.
#[derive(Default)]
pub(crate) struct Module<'a> {
    pub(crate) counts: Counts,
    /// The type section: functions.
    pub(crate) types: Vec<SubType>,
    /// Type index of each function, imported ones first.
    pub(crate) functions: Vec<u32>,
    pub(crate) imported_functions: u32,
    pub(crate) globals: Vec<GlobalType>,
    /// Minimum elements of the table, if there is one.
    pub(crate) table: Option<u64>,
    pub(crate) memory: Option<MemoryType>,
    pub(crate) has_start: bool,
    /// Functions that are above the profile.
    pub(crate) functions_over: Over,
    imports: Option<ImportSectionReader<'a>>,
    exports: Option<ExportSectionReader<'a>>,
    elements: Option<ElementSectionReader<'a>>,
    data: Option<DataSectionReader<'a>>,
}

impl<'a> Module<'a> {
    /// Reads the module.
    ///
    /// # Errors
    /// `invalid`, for anything that is not a module with the allowed features; and the words of [`counts`], for more than
    /// the device has the memory to look at.
    pub(crate) fn parse(bytes: &'a [u8], profile: &Profile) -> Result<Self, Refusal> {
        let mut parser = Parser::new(0);
        parser.set_features(FEATURES);
        let mut validation = Validation::new();
        let (mut module, mut over) = (Self::default(), Over::default());
        let mut bodies = 0;
        for payload in parser.parse_all(bytes) {
            let payload = payload.or_invalid()?;
            if let Payload::CodeSectionEntry(body) = &payload {
                let index = module.imported_functions.saturating_add(bodies);
                functions::read(&module, index, body, &mut validation, &mut over, profile)?;
                bodies = bodies.saturating_add(1);
            } else {
                counts::check(&mut module, bytes, &payload, profile)?;
                if let Payload::ImportSection(section) = &payload {
                    module.imports = Some(section.clone());
                    imports::check(&module)?;
                }
                module.section(bytes, payload)?;
            }
        }
        module.functions_over = over;
        Ok(module)
    }

    /// The type of a function.
    pub(crate) fn function_type(&self, function: u32) -> Option<&FuncType> {
        self.type_at(*self.functions.get(function as usize)?)
    }

    /// A type of the type section.
    pub(crate) fn type_at(&self, ty: u32) -> Option<&FuncType> {
        match &self.types.get(ty as usize)?.composite_type.inner {
            CompositeInnerType::Func(ty) => Some(ty),
            _ => None,
        }
    }

    /// All imports, with their byte offsets.
    pub(crate) fn imports(&self) -> impl Iterator<Item = Result<(u64, Import<'a>), Refusal>> {
        let section = self.imports.clone().into_iter();
        section.flat_map(ImportSectionReader::into_imports_with_offsets).map(OrInvalid::or_invalid)
    }

    /// All exports, with their byte offsets.
    pub(crate) fn exports(&self) -> impl Iterator<Item = Result<(u64, Export<'a>), Refusal>> {
        let section = self.exports.clone().into_iter();
        section.flat_map(ExportSectionReader::into_iter_with_offsets).map(OrInvalid::or_invalid)
    }

    pub(crate) fn elements(&self) -> Option<ElementSectionReader<'a>> {
        self.elements.clone()
    }

    pub(crate) fn data(&self) -> Option<DataSectionReader<'a>> {
        self.data.clone()
    }

    /// How many there are of a kind.
    pub(crate) fn count(&self, kind: ExternalKind) -> u32 {
        match kind {
            ExternalKind::Func => self.functions.len() as u32,
            ExternalKind::Table => self.table.is_some().into(),
            ExternalKind::Memory => self.memory.is_some().into(),
            ExternalKind::Global => self.globals.len() as u32,
            ExternalKind::Tag | ExternalKind::FuncExact => 0,
        }
    }

    fn section(&mut self, bytes: &[u8], payload: Payload<'a>) -> Result<(), Refusal> {
        match payload {
            Payload::TypeSection(section) => shape::types(self, section)?,
            Payload::ImportSection(section) => shape::imports(self, section)?,
            Payload::FunctionSection(section) => shape::functions(self, section)?,
            Payload::TableSection(section) => shape::tables(self, bytes, section)?,
            Payload::MemorySection(section) => shape::memories(self, section)?,
            Payload::GlobalSection(section) => shape::globals(self, section)?,
            Payload::ExportSection(section) => {
                self.exports = Some(section);
                shape::exports(self)?;
            }
            Payload::StartSection { func, range } => {
                self.has_start = true;
                shape::start(self, func, range.start)?;
            }
            Payload::ElementSection(section) => {
                self.elements = Some(section.clone());
                shape::elements(self, bytes, section)?;
            }
            Payload::DataSection(section) => {
                self.data = Some(section.clone());
                shape::data(self, bytes, section)?;
            }
            Payload::Version { .. }
            | Payload::CodeSectionStart { .. }
            | Payload::CodeSectionEntry(_)
            | Payload::CustomSection(_)
            | Payload::End(_) => {}
            Payload::DataCountSection { range, .. } => {
                return Err(invalid("data count section, which belongs to bulk memory,", range.start));
            }
            other => {
                let (id, range) = other.as_section().unwrap_or((0, 0..0));
                return Err(invalid(format_args!("unknown section {id}"), range.start));
            }
        }
        Ok(())
    }
}
