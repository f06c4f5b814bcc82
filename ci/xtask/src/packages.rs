//! Debian packages: what a missing program comes in, installed if that is allowed, else said how.

use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::process;

/// A program and the Debian package that it comes in.
pub(crate) type Need = (&'static str, &'static str);

/// Installs what is missing of `needs`; `purpose` says in messages what they are for.
///
/// # Errors
/// Says what to run when they cannot be installed from here.
pub(crate) fn ensure_programs(needs: &[Need], purpose: &str) -> Result<()> {
    let missing: Vec<&Need> = needs.iter().filter(|(program, _)| !runs(program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let programs: Vec<&str> = missing.iter().map(|(program, _)| *program).collect();
    let mut packages: Vec<&str> = missing.iter().map(|(_, package)| *package).collect();
    packages.dedup();
    let programs = programs.join(", ");
    println!("{programs} missing: installing {}", packages.join(" "));
    install(&packages, purpose, &format!("install {programs}"))?;
    match missing.iter().find(|(program, _)| !runs(program)) {
        Some((program, package)) => {
            bail!("{program} is still missing after the package {package} was installed")
        }
        None => Ok(()),
    }
}

/// Whether `program` can be run.
pub(crate) fn runs(program: &str) -> bool {
    process::output(process::command(program).arg("--version")).is_ok()
}

/// Installs Debian packages; `elsewhere` says what to do where there is no apt-get.
///
/// # Errors
/// Says what to run when they cannot be installed from here.
pub(crate) fn install(packages: &[&str], purpose: &str, elsewhere: &str) -> Result<()> {
    let by_hand = format!("apt-get update && apt-get install {}", packages.join(" "));
    ensure!(runs("apt-get"), "{purpose} is missing, and this is no Debian: {elsewhere}");
    let is_root = process::output(process::command("id").arg("-u"))?.trim() == "0";
    if !is_root && process::output(process::command("sudo").args(["-n", "true"])).is_err() {
        bail!("{purpose} is missing and only root may install it: run `sudo sh -c '{by_hand}'`");
    }
    let apt = |arguments: &[&str]| -> Command {
        let mut apt = process::command(if is_root { "apt-get" } else { "sudo" });
        if !is_root {
            apt.args(["-n", "apt-get"]);
        }
        apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
        apt
    };
    process::run(&mut apt(&["update", "-q"])).with_context(|| format!("by hand: `{by_hand}`"))?;
    let arguments = [&["install", "-q", "-y", "--no-install-recommends"], packages].concat();
    process::run(&mut apt(&arguments)).with_context(|| format!("by hand: `{by_hand}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_there_needs_no_package() {
        ensure_programs(&[("cargo", "no-such-package")], "a test").unwrap();
        assert!(runs("cargo") && !runs("no-such-program"));
    }
}
