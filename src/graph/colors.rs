//! The colours of drawings, by light and by dark.
//!
//! May import: nothing. Deliberately absent: what is drawn in them (`svg`). Texts stand out from
//! what they are written on by 4.5 to 1 at least, lines by 3 to 1: a test computes it.

/// A rule of the style sheet: what it is for, which property it sets, by light and by dark.
pub(super) struct Rule(
    pub &'static str,
    pub &'static str,
    pub &'static str,
    pub &'static str,
);

/// All colours. Those of a node's kind come in threes: its area, its border, its name.
pub(super) const RULES: &[Rule] = &[
    Rule(".paper", "fill", "#ffffff", "#0f172a"),
    Rule(".box,.inner", "fill", "#f6f8fb", "#151f35"),
    Rule(".box", "stroke", "#7c8ba1", "#64748b"),
    Rule(".caller rect", "fill", "#f1f5f9", "#1e293b"),
    Rule(".caller rect", "stroke", "#64748b", "#94a3b8"),
    Rule(".caller .name", "fill", "#0f172a", "#f1f5f9"),
    Rule(".host rect", "fill", "#e2e8f0", "#334155"),
    Rule(".host rect", "stroke", "#475569", "#cbd5e1"),
    Rule(".host .name", "fill", "#0f172a", "#f8fafc"),
    Rule(".instance rect", "fill", "#eff6ff", "#14264f"),
    Rule(".instance rect", "stroke", "#2563eb", "#60a5fa"),
    Rule(".instance .name", "fill", "#172554", "#dbeafe"),
    Rule(".component rect", "fill", "#eff6ff", "#14264f"),
    Rule(".component rect", "stroke", "#2563eb", "#60a5fa"),
    Rule(".component .name", "fill", "#172554", "#dbeafe"),
    Rule(".code rect", "fill", "#fffbeb", "#3a2507"),
    Rule(".code rect", "stroke", "#b45309", "#fbbf24"),
    Rule(".code .name", "fill", "#451a03", "#fef3c7"),
    Rule(".package rect", "fill", "#f5f3ff", "#2a1a52"),
    Rule(".package rect", "stroke", "#7c3aed", "#a78bfa"),
    Rule(".package .name", "fill", "#2e1065", "#ede9fe"),
    Rule(".interface rect", "fill", "#f0fdfa", "#062f2c"),
    Rule(".interface rect", "stroke", "#0f766e", "#2dd4bf"),
    Rule(".interface .name", "fill", "#042f2e", "#ccfbf1"),
    Rule(".world rect", "fill", "#fdf2f8", "#45102b"),
    Rule(".world rect", "stroke", "#be185d", "#f472b6"),
    Rule(".world .name", "fill", "#500724", "#fce7f3"),
    Rule(".detail", "fill", "#475569", "#c0cad8"),
    Rule(".way", "stroke", "#64748b", "#94a3b8"),
    Rule(".tip", "fill", "#64748b", "#94a3b8"),
    Rule(".export .way", "stroke", "#2563eb", "#60a5fa"),
    Rule(".export .tip", "fill", "#2563eb", "#60a5fa"),
    Rule(".open .way", "stroke", "#dc2626", "#f87171"),
    Rule(".open .tip", "fill", "#dc2626", "#f87171"),
    Rule(".use .way", "stroke", "#7c8ba1", "#7d8ba3"),
    Rule(".use .tip", "fill", "#7c8ba1", "#7d8ba3"),
    Rule(".import .way", "stroke", "#0f766e", "#2dd4bf"),
    Rule(".import .tip", "fill", "#0f766e", "#2dd4bf"),
    Rule(".label", "fill", "#334155", "#cbd5e1"),
    Rule(".label .of", "fill", "#5f6e84", "#94a3b8"),
    Rule(
        ".open .label,.open .label .of",
        "fill",
        "#b91c1c",
        "#fca5a5",
    ),
];

/// The rules by light, or by dark, with `scope` before each.
pub(super) fn rules(dark: bool, scope: &str) -> String {
    let mut text = String::new();
    for Rule(selector, property, by_light, by_dark) in RULES {
        let selectors: Vec<String> = selector
            .split(',')
            .map(|one| format!("{scope}.witkit {one}"))
            .collect();
        let color = if dark { by_dark } else { by_light };
        text.push_str(&format!("{}{{{property}:{color}}}\n", selectors.join(",")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(color: &str) -> f64 {
        let channel = |at: usize| {
            let value = u8::from_str_radix(&color[at..at + 2], 16).unwrap();
            let value = f64::from(value) / 255.0;
            match value <= 0.04045 {
                true => value / 12.92,
                false => ((value + 0.055) / 1.055).powf(2.4),
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn color(selector: &str, property: &str, dark: bool) -> &'static str {
        let rule = RULES
            .iter()
            .find(|rule| rule.0 == selector && rule.1 == property)
            .unwrap_or_else(|| panic!("{selector} {property}"));
        if dark { rule.3 } else { rule.2 }
    }

    #[test]
    fn texts_and_lines_stand_out_from_what_they_are_on_in_both_themes() {
        let kinds = [
            "caller",
            "host",
            "instance",
            "component",
            "code",
            "package",
            "interface",
            "world",
        ];
        for dark in [false, true] {
            let papers = [
                color(".paper", "fill", dark),
                color(".box,.inner", "fill", dark),
            ];
            let mut checked = Vec::new();
            for kind in kinds {
                let area = color(&format!(".{kind} rect"), "fill", dark);
                let name = color(&format!(".{kind} .name"), "fill", dark);
                checked.push((name, area, 4.5));
                checked.push((color(".detail", "fill", dark), area, 4.5));
                for paper in papers {
                    checked.push((color(&format!(".{kind} rect"), "stroke", dark), paper, 3.0));
                    // The name of a nested composition is on its box.
                    checked.push((name, paper, 4.5));
                    checked.push((color(".detail", "fill", dark), paper, 4.5));
                }
            }
            for paper in papers {
                for text in [".label", ".label .of", ".open .label,.open .label .of"] {
                    checked.push((color(text, "fill", dark), paper, 4.5));
                }
                for rule in RULES.iter().filter(|rule| rule.0.ends_with("way")) {
                    checked.push((color(rule.0, "stroke", dark), paper, 3.0));
                }
            }
            for (front, back, least) in checked {
                let found = contrast(front, back);
                assert!(found >= least, "{front} on {back}: {found:.2}");
            }
        }
    }
}
