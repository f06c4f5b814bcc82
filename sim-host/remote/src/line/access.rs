//! Who may open a port, and what others can do about it.

use std::{fmt, fs, os::unix::fs::MetadataExt};

/// Bits of a file's mode with which its group may read and write it (chmod(2)).
const GROUP_BITS: u32 = 0o060;

/// Bits of a file's mode that say who may do what.
const MODE_BITS: u32 = 0o777;

/// The number of the administrator, and of a group that nobody should join.
const ROOT: u32 = 0;

/// The group that serial ports have where nobody has changed that (Debian's name).
const USUAL_GROUP: &str = "dialout";

/// Who may open a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// Its path.
    pub port: String,
    /// Its mode, of which the last nine bits.
    pub mode: u32,
    /// The name of its owner, or the number.
    pub owner: String,
    /// The name of its group, or the number; `None` for the administrator's.
    pub group: Option<String>,
}

impl Access {
    /// Who may open `port`, which is there.
    pub(super) fn to(port: &str) -> std::io::Result<Self> {
        let file = fs::metadata(port)?;
        let group = (file.gid() != ROOT).then(|| name("/etc/group", file.gid()));
        let owner = name("/etc/passwd", file.uid());
        Ok(Self { port: port.to_owned(), mode: file.mode() & MODE_BITS, owner, group })
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { port, mode, owner, group } = self;
        match group {
            Some(group) if mode & GROUP_BITS == GROUP_BITS => {
                write!(f, "join the group {group:?} (`sudo usermod -aG {group} $USER`), then log in again")
            }
            Some(group) => write!(
                f,
                "it is open to its owner {owner:?} alone (mode {mode:03o}): `sudo chmod g+rw {port}` opens it to the group \
                 {group:?} until it is plugged in again, a udev rule for good"
            ),
            None => write!(
                f,
                "it belongs to {owner:?} and the group \"root\" (mode {mode:03o}): `sudo chgrp {USUAL_GROUP} {port} && \
                 sudo chmod g+rw {port}` opens it to the group {USUAL_GROUP:?} until it is plugged in again, a udev rule \
                 for good"
            ),
        }
    }
}

/// The name that a file like /etc/passwd or /etc/group has for a number (passwd(5), group(5)), or the number.
fn name(file: &str, id: u32) -> String {
    let id = id.to_string();
    let text = fs::read_to_string(file).unwrap_or_default();
    let mut fields = text.lines().map(|line| line.split(':'));
    let found = fields.find_map(|mut field| {
        let name = field.next()?;
        (field.nth(1)? == id).then(|| name.to_owned())
    });
    found.unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(mode: u32, group: Option<&str>) -> String {
        let access = Access {
            port: "/dev/ttyUSB0".to_owned(),
            mode,
            owner: "root".to_owned(),
            group: group.map(str::to_owned),
        };
        access.to_string()
    }

    #[test]
    fn a_group_is_to_be_joined_only_where_that_helps() {
        let join = "join the group \"dialout\" (`sudo usermod -aG dialout $USER`), then log in again";
        assert_eq!(told(0o660, Some("dialout")), join);
        for mode in [0o600, 0o640, 0o620] {
            let said = told(mode, Some("dialout"));
            let start = format!(
                "it is open to its owner \"root\" alone (mode {mode:o}): `sudo chmod g+rw /dev/ttyUSB0`"
            );
            assert!(said.starts_with(&start) && !said.contains("join"), "{said}");
        }
        for mode in [0o600, 0o660] {
            let said = told(mode, None);
            let start = format!(
                "it belongs to \"root\" and the group \"root\" (mode {mode:o}): `sudo chgrp dialout "
            );
            assert!(said.starts_with(&start) && !said.contains("join"), "{said}");
        }
    }

    #[test]
    fn owner_and_group_have_their_names() {
        assert_eq!(name("/etc/passwd", ROOT), "root");
        assert_eq!(name("/etc/group", ROOT), "root");
        assert_eq!(name("/nowhere", 1234), "1234");
        let null = Access::to("/dev/null").unwrap();
        assert_eq!((null.mode, null.owner.as_str(), null.group), (0o666, "root", None));
    }
}
