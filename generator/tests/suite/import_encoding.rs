//! Mis-decoded text: each byte in which latin2 and cp1250 differ, and what its neighbours say.

use std::borrow::Cow;

use generator::import::encoding::{Repair, Stored, repair};
use proptest::prelude::*;

fn mis(value: &str) -> String {
    repair(value, Stored::MisDecoded).0.into_owned()
}

fn plain(value: &str) -> String {
    repair(value, Stored::Plain).0.into_owned()
}

#[test]
fn each_c1_control_becomes_what_cp1250_means() {
    let table = [
        "€", "\u{fffd}", "‚", "ƒ", "„", "…", "†", "‡", "ˆ", "‰", "Š", "‹", "Ś", "Ť", "Ž", "Ź", "\u{fffd}", "‘", "’",
        "“", "”", "•", "–", "—", "˜", "™", "š", "›", "ś", "ť", "ž", "ź",
    ];
    for (byte, right) in (0x80_u32..=0x9f).zip(table) {
        let value = format!("a{}b", char::from_u32(byte).unwrap());
        for stored in [Stored::MisDecoded, Stored::Plain] {
            let (text, done) = repair(&value, stored);
            assert_eq!(text, format!("a{right}b"), "{byte:x}");
            let is_undefined = [0x81, 0x83, 0x88, 0x90, 0x98].contains(&byte);
            let expected = if is_undefined {
                Repair { undefined: 1, ..Repair::default() }
            } else {
                Repair { decoded: 1, ..Repair::default() }
            };
            assert_eq!(done, Some(expected), "{byte:x}");
        }
    }
}

#[test]
fn bytes_that_both_tables_share_stay() {
    let shared = "\u{a0}˘Ł¤§¨Ş\u{ad}Ż°˛ł´¸ş˝żŔÁÂĂÄĹĆÇČÉĘËĚÍÎĎĐŃŇÓÔŐÖ×ŘŮÚŰÜÝŢßŕáâăäĺćçčéęëěíîďđńňóôőö÷řůúűüýţ˙";
    assert_eq!(shared.chars().count() + 15, 0x60);
    assert_eq!(repair(shared, Stored::MisDecoded), (Cow::Borrowed(shared), None));
}

#[test]
fn each_confusable_letter_is_decided_by_its_neighbours() {
    for (value, expected) in [
        // A1
        ("KSIĄŻKA", "KSIĄŻKA"),
        ("Ą s", "ˇ s"),
        ("aĄ", "aˇ"),
        // A5
        ("Ľudia", "Ľudia"),
        ("KRÁĽ", "KRÁĽ"),
        ("KRĽG", "KRĄG"),
        ("WIĽZ", "WIĄZ"),
        // A6
        ("Śląsk", "Śląsk"),
        ("KOŚĆ", "KOŚĆ"),
        ("a Ś b", "a ¦ b"),
        // A9
        ("Šárka", "Šárka"),
        ("MYŠKA", "MYŠKA"),
        ("Š 2003 Altar", "© 2003 Altar"),
        ("Š2003", "©2003"),
        ("ŠALTAR", "©ALTAR"),
        ("Šavle i ŠTÍT", "Šavle i ŠTÍT"),
        // AB
        ("Ťapka", "Ťapka"),
        ("CHOŤMI", "CHOŤMI"),
        ("Ťslovoť", "«slovo»"),
        ("ŤDrakť a meč", "«Drak» a meč"),
        ("ťslovoŤ", "»slovo«"),
        ("Ť ", "« "),
        // AC
        ("Źródlo", "Źródlo"),
        ("Ź 5", "¬ 5"),
        // AE
        ("Žena", "Žena"),
        ("AltarŽ", "Altar®"),
        ("MUŽ", "MU®"),
        ("Žena a MUŽ", "Žena a MUŽ"),
        ("Ž", "®"),
        // B1
        ("są", "są"),
        ("wiązać", "wiązać"),
        ("ą5", "±5"),
        ("5ą2", "5±2"),
        ("xą2", "x±2"),
        // B5
        ("kráľ", "kráľ"),
        ("ľudia", "ľudia"),
        ("veľký", "veľký"),
        ("5 ľm", "5 µm"),
        // B6
        ("kośba", "kośba"),
        ("ś 3", "¶ 3"),
        ("konec ś", "konec ¶"),
        ("konecś", "konec¶"),
        // B7
        ("aˇb", "a·b"),
        // B9
        ("naše", "naše"),
        ("šéf", "šéf"),
        ("myš", "myš"),
        ("pšenice", "pšenice"),
        ("sšdy", "sądy"),
        ("przišli", "prziąli"),
        ("přišli", "přišli"),
        ("věřila v lišku", "věřila v lišku"),
        ("lišta a náš", "lišta a náš"),
        // BB
        ("síť", "síť"),
        ("ťapka", "ťapka"),
        ("šťáva", "šťáva"),
        ("slovo ť ", "slovo » "),
        ("(Drak!ť", "(Drak!»"),
        // BC
        ("wieź", "wieź"),
        ("źudia", "Ľudia"),
        ("źUDIA", "ĽUDIA"),
        // BE
        ("život", "život"),
        ("muži", "muži"),
        ("když už", "když už"),
        ("Dobrodružství", "Dobrodružství"),
        ("služba každý nižší", "služba každý nižší"),
        ("priatežstvo", "priateľstvo"),
        ("kráž", "kráľ"),
        ("vežký", "veľký"),
        ("strážce a měsíc", "strážce a měsíc"),
        ("kráž je náš", "kráž je náš"),
    ] {
        assert_eq!(mis(value), expected, "{value}");
        assert_eq!(plain(value), value, "a right value of a plain column stays");
    }
}

#[test]
fn c1_controls_prove_cp1250_and_leave_only_what_surely_is_a_letter() {
    for (value, expected) in [
        ("Žena a Mu\u{9e}", "Žena a Muž"),
        ("dé\u{9a}ť Ťa\u{9e}", "déš» «až"),
        ("Mu\u{9e} a kráž", "Muž a kráľ"),
        ("\u{84}Dračí doupě\u{93} Š 2003", "„Dračí doupě“ © 2003"),
        ("m\u{9c}ciwy sš", "mściwy są"),
        ("ve\u{9e} a naše", "vež a naše"),
        ("NÁ\u{8a} DŽIN", "NÁŠ DŽIN"),
        ("p\u{9a}eniceť", "pšenice»"),
        ("ob\u{9a}ťastnit", "obšťastnit"),
    ] {
        assert_eq!(mis(value), expected, "{value:?}");
        assert_eq!(plain(value), expected, "{value:?}");
    }
}

#[test]
fn a_value_with_signs_that_latin2_lacks_is_right_already() {
    for value in ["„kráž“", "Hello 👋 Š", "Příšerně žluťoučký kůň", "it’s Ž", ""] {
        assert_eq!(mis(value), value);
    }
    assert_eq!(
        repair("👋 – Š", Stored::MisDecoded).1,
        Some(Repair { outside: 2, ..Repair::default() }),
        "what should not be in such a column is counted"
    );
    assert_eq!(repair("👋 – Š", Stored::Plain), (Cow::Borrowed("👋 – Š"), None));
    assert_eq!(mis("👋 Mu\u{9e}"), "👋 Muž");
}

#[test]
fn controls_go_and_line_ends_are_line_feeds() {
    let (text, done) = repair("a\0b\u{7}\tc\r\nd\re\u{7f}", Stored::Plain);
    assert_eq!(text, "ab\tc\nd\ne");
    assert_eq!(done, Some(Repair { controls: 3, ..Repair::default() }));
    assert_eq!(repair("a\r\nb", Stored::Plain), (Cow::Owned("a\nb".to_owned()), None));
    for code in (0..0x20).filter(|code| !matches!(code, 9 | 10 | 13)) {
        assert_eq!(mis(&format!("ž{}í", char::from_u32(code).unwrap())), "ží", "{code}");
    }
}

proptest! {
    #[test]
    fn a_repaired_value_is_never_repaired_again(value in any::<String>(), bytes in "[\u{80}-\u{bf}a-z\u{160}-\u{17f} ]{0,40}") {
        for value in [value, bytes] {
            for stored in [Stored::MisDecoded, Stored::Plain] {
                let once = repair(&value, stored).0.into_owned();
                prop_assert_eq!(repair(&once, Stored::Plain), (Cow::Borrowed(once.as_str()), None));
            }
        }
    }

    /// Whatever was written in Czech and stored as the site stored it comes back.
    #[test]
    fn czech_survives_the_way_there_and_back(words in prop::collection::vec("[A-ZŘČŠŽŤĎŇÚ]?[a-zěščřžýáíéúůťďňó]{2,9}", 1..8)) {
        let text = format!("„{}“", words.join(" "));
        let stored: String = text.chars().map(stored_as).collect();
        prop_assert_eq!(mis(&stored), text);
    }

    #[test]
    fn no_character_but_controls_is_lost(value in any::<String>()) {
        let removed = |c: &char| matches!(c, '\0'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}');
        let kept = value.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|c| !removed(c)).count();
        prop_assert_eq!(mis(&value).chars().count(), kept);
    }
}

/// What a character of cp1250 looks like through latin2.
fn stored_as(c: char) -> char {
    let controls = "€.‚.„…†‡.‰Š‹ŚŤŽŹ.‘’“”•–—.™š›śťžź";
    match controls.chars().position(|known| known == c) {
        Some(at) => char::from_u32(0x80 + u32::try_from(at).unwrap()).unwrap(),
        None => c,
    }
}
