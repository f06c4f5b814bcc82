//! device-abi: the part of the glue that records calls, in the layout of device-abi's module `trace`.

use abi_model::{Param, Returns, Type, TypeKind};

use crate::{
    code::Code,
    host_glue::{Glue, Memory},
    host_memory::{trace, trace_size},
    names,
};

impl Glue<'_> {
    /// Writes what the call leaves in the trace.
    pub(crate) fn record(&self, code: &mut Code) {
        code.open("if let Some(recorder) = Host::recorder(host) {");
        let is_changed = !self.function.params.is_empty() || self.result_record().is_some();
        let binding = if is_changed { "let mut call" } else { "let call" };
        code.line(format!("{binding} = recorder.call(FUNCTION, start_ns);"));
        self.function.params.iter().for_each(|param| self.record_argument(code, param));
        match &self.function.returns {
            Returns::Nothing => {
                self.record_outputs(code);
                code.line("call.returned();");
            }
            Returns::Never => code.line("call.returned();"),
            Returns::Value(ty) => {
                self.record_outputs(code);
                code.line(format!("call.returned_value({});", self.widened(ty)));
            }
            Returns::Unit | Returns::Result(_) => {
                code.open("match value {");
                let success = if matches!(self.function.returns, Returns::Unit) { "()" } else { "value" };
                code.open(format!("Ok({success}) => {{"));
                self.record_outputs(code);
                match (self.result_record(), &self.function.returns) {
                    (Some(ty), _) => {
                        code.line(format!("call.u32({});", trace_size(self.abi, ty)));
                        code.line("value.trace(&mut call);");
                        code.line("call.returned_value(0);");
                    }
                    (None, Returns::Result(ty)) => {
                        code.line(format!("call.returned_value({});", self.widened(ty)));
                    }
                    _ => code.line("call.returned();"),
                }
                code.close("}");
                code.line("Err(code) => call.failed(code),");
                code.close("}");
            }
        }
        code.close("}");
    }

    fn record_argument(&self, code: &mut Code, param: &Param) {
        let name = names::argument(&param.name);
        match self.memory(&param.ty) {
            Memory::None => code.line(format!("{};", trace(self.abi, &param.ty, &name))),
            Memory::Bytes => code.line(match param.ty {
                Type::String => format!("call.text(lift::checked_text({name}.of(memory)));"),
                Type::Buffer => format!("call.u32({name}.len() as u32);"),
                _ => format!("call.bytes({name}.of(memory));"),
            }),
            Memory::List(element) => {
                code.line(format!("let elements = crate::List::<{element}>::new({name}.of(memory));"));
                code.line("call.u32(elements.len() as u32);");
                code.open("for element in elements.iter() {");
                if let Type::List(element) = &param.ty {
                    code.line(format!("{};", trace(self.abi, element, "element")));
                }
                code.close("}");
            }
            Memory::Variants(element) => {
                let element = self.rust_type(element);
                code.line(format!("call.u32({name}.count());"));
                code.open(format!("for element in {name}.elements(memory, {element}::SIZE) {{"));
                code.line(format!("{element}::of(memory, element).trace(&mut call);"));
                code.close("}");
            }
        }
    }

    /// What the call wrote into guest memory, except the result itself.
    fn record_outputs(&self, code: &mut Code) {
        for param in &self.function.params {
            let name = names::argument(&param.name);
            match (&param.ty, self.memory(&param.ty)) {
                // `result<u32, …>` with a buffer: the value is how much of it was filled.
                (Type::Buffer, _) if self.function.returns == Returns::Result(Type::U32) => {
                    code.line(format!("let filled = {name}.of(memory);"));
                    code.line("call.output(&filled[..filled.len().min(value as usize)]);");
                }
                (Type::Buffer, _) => code.line(format!("call.output({name}.of(memory));")),
                (_, Memory::Variants(element)) => {
                    let element = self.rust_type(element);
                    code.open(format!("for element in {name}.elements(memory, {element}::SIZE) {{"));
                    code.open(format!(
                        "if let Ok(lift::Reference::Filled(filled)) = {element}::check(memory, element) {{"
                    ));
                    code.line("call.output(filled.of(memory));");
                    code.close("}");
                    code.close("}");
                }
                _ => {}
            }
        }
    }

    /// `value` zero-extended to 64 bits.
    fn widened(&self, ty: &Type) -> String {
        match ty {
            Type::S32 => "u64::from(value.cast_unsigned())".to_owned(),
            Type::U64 => "value".to_owned(),
            Type::S64 => "value.cast_unsigned()".to_owned(),
            Type::Named(name) => match self.abi.definition(name).kind {
                TypeKind::Handle => "u64::from(value.0)".to_owned(),
                TypeKind::Flags(_) => "u64::from(value.bits())".to_owned(),
                _ => "value as u64".to_owned(),
            },
            _ => "u64::from(value)".to_owned(),
        }
    }
}
