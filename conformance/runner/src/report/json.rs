//! The report as JSON.

use serde_json::{Map, Value, json};

use crate::Matrix;

/// The whole matrix: configuration, targets, and each case with its verdicts.
#[must_use]
pub fn json(matrix: &Matrix) -> String {
    let targets: Vec<Value> = (0..matrix.targets.len())
        .map(|at| {
            let target = &matrix.targets[at];
            json!({
                "name": target.name,
                "identity": pairs(&target.identity),
                "profiles": target.profiles,
                "counts": matrix.counts(at),
                "seconds": target.took.as_secs_f64(),
            })
        })
        .collect();
    let cases: Vec<Value> = matrix
        .rows
        .iter()
        .map(|row| {
            let verdicts = row.cells.iter().zip(&matrix.targets).map(|(cell, target)| {
                json!({
                    "target": target.name,
                    "verdict": cell.verdict.word().to_lowercase(),
                    "detail": cell.verdict.detail(),
                    "seconds": cell.took.as_secs_f64(),
                })
            });
            json!({
                "id": row.id,
                "about": row.about,
                "spec": row.spec,
                "level": row.level.to_string(),
                "verdicts": verdicts.collect::<Vec<_>>(),
            })
        })
        .collect();
    let report = json!({
        "conforms": matrix.is_good(),
        "configuration": pairs(&matrix.configuration),
        "seconds": matrix.took.as_secs_f64(),
        "targets": targets,
        "cases": cases,
    });
    format!("{report:#}\n")
}

fn pairs(pairs: &[(String, String)]) -> Value {
    let map: Map<String, Value> =
        pairs.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    Value::Object(map)
}
