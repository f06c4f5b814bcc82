//! The table of models in the README against the catalogue.

use hw_chips::{ANY_ADDRESS, MODELS, address_choices};

const README: &str = include_str!("../README.md");

#[test]
fn every_model_has_its_row_and_no_other_has_one() {
    let rows: Vec<&str> = README
        .lines()
        .skip_while(|line| *line != "## On a board")
        .skip(1)
        .take_while(|line| !line.starts_with("##"))
        .filter(|line| line.starts_with("| `") && !line.starts_with("| `model`"))
        .collect();
    let start = |(name, addresses)| format!("| `{name}` | {} |", address_choices(addresses));
    let starts: Vec<String> = MODELS.iter().map(|model| (model.name, model.addresses)).map(start).collect();
    // The last row is that of the model which needs a description instead of parameters.
    let (last, rows) = rows.split_last().unwrap();
    assert!(last.starts_with(&start(("registers", ANY_ADDRESS))), "{last}");
    assert_eq!(rows.len(), starts.len(), "{rows:#?}");
    for ((row, start), model) in rows.iter().zip(starts).zip(MODELS) {
        assert!(row.starts_with(&start), "{row}\nmust start with\n{start}");
        let named = row.matches('`').count() / 2;
        let memory = usize::from(model.memory_bytes > 0);
        assert_eq!(named, 1 + model.parameters.len() + memory, "{row}");
        assert_eq!(row.contains("`contents`"), memory > 0, "{row}");
        for parameter in model.parameters {
            assert!(row.contains(&format!("`{}`", parameter.name)), "{row}: {}", parameter.name);
        }
    }
}
