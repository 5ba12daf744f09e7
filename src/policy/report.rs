//! The table over many status files, for whoever looks after a team.

use super::{PolicyFile, Standing, Status};
use crate::account::shown;

/// Is one status file that was read, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// Name of the file.
    pub file: String,
    /// What it says.
    pub status: Status,
}

/// Is the table: by person, the newest of each first.
#[derive(Debug, Clone)]
pub struct Report {
    rows: Vec<Collected>,
    policy: Option<PolicyFile>,
}

const HEAD: [&str; 11] = [
    "person",
    "organisation",
    "policy_revision",
    "policy_is_current",
    "written_on",
    "backup_on",
    "service",
    "state",
    "recovery_codes",
    "recovery_codes_required",
    "file",
];

impl Report {
    /// Puts status files in order; with a `policy` each is compared with that one.
    pub fn new(mut rows: Vec<Collected>, policy: Option<PolicyFile>) -> Self {
        rows.sort_by_cached_key(|row| {
            let written = std::cmp::Reverse(row.status.written_on);
            (row.status.person.to_lowercase(), written, row.file.clone())
        });
        Self { rows, policy }
    }

    /// Returns the files in the order of the table.
    pub fn rows(&self) -> &[Collected] {
        &self.rows
    }

    /// Tells whether a status was written against the policy it is compared with; nothing without one.
    pub fn is_current(&self, status: &Status) -> Option<bool> {
        self.policy.as_ref().map(|policy| policy.digest() == status.digest)
    }

    /// Returns every required service and how it stands: those of the policy, else those the status names.
    ///
    /// What a status does not name is missing: leaving a service out is no way to be done with it.
    pub fn standings<'a>(&'a self, status: &'a Status) -> Vec<(&'a str, Standing)> {
        let named = |name: &str| status.services.iter().find(|service| service.name == name);
        match &self.policy {
            Some(policy) => {
                let required = policy.policy().services.iter();
                required
                    .map(|service| {
                        (service.name.as_str(), named(&service.name).map_or(Standing::Missing, |own| own.standing()))
                    })
                    .collect()
            }
            None => status.services.iter().map(|service| (service.name.as_str(), service.standing())).collect(),
        }
    }

    /// Writes the table as CSV (RFC 4180): a line for each person and service, one for a person without any.
    pub fn csv(&self) -> String {
        let lines = self.rows.iter().flat_map(|row| self.lines(row));
        std::iter::once(line(&HEAD.map(str::to_owned))).chain(lines).collect()
    }

    fn lines(&self, Collected { file, status }: &Collected) -> Vec<String> {
        let standings = self.standings(status);
        let empty = [("", Standing::Missing)];
        let standings = if standings.is_empty() { &empty[..] } else { &standings };
        let cells = |(name, standing): &(&str, Standing)| {
            let service = status.services.iter().find(|service| service.name == *name);
            line(&[
                status.person.clone(),
                status.organisation.clone(),
                status.revision.to_string(),
                self.is_current(status).map_or("", |current| if current { "yes" } else { "no" }).to_owned(),
                status.written_on.to_string(),
                status.backup_on.map(|day| day.to_string()).unwrap_or_default(),
                (*name).to_owned(),
                if name.is_empty() { String::new() } else { standing.name().to_owned() },
                service.map(|service| service.recovery_codes.name().to_owned()).unwrap_or_default(),
                service
                    .map(|service| if service.recovery_codes_required { "yes" } else { "no" }.to_owned())
                    .unwrap_or_default(),
                file.clone(),
            ])
        };
        standings.iter().map(cells).collect()
    }
}

fn line(cells: &[String; HEAD.len()]) -> String {
    format!("{}\r\n", cells.each_ref().map(|cell| quoted(cell)).join(","))
}

/// Quotes a cell, so that it stays text whatever it says.
///
/// A spreadsheet computes a cell that begins with one of these signs, quoted or not (OWASP, "CSV Injection"): a quote
/// before it makes it text. Line breaks and other controls are written out.
fn quoted(cell: &str) -> String {
    let is_formula = |letter: char| matches!(letter, '=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠');
    let text = shown(cell).replace('"', "\"\"");
    let mark = if cell.trim_start().starts_with(is_formula) || cell.starts_with(char::is_control) { "'" } else { "" };
    format!("\"{mark}{text}\"")
}

#[cfg(test)]
mod tests {
    use super::super::file::tests::{signed, text};
    use super::super::{Day, checklist};
    use super::*;

    fn collected(person: &str, day: u64, policy: &PolicyFile) -> Collected {
        let items = checklist(policy.policy(), &[]);
        let status = Status::of(policy, &items, person.into(), Day::of(day * 86_400), None);
        Collected { file: format!("{person}.json"), status }
    }

    #[test]
    fn stands_by_person_and_the_newest_first() {
        let policy = signed("Harbour", 1, 7);
        let rows = [("bob", 1), ("Ada", 1), ("ada", 5)].map(|(person, day)| collected(person, day, &policy));
        let report = Report::new(rows.into(), None);
        let order: Vec<_> =
            report.rows().iter().map(|row| (row.status.person.as_str(), row.status.written_on)).collect();
        assert_eq!(order, [("ada", Day::of(5 * 86_400)), ("Ada", Day::of(86_400)), ("bob", Day::of(86_400))]);
    }

    #[test]
    fn a_status_of_another_policy_is_not_current_and_leaves_nothing_out() {
        let (own, asked) = (signed("Harbour", 1, 7), signed("Harbour", 2, 7));
        let mut row = collected("ada", 1, &own);
        row.status.services.clear();
        let report = Report::new(vec![row.clone()], Some(asked));
        assert_eq!(report.is_current(&row.status), Some(false));
        assert_eq!(report.standings(&row.status), [("GitHub", Standing::Missing)]);
        let alone = Report::new(vec![row.clone()], None);
        assert_eq!((alone.is_current(&row.status), alone.standings(&row.status)), (None, vec![]));
    }

    #[test]
    fn writes_a_line_for_each_service() {
        let policy = signed("Harbour", 3, 7);
        let report = Report::new(vec![collected("ada", 0, &policy)], Some(policy));
        let expected = "\"person\",\"organisation\",\"policy_revision\",\"policy_is_current\",\"written_on\",\"backup_on\",\"service\",\"state\",\"recovery_codes\",\"recovery_codes_required\",\"file\"\r\n\
                        \"ada\",\"Harbour\",\"3\",\"yes\",\"1970-01-01\",\"\",\"GitHub\",\"missing\",\"open\",\"no\",\"ada.json\"\r\n";
        assert_eq!(report.csv(), expected);
    }

    #[test]
    fn no_cell_becomes_a_formula_or_a_line_of_its_own() {
        let hostile =
            ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(1)", " =1", "\t=1", "\r=1", "＝1", "a\"b", "a\r\n=1", "%0A"];
        for name in hostile {
            let named = text("Harbour", 1)
                .replace("GitHub", &name.escape_default().to_string().replace("\\u{ff1d}", "＝").replace("\\'", "'"));
            let policy = PolicyFile::read(named.as_bytes()).unwrap();
            let csv = Report::new(vec![collected(name, 0, &policy)], None).csv();
            assert_eq!(csv.matches("\r\n").count(), 2, "{csv}");
            for cell in csv.trim_end().split("\r\n").nth(1).unwrap().split("\",\"") {
                let first = cell.trim_start_matches('"').trim_start().chars().next();
                assert!(!first.is_some_and(|letter| "=+-@|%＝".contains(letter)), "{name:?}: {cell}");
            }
        }
    }
}
