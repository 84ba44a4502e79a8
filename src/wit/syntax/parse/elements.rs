//! What is in records, variants, enums and flags, and how parameters are written.
//!
//! May import: the parser around it. Deliberately absent: elements that are not as in WIT
//! (`foreign_elements`).

use super::super::lex::TokenKind::*;
use super::super::tree::NodeKind;
use super::{Parsed, Parser};

impl Parser {
    pub(super) fn field(&mut self) -> Parsed {
        self.node(NodeKind::Field, Self::name_and_type)
    }

    pub(super) fn case(&mut self) -> Parsed {
        self.node(NodeKind::Case, |p| {
            let from = p.at;
            p.name()?;
            if let Some(odd) = p.case_value(from)? {
                p.odd_case(from, odd);
            }
            Ok(())
        })
    }

    pub(super) fn flag(&mut self) -> Parsed {
        self.node(NodeKind::Flag, |p| {
            let from = p.at;
            p.name()?;
            let value = p.at;
            p.case_value(from)?;
            if p.at > value {
                let name = p.in_wit_between(from, from + 1);
                p.replace(
                    from,
                    "a flag has no type",
                    format!("write `{name}`"),
                    name,
                    None,
                );
            }
            Ok(())
        })
    }

    /// `enum a { … }`
    pub(super) fn enumeration(&mut self) -> Parsed {
        // Cases with values, which only a `variant` has.
        let mut odd: Vec<(usize, String)> = Vec::new();
        let mut values = None;
        self.braced(NodeKind::Enum, &mut |p| {
            p.node(NodeKind::EnumCase, |p| {
                let from = p.at;
                p.name()?;
                let value = p.at;
                let case = p.case_value(from)?;
                if p.at > value {
                    values.get_or_insert((value, p.at));
                    odd.push((
                        p.open as usize,
                        case.map_or_else(|| p.in_wit(from), |case| case.wit),
                    ));
                }
                Ok(())
            })
        })?;
        if let Some((start, end)) = values {
            let variant = self.as_variant(&odd);
            let message = "the cases of an `enum` have no values";
            self.habit_between(start, end, message, format!("write `{variant}`"));
        }
        Ok(())
    }

    pub(super) fn name_and_type(&mut self) -> Parsed {
        if let Some(parsed) = self.foreign_name_and_type() {
            return parsed;
        }
        self.name()?;
        self.expect(Colon)?;
        self.ty()
    }
}
