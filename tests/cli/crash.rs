//! Killed at any moment, on a full disk, in a folder that may not be written, two at once: nothing is lost.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sterk::seal::RecoveryKey;
use sterk::vault::LockedVault;

use crate::sterk::{Run, Sterk, finish, program};
use crate::{ADA, BOB};

const KILLS: u64 = 300;
const SEED: u64 = 0x5eed;

pub fn link(name: &str) -> String {
    let secret = data_encoding::BASE32_NOPAD.encode(format!("{name:-<20}").as_bytes());
    format!("otpauth://totp/Example:{name}?secret={secret}&issuer=Example")
}

/// Opens the vault in this process and returns the names in it.
fn names_in(folder: &Path, key: &RecoveryKey) -> BTreeSet<String> {
    let locked = LockedVault::find(folder).expect("the file is whole").expect("the file is there");
    let vault = locked.unlock_with_recovery_key(key, 0).expect("the vault opens");
    assert!(vault.quarantine().is_empty(), "every account can be read");
    vault.accounts().into_iter().map(|account| account.name).collect()
}

/// Draws numbers that look random and are the same in every run (xorshift64*, by Vigna).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % limit.max(1)
    }
}

/// Runs one addition to its end and returns how long it took.
fn paced(sterk: &Sterk, name: &str) -> Duration {
    let link = sterk.file("link", link(name));
    let since = Instant::now();
    sterk.run(&["--quiet", "add", "--uri-file", &link]).succeeds();
    since.elapsed()
}

#[test]
fn holds_the_old_or_the_new_state_when_killed() {
    let sterk = Sterk::new();
    let key = RecoveryKey::parse(&fs::read_to_string(sterk.path("recovery-key")).unwrap()).unwrap();
    let mut known: BTreeSet<String> = (0..5).map(|index| format!("first-{index}")).collect();
    let mut pace = known.iter().map(|name| paced(&sterk, name)).min().unwrap();
    let (mut dice, mut killed, mut kept) = (Dice(SEED), 0, 0);
    for round in 0..KILLS {
        let name = format!("round-{round}");
        let link = sterk.file("link", link(&name));
        let mut child = sterk.spawn(&["--quiet", "add", "--uri-file", &link]);
        // Half the kills fall anywhere, half on the last third, where files are written and renamed.
        let span = pace.as_micros() as u64 * 11 / 10;
        let delay = if round % 2 == 0 { dice.below(span) } else { span * 2 / 3 + dice.below(span / 3) };
        std::thread::sleep(Duration::from_micros(delay));
        let _ = child.kill();
        let finished = child.wait().unwrap().success();

        let now = names_in(&sterk.vault(), &key);
        let mut with_it = known.clone();
        with_it.insert(name);
        assert!(now == known || now == with_it, "round {round}, killed after {delay} µs: the old or the new state");
        assert!(!finished || now == with_it, "round {round}: what was answered with success is kept");
        killed += u64::from(!finished);
        kept += u64::from(now == with_it);
        known = now;
        // The machine's pace changes with its load: without following it, all kills fall early or late.
        pace = if finished { pace * 19 / 20 } else { pace * 21 / 20 };
        let left = fs::read_dir(sterk.vault()).unwrap().count();
        assert!(left <= 6, "round {round}: {left} files; what a kill leaves is cleared by the next write");
    }
    println!("{killed} of {KILLS} were killed before their end, {kept} had written");
    assert!(killed >= KILLS / 4, "only {killed} of {KILLS} were killed before their end");
    assert!(kept >= KILLS / 20, "only {kept} of {KILLS} wrote anything: the kills fell too early");
    paced(&sterk, "last");
    let left: Vec<_> = fs::read_dir(sterk.vault()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "the vault, its previous generation, the lock and what happened since: {left:?}");
}

#[test]
fn keeps_the_additions_of_all_who_write_at_once() {
    let sterk = Sterk::new();
    let mut expected = BTreeSet::new();
    for round in 0..20 {
        let writers = 2 + round % 3;
        let names: Vec<_> = (0..writers).map(|writer| format!("round-{round}-{writer}")).collect();
        let links: Vec<_> = names.iter().map(|name| sterk.file(&format!("link-{name}"), link(name))).collect();
        let children: Vec<_> = links.iter().map(|link| sterk.spawn(&["--quiet", "add", "--uri-file", link])).collect();
        for child in children {
            finish(child).succeeds();
        }
        expected.extend(names);
    }
    assert_eq!(sterk.names().into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn counts_on_once_for_each_of_several_at_once() {
    let sterk = Sterk::holding(&[crate::COUNTED]);
    let children: Vec<_> = (0..4).map(|_| sterk.spawn(&["code", "carol"])).collect();
    let codes = children.into_iter().map(|child| finish(child).succeeds().stdout);
    let expected = ["287082\n", "359152\n", "755224\n", "969429\n"].map(str::to_owned);
    assert_eq!(codes.collect::<BTreeSet<_>>(), BTreeSet::from(expected), "RFC 4226, appendix D, counters 0 to 3");
}

/// Runs a shell script that meets the program and its arguments as `"$@"`.
pub fn through_shell(sterk: &Sterk, wrapper: &[&str], script: &str, arguments: &[&str]) -> Run {
    let command = sterk.command(&[&["--json"], arguments].concat());
    let mut shell = Command::new(wrapper.first().unwrap_or(&"sh"));
    if let [_, more @ ..] = wrapper {
        shell.args(more).arg("sh");
    }
    shell.args(["-c", script, "sh"]).arg(program()).args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("FOLDER", sterk.vault()).env("STICK", sterk.path("stick")).stdin(Stdio::null()).output().unwrap().into()
}

#[test]
fn says_that_a_file_may_not_grow_and_loses_nothing() {
    let sterk = Sterk::holding(&[ADA]);
    let link = sterk.file("link", BOB);
    // A limit below the file's size; the signal ignored, the write fails as on a full disk.
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    let many = (0..20).map(|index| self::link(&format!("name-{index}"))).collect::<Vec<_>>().join("\n");
    let many = sterk.file("many", many);
    sterk.run(&["add", "--uri-file", &many]).succeeds();
    let fault = sterk.unchanged(|| through_shell(&sterk, &[], script, &["add", "--uri-file", &link]).fault(1));
    assert_eq!(fault["code"], "disk_full");
    assert!(fault["hint"].as_str().unwrap().contains("make room"), "{fault}");
    assert_eq!(sterk.names().len(), 21);
    sterk.run(&["add", "--uri-file", &link]).succeeds();
    assert_eq!(sterk.names().len(), 22, "with room again, all goes on");
}

/// Returns the way to run a script where file systems can be mounted, if this machine allows it.
#[cfg(target_os = "linux")]
pub fn with_mounts() -> Option<&'static [&'static str]> {
    const WAYS: [&[&str]; 2] = [&["unshare", "--mount"], &["unshare", "--map-root-user", "--mount"]];
    let works = |way: &&[&str]| {
        let mut trial = Command::new(way[0]);
        trial.args(&way[1..]).args(["mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
        trial.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    WAYS.into_iter().find(works)
}

#[test]
#[cfg(target_os = "linux")]
fn says_that_the_disk_is_full_and_loses_nothing() {
    let Some(way) = with_mounts() else {
        return eprintln!("not run: nothing can be mounted here; the limit on a file's size stands in for it");
    };
    let sterk = Sterk::holding(&[ADA]);
    let link = sterk.file("link", BOB);
    let script = r#"set -e
        mkdir "$FOLDER.full"
        cp -a "$FOLDER/." "$FOLDER.full"
        mount -t tmpfs -o size=64k tmpfs "$FOLDER"
        cp -a "$FOLDER.full/." "$FOLDER"
        head -c 1M /dev/zero > "$FOLDER/filler" 2>/dev/null || true
        set +e
        "$@"
        status=$?
        cmp "$FOLDER/vault.sterk" "$FOLDER.full/vault.sterk" || exit 99
        ls -A "$FOLDER" | grep -c unfinished >&2 && exit 98
        rm "$FOLDER/filler"
        "$@" > /dev/null || exit 97
        exit $status"#;
    let run = through_shell(&sterk, way, script, &["add", "--uri-file", &link]);
    let text = run.stderr.lines().next().unwrap_or_default().to_owned();
    assert_eq!(run.status, 1, "{run:?}");
    assert!(text.contains(r#""code":"disk_full""#), "{run:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn says_that_the_disk_is_mounted_for_reading_only() {
    let Some(way) = with_mounts() else {
        return eprintln!("not run: nothing can be mounted here; the folder's mode stands in for it");
    };
    let sterk = Sterk::holding(&[ADA]);
    let link = sterk.file("link", BOB);
    let script = r#"mount --bind "$FOLDER" "$FOLDER" && mount -o remount,ro,bind "$FOLDER" && exec "$@""#;
    let fault = sterk.unchanged(|| through_shell(&sterk, way, script, &["add", "--uri-file", &link]).fault(1));
    assert_eq!(fault["code"], "read_only");
    let rows = through_shell(&sterk, way, script, &["--at", "59", "code"]).json();
    assert_eq!(rows[0]["code"], "287082", "what is only read can be read");
}

#[test]
#[cfg(target_os = "linux")]
fn says_that_the_folder_may_not_be_written() {
    let sterk = Sterk::holding(&[ADA]);
    let link = sterk.file("link", BOB);
    let mode = |mode| fs::set_permissions(sterk.vault(), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o500);
    // Root may write everywhere, unless it gives that power up; for anybody else nothing is to give up.
    let is_root = fs::metadata("/proc/self").map(|facts| std::os::unix::fs::MetadataExt::uid(&facts)).unwrap() == 0;
    let way: &[&str] =
        if is_root { &["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"] } else { &[] };
    let tries = [
        &["add", "--uri-file", &link][..],
        &["edit", "ada", "--note", "x"],
        &["slot", "add", "recovery-key"],
        &["remove", "ada"],
    ];
    for arguments in tries {
        let fault = sterk.unchanged(|| through_shell(&sterk, way, "exec \"$@\"", arguments).fault(1));
        assert_eq!(fault["code"], "read_only", "{arguments:?}");
        assert!(fault["hint"].as_str().unwrap().contains("folder"), "{fault}");
    }
    let rows = through_shell(&sterk, way, "exec \"$@\"", &["--at", "59", "code"]).json();
    assert_eq!(rows[0]["code"], "287082", "what is only read can be read");
    mode(0o700);
    assert_eq!(sterk.names(), ["ada"]);
}
