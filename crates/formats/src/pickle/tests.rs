use proptest::prelude::*;

use super::{Entry, PickleError, Problem, is_pickle, peek_pickle, read_pickle};

fn check(bytes: &[u8], expected: &[(&str, Entry)]) {
    let found = read_pickle(bytes).unwrap_or_else(|error| panic!("{error:?}"));
    let found: Vec<(&str, Entry)> = found
        .iter()
        .map(|(name, entry)| (&**name, entry.clone()))
        .collect();
    assert_eq!(found, expected);
    assert!(is_pickle(bytes));
}

fn problem(bytes: &[u8]) -> PickleError {
    read_pickle(bytes).expect_err("not a dictionary")
}

fn check_refused(bytes: &[u8], name: &str) {
    assert_eq!(problem(bytes).problem, Problem::Refused(name.into()));
    assert!(is_pickle(bytes), "{name} is told before it is read");
}

fn check_damaged(bytes: &[u8], byte: usize, words: &str) {
    match problem(bytes) {
        PickleError {
            byte: found,
            problem: Problem::Damaged(problem),
        } => {
            assert!(problem.contains(words), "{problem}");
            assert_eq!(found, byte, "{problem}");
        }
        other => panic!("{other:?}"),
    }
}

const A: &str = "ENSG1";

#[test]
fn the_first_protocols_are_read() {
    let text = b"(dp0\nVENSG1\np1\nI5\nsV\\u00e9\nF2.5\nsVc\nL-7L\ns.";
    check(
        text,
        &[
            (A, Entry::Integer(5)),
            ("é", Entry::Number(2.5)),
            ("c", Entry::Integer(-7)),
        ],
    );
    check(
        b"}q\x00X\x05\x00\x00\x00ENSG1q\x01K\x05s.",
        &[(A, Entry::Integer(5))],
    );
}

#[test]
fn numbers_of_numpy_are_read_by_their_type() {
    // {"ENSG1": int16(258), "b": float32(-1.5)}, the second type big-endian.
    let bytes = b"\x80\x04}\x94(\x8c\x05ENSG1\x94\x8c\x15numpy.core.multiarray\x94\x8c\x06scalar\x94\x93\x94\
        \x8c\x05numpy\x94\x8c\x05dtype\x94\x93\x94\x8c\x02i2\x94\x89\x88\x87\x94R\x94\
        (K\x03\x8c\x01<\x94NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00t\x94bC\x02\x02\x01\x94\x86\x94R\x94\
        \x8c\x01bh\x04h\x07\x8c\x02f4\x89\x88\x87R(K\x03\x8c\x01>NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\
        C\x04\xbf\xc0\x00\x00\x86Ru.";
    check(
        bytes,
        &[(A, Entry::Integer(258)), ("b", Entry::Number(-1.5))],
    );
}

#[test]
fn a_name_that_makes_no_dictionary_is_refused_and_not_followed() {
    check_refused(b"cos\nsystem\n(S'true'\ntR.", "os.system");
    check_refused(
        b"cposix\nsystem\nq\x00X\x04\x00\x00\x00trueq\x01\x85R.",
        "posix.system",
    );
    check_refused(
        b"\x80\x04\x8c\x02os\x94\x8c\x06system\x94\x93\x94.",
        "os.system",
    );
    check_refused(b"\x80\x02cbuiltins\neval\n.", "builtins.eval");
    check_refused(b"\x80\x02(ios\nsystem\n.", "os.system");
    check_refused(b"\x80\x02}cnumpy\nload\n.", "numpy.load");
}

#[test]
fn what_no_dictionary_needs_is_refused_with_its_place() {
    check_damaged(b"\x80\x02Pname\n.", 2, "persistent object");
    check_damaged(b"\x80\x02}\x81.", 3, "object of a class");
    check_damaged(b"\x80\x02\x82\x01.", 2, "registered extension");
    check_damaged(b"\x80\x02\x97.", 2, "the instruction 0x97");
    check_damaged(b"\x80\x06}.", 0, "later than 5");
    check_damaged(b"\x80\x02}.rest", 3, "bytes follow its end");
    check_damaged(b"\x80\x02K\x01}.", 5, "left over");
    check_damaged(b"\x80\x02K\x01.", 4, "no dictionary");
    check_damaged(b"\x80\x02}h\x00.", 3, "was not put aside");
    check_damaged(
        b"\x80\x02}(X\x01\x00\x00\x00au.",
        10,
        "a name without a value",
    );
    check_damaged(b"\x80\x02}K\x01K\x02s.", 8, "is no text");
    check_damaged(
        b"\x80\x02}X\x01\x00\x00\x00aNs.",
        11,
        "neither a number nor a text",
    );
    check_damaged(
        b"\x80\x02}X\x01\x00\x00\x00a}s.",
        11,
        "neither a number nor a text",
    );
    check_damaged(b"\x80\x02R.", 2, "none");
    check_damaged(
        b"\x80\x02}\x8a\x09\x01\x01\x01\x01\x01\x01\x01\x01\x01.",
        3,
        "64 bits",
    );
    check_damaged(
        b"\x80\x02}(X\x01\x00\x00\x00aK\x01X\x01\x00\x00\x00aK\x02u.",
        22,
        "stands twice",
    );
}

#[test]
fn a_length_beyond_the_end_takes_no_memory() {
    for start in [
        &b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff"[..],
        b"\x80\x04\x8e\xff\xff\xff\xff\xff\xff\xff\x7f",
        b"\x80\x02X\xff\xff\xff\xff",
        b"\x80\x02\x8b\xff\xff\xff\x7f",
    ] {
        assert_eq!(problem(start).problem, Problem::Cut);
    }
}

#[test]
fn nesting_however_deep_is_refused_and_not_walked() {
    let mut bytes = b"\x80\x02N".to_vec();
    bytes.extend(std::iter::repeat_n(0x85, 1_000_000));
    bytes.push(b'.');
    check_damaged(&bytes, 1_000_003, "no dictionary");
    let mut marks = b"\x80\x02".to_vec();
    marks.extend(std::iter::repeat_n(b'(', 1_000_000));
    assert_eq!(problem(&marks).problem, Problem::Cut);
}

#[test]
fn the_start_of_a_pickle_shows_its_first_names() {
    let bytes = b"\x80\x02}X\x01\x00\x00\x00aK\x01sX\x01\x00\x00\x00bK";
    let found = peek_pickle(bytes);
    assert_eq!(found, [("a".into(), Entry::Integer(1))]);
}

#[test]
fn lists_of_genes_are_no_pickles() {
    for text in [
        "cdc28\nabc1\nrad51\n",
        "cdc28\nabc1\np53\n",
        "c,d\n1,2\n",
        "(dpt)\n",
    ] {
        assert!(!is_pickle(text.as_bytes()), "{text}");
    }
}

/// Instructions of all sorts, so that chance reaches further than the first byte.
const PARTS: [&[u8]; 24] = [
    b"(",
    b"}",
    b"]",
    b")",
    b"t",
    b"\x85",
    b"\x86",
    b"\x87",
    b"d",
    b"l",
    b"s",
    b"u",
    b"a",
    b"e",
    b"0",
    b"1",
    b"2",
    b"N",
    b"\x8c\x01a",
    b"K\x05",
    b"\x94",
    b"h\x00",
    b"R",
    b"b",
];

proptest! {
    #[test]
    fn any_bytes_are_a_dictionary_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_pickle(&bytes);
        let _ = peek_pickle(&bytes);
        let _ = is_pickle(&bytes);
    }

    #[test]
    fn any_program_is_a_dictionary_or_an_error(
        parts in proptest::collection::vec(0..PARTS.len(), 0..60),
    ) {
        let mut bytes = b"\x80\x04".to_vec();
        bytes.extend(parts.into_iter().flat_map(|part| PARTS[part]));
        bytes.push(b'.');
        let _ = read_pickle(&bytes);
        let _ = peek_pickle(&bytes);
    }
}
