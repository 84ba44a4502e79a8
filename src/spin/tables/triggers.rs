//! Triggers: which components they run, and components that are defined in them.
//!
//! May import: `config`, `diag` (rank 0 and 1), the siblings.
//! Deliberately absent: everything else about triggers, whose types are open.

use std::collections::BTreeSet;

use super::Reader;
use crate::config::{Placed, Table, Value};
use crate::diag::{Diagnostic, Locus};
use crate::spin::Component;
use crate::spin::codes::{MANIFEST, NOT_COMPOSED};

/// A trigger, with what of it is not read yet.
struct Trigger<'t> {
    id: String,
    /// Its type.
    of: String,
    table: Table<'t>,
    component: Option<Placed<'t>>,
}

impl Reader<'_> {
    /// Adds the components that are defined in triggers, and reports what these name and is not there.
    pub(super) fn triggers(&mut self, all: Option<Placed<'_>>, components: &mut Vec<Component>) {
        let Some(all) = all else { return };
        let Value::Table(types) = all.value else {
            self.report.push(all.wrong_type("trigger", "a table"));
            return;
        };
        let mut triggers = Vec::new();
        for (of, _, placed) in types.entries() {
            let wrong = placed.wrong_type(&format!("trigger.{of}"), "a list of tables");
            let Value::List(items) = placed.value else {
                self.report.push(wrong);
                continue;
            };
            for item in items {
                match item.value {
                    Value::Table(table) => triggers.push((of.clone(), table)),
                    _ => self
                        .report
                        .push(item.wrong_type(&format!("trigger.{of}"), "a list of tables")),
                }
            }
        }
        let triggers = named(triggers);
        let mut references: Vec<(String, Locus)> = Vec::new();
        // The components that triggers run, and those of what type.
        let mut runs: BTreeSet<(String, String)> = BTreeSet::new();
        for mut trigger in triggers {
            let kind = kind(&mut trigger);
            let own = trigger.component.take();
            let own_id = own.as_ref().and_then(|placed| match &placed.value {
                Value::Text(id) => Some(id.clone()),
                _ => None,
            });
            let mut specs: Vec<Placed<'_>> = own.into_iter().collect();
            if let Some(placed) = trigger.table.any("components")
                && let Value::Table(others) = placed.value
            {
                for (_, _, placed) in others.entries() {
                    match placed.value {
                        Value::List(several) => specs.extend(several),
                        value => specs.push(Placed { value, ..placed }),
                    }
                }
            }
            let dependencies = self.trigger_dependencies(&mut trigger.table);
            let several = specs.len() > 1;
            let mut count = 0;
            let mut own_inline = None;
            for spec in specs {
                match spec.value {
                    Value::Text(id) => {
                        runs.insert((id.clone(), kind.clone()));
                        references.push((id, spec.place));
                    }
                    Value::Table(table) => {
                        let id = inline_id(&trigger.id, several, components, &mut count);
                        own_inline.get_or_insert_with(|| id.clone());
                        runs.insert((id.clone(), kind.clone()));
                        components.extend(self.component(id, spec.place, table));
                    }
                    _ => {
                        let expected = "the name of a component, or a table";
                        self.report.push(spec.wrong_type("component", expected));
                    }
                }
            }
            let own = own_id.or(own_inline);
            let mut of_it = components
                .iter_mut()
                .filter(|c| Some(&c.id) == own.as_ref());
            if let Some(component) = of_it.next() {
                component.trigger_dependencies.extend(dependencies);
            }
        }
        for component in components.iter_mut() {
            let of_it = runs.iter().filter(|(id, _)| *id == component.id);
            component.triggers = of_it.map(|(_, kind)| kind.clone()).collect();
        }
        for (id, place) in references {
            self.unknown_component(&MANIFEST, &id, place);
        }
    }

    /// What a trigger puts before its component.
    fn trigger_dependencies(&mut self, trigger: &mut Table<'_>) -> Vec<(String, Locus)> {
        let Some(placed) = trigger.any("dependencies") else {
            return Vec::new();
        };
        let Value::Table(table) = placed.value else {
            self.report
                .push(placed.wrong_type("dependencies", "a table"));
            return Vec::new();
        };
        let entries = table.entries().into_iter();
        let entries = entries.map(|(name, place, _)| (name, place));
        entries.collect()
    }
}

impl Component {
    /// Warnings of what triggers put before it, which is not composed.
    pub(crate) fn not_composed(&self) -> Vec<Diagnostic> {
        let all = self.trigger_dependencies.iter();
        let warnings = all.map(|(name, place)| {
            NOT_COMPOSED
                .report(format!(
                    "`{name}` of a trigger of `{}` is not composed",
                    self.id
                ))
                .at(place.clone(), "")
                .help("put it around the component: `--chain FILE`")
        });
        warnings.collect()
    }
}

/// The triggers with the names that Spin gives them, where they have none.
fn named(triggers: Vec<(String, Table<'_>)>) -> Vec<Trigger<'_>> {
    let read = triggers.into_iter().map(|(of, mut table)| {
        let id = table.any("id").map(|placed| placed.value);
        let id = match id {
            Some(Value::Text(id)) => id,
            _ => String::new(),
        };
        let component = table.any("component");
        Trigger {
            id,
            of,
            table,
            component,
        }
    });
    let mut triggers: Vec<Trigger<'_>> = read.collect();
    let ids = triggers.iter().map(|trigger| trigger.id.clone());
    let mut taken: BTreeSet<String> = ids.collect();
    let (mut last, mut count) = (String::new(), 1);
    for trigger in &mut triggers {
        let of = &trigger.of;
        if *of != last {
            (last, count) = (of.clone(), 1);
        }
        if !trigger.id.is_empty() {
            continue;
        }
        let component = trigger.component.as_ref().map(|placed| &placed.value);
        if let Some(Value::Text(component)) = component {
            let natural = format!("{component}-{of}-trigger");
            if taken.insert(natural.clone()) {
                trigger.id = natural;
                continue;
            }
        }
        loop {
            let id = format!("{of}-trigger{count}");
            if taken.insert(id.clone()) {
                trigger.id = id;
                break;
            }
            count += 1;
        }
    }
    triggers
}

/// The type of a trigger, with the kind of components that it runs if that is not its own.
fn kind(trigger: &mut Trigger<'_>) -> String {
    let executor = trigger.table.any("executor").map(|placed| placed.value);
    let kind = match executor {
        Some(Value::Table(mut executor)) => executor.any("type").map(|placed| placed.value),
        _ => None,
    };
    match kind {
        Some(Value::Text(kind)) if kind == "wagi" => format!("{} ({kind})", trigger.of),
        _ => trigger.of.clone(),
    }
}

/// The name that Spin gives a component that is defined in a trigger.
fn inline_id(trigger: &str, several: bool, components: &[Component], count: &mut u32) -> String {
    let is_taken = |id: &str| components.iter().any(|component| component.id == id);
    let natural = format!("{trigger}-component");
    if !several && super::super::names::is_kebab(&natural) && !is_taken(&natural) {
        return natural;
    }
    loop {
        *count += 1;
        let id = format!("inline-component{count}");
        if !is_taken(&id) {
            return id;
        }
    }
}
