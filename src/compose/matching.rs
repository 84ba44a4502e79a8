//! Choosing the provider of an import: the exact name, then a semver-compatible version, then the
//! interface that an export implements, then the name of a part.
//!
//! Lives here: [`Matcher`]. May import: `wasm`, `surface` (rank 0–2).
//! Deliberately absent: explicit wires (`manual`), and imports without a provider (`resolve`).

use wasmparser::{ComponentTypeRef, TypeBounds};

use super::candidates::{Candidate, Candidates, preferred};
use super::parts::Parts;
use super::types::Types;
use crate::plan::{Refused, Target, Why};
use crate::wasm::structure::Structure;

/// The choice for one import.
pub(crate) struct Choice {
    pub target: Target,
    pub why: Why,
    pub refused: Vec<Refused>,
}

/// The result of looking for the provider of an import.
pub(crate) enum Found {
    One(Choice),
    None,
    /// Several, and nothing decides between them.
    Several(Vec<Candidate>),
}

/// Chooses by name, and by type where several versions are on one track.
pub(crate) struct Matcher<'a> {
    pub parts: &'a Parts,
    pub structures: &'a [Structure<'a>],
    pub candidates: Candidates,
    pub types: Types<'a>,
}

impl<'a> Matcher<'a> {
    /// The provider of import `import` of part `part`.
    pub fn choose(&mut self, part: usize, import: usize) -> Found {
        let item = self.structures[part].imports[import];
        let name = item.name.full_name();
        let exact = preferred(self.parts, part, self.candidates.named(&name));
        if let ComponentTypeRef::Type(TypeBounds::Eq(_)) = item.ty {
            // Any type that is equal will do, and the one it is bound to certainly is.
            return match exact.as_slice() {
                [one] => self.taken(*one, Why::Exact, Vec::new()),
                _ => Found::One(Choice {
                    target: Target::Bound { bound: true },
                    why: Why::Bound,
                    refused: Vec::new(),
                }),
            };
        }
        let of_kind: Vec<Candidate> = exact
            .iter()
            .copied()
            .filter(|c| self.structures[c.part].exports[c.export].kind == item.ty.kind())
            .collect();
        // Plain names are so short that an export of another kind may well be something else: the
        // part of that name is looked at first.
        let named = self.named_part(part, import);
        match (of_kind.as_slice(), exact.as_slice(), named) {
            ([one], ..) => {
                let refused = self.others_on_track(part, &name, *one);
                return self.taken(*one, Why::Exact, refused);
            }
            ([], [], _) => {}
            ([], [..], Some(named)) => return self.by_part_name(part, import, named),
            ([], [one], None) => return self.taken(*one, Why::Exact, Vec::new()),
            ([], several, None) | (several, ..) => {
                return Found::Several(several.to_vec());
            }
        }
        let on_track = self.candidates.on_track(&name);
        if on_track.iter().any(|(_, c)| c.part != part) {
            return self.choose_version(part, import, on_track, Why::Semver);
        }
        // A plain name may stand for an interface on either side.
        let interface = item.name.full_implements();
        let interface = interface.as_deref().unwrap_or(&name);
        let implementing = self.candidates.implementing(interface);
        match preferred(self.parts, part, &implementing).as_slice() {
            [] => {}
            [one] => return self.taken(*one, Why::Implements, Vec::new()),
            several => return Found::Several(several.to_vec()),
        }
        let on_track = self.candidates.implementing_on_track(interface);
        if on_track.iter().any(|(_, c)| c.part != part) {
            return self.choose_version(part, import, on_track, Why::Implements);
        }
        match named {
            Some(named) => self.by_part_name(part, import, named),
            None => Found::None,
        }
    }

    /// The other part that has the name of an imported instance.
    fn named_part(&self, part: usize, import: usize) -> Option<usize> {
        let item = self.structures[part].imports[import];
        let ComponentTypeRef::Instance(_) = item.ty else {
            return None;
        };
        let named = self.parts.by_name(&item.name.full_name())?;
        (named != part).then_some(named)
    }

    fn taken(&self, candidate: Candidate, why: Why, refused: Vec<Refused>) -> Found {
        Found::One(Choice {
            refused,
            ..self.choice(candidate, why)
        })
    }

    /// The choice of an export.
    pub fn choice(&self, candidate: Candidate, why: Why) -> Choice {
        Choice {
            target: Target::Export {
                part: self.parts.all()[candidate.part].name.clone(),
                export: self.export_name(candidate).to_string(),
            },
            why,
            refused: Vec::new(),
        }
    }

    /// The name of an export.
    pub fn export_name(&self, candidate: Candidate) -> &'a str {
        self.structures[candidate.part].exports[candidate.export]
            .name
            .name
    }

    fn refusal(&self, candidate: Candidate, reason: impl Into<String>) -> Refused {
        Refused {
            part: self.parts.all()[candidate.part].name.clone(),
            export: self.export_name(candidate).to_string(),
            reason: reason.into(),
        }
    }

    /// The other versions, which an exact match makes redundant.
    fn others_on_track(&self, part: usize, name: &str, taken: Candidate) -> Vec<Refused> {
        let on_track = self.candidates.on_track(name);
        let others = on_track.iter().map(|(_, candidate)| *candidate);
        others
            .filter(|c| *c != taken && c.part != part && self.parts.all()[c.part].was_named())
            .map(|c| self.refusal(c, "another part exports the exact version"))
            .collect()
    }

    /// The highest version whose type fits.
    fn choose_version(
        &mut self,
        part: usize,
        import: usize,
        on_track: Vec<(semver::Version, Candidate)>,
        why: Why,
    ) -> Found {
        let all: Vec<Candidate> = on_track.iter().map(|(_, c)| *c).collect();
        let eligible = preferred(self.parts, part, &all);
        // With one candidate there is nothing to choose: whether it fits, the validator says
        // when the part is instantiated, and it says it about the real thing.
        if let [one] = eligible.as_slice() {
            return self.taken(*one, why, Vec::new());
        }
        let mut refused = Vec::new();
        let mut rest = eligible.as_slice();
        while let Some(first) = rest.first() {
            let version = |c: &Candidate| on_track.iter().find(|(_, o)| o == c).map(|(v, _)| v);
            let same = rest.iter().take_while(|c| version(c) == version(first));
            let (level, lower) = rest.split_at(same.count());
            rest = lower;
            let mut fitting = Vec::new();
            for candidate in level {
                let export = self.export_name(*candidate);
                let misfits = self.types.misfits(part, import, candidate.part, export);
                match misfits.first() {
                    None => fitting.push(*candidate),
                    Some(first) => refused.push(self.refusal(
                        *candidate,
                        format!(
                            "its type differs at {}: expected {}, found {}",
                            first.path.join(" › "),
                            first.expects,
                            first.provides
                        ),
                    )),
                }
            }
            match fitting.as_slice() {
                [] => {}
                [one] => {
                    refused.extend(
                        lower
                            .iter()
                            .map(|c| self.refusal(*c, "a higher compatible version fits")),
                    );
                    return self.taken(*one, why, refused);
                }
                several => {
                    return Found::Several(several.to_vec());
                }
            }
        }
        // None fits: the highest is wired anyway, and the report on its type says why it does not fit.
        match eligible.first() {
            Some(highest) => self.taken(*highest, why, refused),
            None => Found::None,
        }
    }

    /// A part with the import's name provides whatever of it fits; if nothing does, the report on
    /// the type of its instance says why.
    fn by_part_name(&mut self, part: usize, import: usize, named: usize) -> Found {
        match self.by_type(part, import, named, Why::PartName) {
            Ok(choice) => Found::One(choice),
            Err(fitting) if fitting.is_empty() => Found::One(self.whole(named, Why::PartName)),
            Err(several) => Found::Several(several),
        }
    }

    /// What of part `provider` satisfies an import by its type alone: its whole instance, or the one
    /// export that fits. Otherwise, all exports that fit: none, or several.
    pub fn by_type(
        &mut self,
        part: usize,
        import: usize,
        provider: usize,
        why: Why,
    ) -> Result<Choice, Vec<Candidate>> {
        let item = self.structures[part].imports[import];
        if matches!(item.ty, ComponentTypeRef::Instance(_))
            && self.types.whole_misfits(part, import, provider).is_empty()
        {
            return Ok(self.whole(provider, why));
        }
        let fitting = self.fitting_exports(part, import, provider);
        match fitting.as_slice() {
            [one] => Ok(self.choice(*one, why)),
            _ => Err(fitting),
        }
    }

    /// The choice of a part's instance as a whole.
    fn whole(&self, provider: usize, why: Why) -> Choice {
        Choice {
            target: Target::Instance {
                part: self.parts.all()[provider].name.clone(),
            },
            why,
            refused: Vec::new(),
        }
    }

    /// The exports of part `provider` whose type fits import `import` of part `part`.
    fn fitting_exports(&mut self, part: usize, import: usize, provider: usize) -> Vec<Candidate> {
        let kind = self.structures[part].imports[import].ty.kind();
        let exports = self.structures[provider].exports.iter().enumerate();
        let of_kind: Vec<usize> = exports
            .filter(|(_, e)| e.kind == kind)
            .map(|(i, _)| i)
            .collect();
        let mut fitting = Vec::new();
        for export in of_kind {
            let name = self.structures[provider].exports[export].name.name;
            if self.types.misfits(part, import, provider, name).is_empty() {
                fitting.push(Candidate {
                    part: provider,
                    export,
                });
            }
        }
        fitting
    }
}
