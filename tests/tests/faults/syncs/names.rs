//! Names that a careless program spoils.

/// Given names and family names: Welsh, Polish, Arabic, Chinese, single words, composed and decomposed marks, letters
/// beyond the first plane, marks of direction, apostrophes and what looks like markup or SQL.
pub const NAMES: &[(&str, &str)] = &[
    ("Siân", "Llŷr-Ŵyn"),
    ("Ŷ", "ap Gwŷn"),
    ("Małgorzata", "Żółć-Ćwiąkała"),
    ("Łukasz", "Ślązak"),
    ("محمد", "بن عبد الله"),
    ("فاطمة الزهراء", "الحسيني"),
    ("秀英", "王"),
    ("𠮷", "𠮷野"),
    ("", "Suharto"),
    ("", "王秀英"),
    ("", "عائشة"),
    ("Zoë", "O’Brien"),
    ("Zoe\u{308}", "D'Arcy"),
    ("José", "N\u{303}unez"),
    ("Ann \u{202e}", "Right-to-left"),
    ("\u{2067}لين\u{2069}", "Isolated"),
    ("Robert'); DROP TABLE people;--", "O\\N"),
    ("\\N", "\\."),
    ("<b>Ann</b>", "&amp;"),
    ("  Ann  ", "Two  spaces"),
    ("\u{1f469}\u{200d}\u{1f52c}", "Emoji"),
    ("NULL", "null"),
    ("Ann\u{a0}Marie", "Non\u{ad}breaking"),
    ("ǅ", "İıİ"),
    ("ᚱ", "\u{feff}Bom"),
];

/// How an enrolment shows a name.
pub fn shown((given, family): (&str, &str)) -> String {
    if given.is_empty() { family.to_owned() } else { format!("{given} {family}") }
}
