//! How types lie in memory and as flat values: the Canonical ABI of the component model.

use crate::{Abi, Case, Flat, Function, Interface, Param, Returns, Type, TypeDef, TypeKind};

/// Size and alignment in guest memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Size; a multiple of the alignment.
    pub size: u32,
    /// Alignment: 1, 2, 4 or 8.
    pub align: u32,
}

impl Layout {
    const fn scalar(size: u32) -> Self {
        Self { size, align: size }
    }

    /// An address and a length.
    const POINTER: Self = Self { size: 8, align: 4 };
}

impl Abi {
    /// Layout of a value in memory.
    #[must_use]
    pub fn layout(&self, ty: &Type) -> Layout {
        match ty {
            Type::Bool | Type::U8 => Layout::scalar(1),
            Type::U16 => Layout::scalar(2),
            Type::U32 | Type::S32 => Layout::scalar(4),
            Type::U64 | Type::S64 => Layout::scalar(8),
            Type::String | Type::Bytes | Type::Buffer | Type::List(_) => Layout::POINTER,
            Type::Named(name) => self.definition_layout(self.definition(name)),
        }
    }

    fn definition_layout(&self, definition: &TypeDef) -> Layout {
        match &definition.kind {
            TypeKind::Handle => Layout::scalar(4),
            // At most 256 cases, see the checker.
            TypeKind::Enum(_) => Layout::scalar(1),
            TypeKind::Flags(flags) => Layout::scalar(match flags.len() {
                0..=8 => 1,
                9..=16 => 2,
                _ => 4,
            }),
            TypeKind::Record(fields) => {
                let align = self.align_of(fields);
                let end = self.field_offsets(fields).last().map_or(0, |(offset, field)| {
                    offset + field.payload.as_ref().map_or(0, |ty| self.layout(ty).size)
                });
                Layout { size: end.next_multiple_of(align), align }
            }
            TypeKind::Variant(cases) => {
                let align = self.align_of(cases);
                let payload = cases.iter().filter_map(|case| case.payload.as_ref());
                let size = payload.map(|ty| self.layout(ty).size).max().unwrap_or(0);
                Layout { size: (self.payload_offset(cases) + size).next_multiple_of(align), align }
            }
        }
    }

    /// The fields of a record with their offsets.
    #[must_use]
    pub fn field_offsets<'c>(&self, fields: &'c [Case]) -> Vec<(u32, &'c Case)> {
        let mut end = 0_u32;
        let mut offsets = Vec::new();
        for field in fields {
            let layout = field.payload.as_ref().map_or(Layout::scalar(1), |ty| self.layout(ty));
            let offset = end.next_multiple_of(layout.align);
            offsets.push((offset, field));
            end = offset + layout.size;
        }
        offsets
    }

    /// Where the payload of a variant begins; its case is the byte at 0.
    #[must_use]
    pub fn payload_offset(&self, cases: &[Case]) -> u32 {
        self.align_of(cases)
    }

    fn align_of(&self, cases: &[Case]) -> u32 {
        cases
            .iter()
            .filter_map(|case| case.payload.as_ref())
            .map(|ty| self.layout(ty).align)
            .max()
            .unwrap_or(1)
    }

    /// The flat parameters of `function`, by name, type and number of the parameter.
    pub(crate) fn flat_params(&self, params: &[Param], returns: &Returns) -> Vec<crate::FlatParam> {
        let mut flat = Vec::new();
        let mut push = |name: String, ty: &Type, param| {
            let flat_type =
                |ty: &Type| if matches!(ty, Type::U64 | Type::S64) { Flat::I64 } else { Flat::I32 };
            flat.push(crate::FlatParam { name: name.clone(), flat: flat_type(ty), param });
            if matches!(ty, Type::String | Type::Bytes | Type::Buffer | Type::List(_)) {
                flat.push(crate::FlatParam { name: format!("{name}-len"), flat: Flat::I32, param });
            }
        };
        for (at, param) in params.iter().enumerate() {
            match self.record_fields(&param.ty) {
                Some(fields) => fields.iter().for_each(|field| {
                    if let Some(ty) = &field.payload {
                        push(format!("{}-{}", param.name, field.name), ty, at);
                    }
                }),
                None => push(param.name.clone(), &param.ty, at),
            }
        }
        if let Returns::Result(ty) = returns
            && self.record_fields(ty).is_some()
        {
            push("result".to_owned(), &Type::U32, params.len());
        }
        flat
    }

    /// The fields, if the type is a record (`types.buffer` is a type of its own).
    #[must_use]
    pub fn record_fields(&self, ty: &Type) -> Option<&[Case]> {
        let Type::Named(name) = ty else { return None };
        match &self.definition(name).kind {
            TypeKind::Record(fields) => Some(fields),
            _ => None,
        }
    }
}

/// The flat result of what a function returns.
pub(crate) fn flat_result(returns: &Returns) -> Option<Flat> {
    match returns {
        Returns::Nothing | Returns::Never => None,
        Returns::Value(Type::U64 | Type::S64) | Returns::Result(Type::U64) => Some(Flat::I64),
        Returns::Value(_) | Returns::Unit | Returns::Result(_) => Some(Flat::I32),
    }
}

/// The lowered signature as the reference and the frozen list print it: `(i32, i32) -> i32`.
impl Function {
    /// The wasm type of the import.
    #[must_use]
    pub fn wasm_type(&self) -> String {
        let params: Vec<_> = self.flat_params.iter().map(|param| param.flat.to_string()).collect();
        let result = self.flat_result.map_or_else(String::new, |flat| format!(" -> {flat}"));
        format!("({}){result}", params.join(", "))
    }
}

impl Interface {
    /// The definition of this name.
    #[must_use]
    pub fn type_def(&self, name: &str) -> Option<&TypeDef> {
        self.types.iter().find(|ty| ty.name == name)
    }
}
