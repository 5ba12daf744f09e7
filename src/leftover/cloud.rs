//! Which folders are copied to a cloud, by the names and the marks that its program leaves.

use std::path::Path;

/// Names a service that keeps a copy of a folder elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Service {
    /// Dropbox.
    Dropbox,
    /// Google Drive.
    GoogleDrive,
    /// Apple's iCloud Drive.
    ICloud,
    /// MEGA.
    Mega,
    /// Nextcloud.
    Nextcloud,
    /// Microsoft's OneDrive.
    OneDrive,
    /// ownCloud.
    OwnCloud,
    /// pCloud.
    PCloud,
    /// Syncthing, which copies to other machines of the person.
    Syncthing,
}

impl Service {
    /// Returns its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dropbox => "Dropbox",
            Self::GoogleDrive => "Google Drive",
            Self::ICloud => "iCloud Drive",
            Self::Mega => "MEGA",
            Self::Nextcloud => "Nextcloud",
            Self::OneDrive => "OneDrive",
            Self::OwnCloud => "ownCloud",
            Self::PCloud => "pCloud",
            Self::Syncthing => "Syncthing",
        }
    }
}

/// Folders that a service's program makes under a name of its own.
const NAMES: &[(&str, Service)] = &[
    ("com~apple~CloudDocs", Service::ICloud),
    ("Dropbox", Service::Dropbox),
    ("Google Drive", Service::GoogleDrive),
    ("GoogleDrive", Service::GoogleDrive),
    ("iCloud Drive", Service::ICloud),
    ("iCloudDrive", Service::ICloud),
    ("MEGA", Service::Mega),
    ("MEGAsync", Service::Mega),
    ("Nextcloud", Service::Nextcloud),
    ("OneDrive", Service::OneDrive),
    ("ownCloud", Service::OwnCloud),
    ("pCloud Drive", Service::PCloud),
    ("pCloudDrive", Service::PCloud),
    ("pCloudSync", Service::PCloud),
];

/// What a service's program lays into the uppermost folder that it copies.
const MARKS: &[(&str, Service)] = &[
    (".dropbox", Service::Dropbox),
    (".dropbox.cache", Service::Dropbox),
    (".megaignore", Service::Mega),
    (".nextcloudsync.log", Service::Nextcloud),
    (".owncloudsync.log", Service::OwnCloud),
    (".stfolder", Service::Syncthing),
    (".tmp.drivedownload", Service::GoogleDrive),
    (".tmp.driveupload", Service::GoogleDrive),
];

/// What Dropbox keeps in a folder `.dropbox` at home, which is no mark: what lies at home is not copied for that.
const OWN_DATA: &str = "info.json";

/// Folders at home that macOS copies to iCloud when the person wishes so, under their ordinary names.
const TAKEN_OVER: [&str; 2] = ["Desktop", "Documents"];

/// Finds the service that copies the folder of a file; `exists` looks for the marks.
///
/// A folder may be copied by a program that leaves neither name nor mark, so that nothing is no promise.
pub fn service_of(file: &Path, exists: impl Fn(&Path) -> bool) -> Option<Service> {
    file.ancestors()
        .skip(1)
        .find_map(|folder| by_name(folder).or_else(|| by_mark(folder, &exists)).or_else(|| taken_over(folder, &exists)))
}

fn by_mark(folder: &Path, exists: impl Fn(&Path) -> bool) -> Option<Service> {
    let is_own_data = |mark: &Path| exists(&mark.join(OWN_DATA));
    let marked = |mark: &Path| exists(mark) && !is_own_data(mark);
    MARKS.iter().find(|(mark, _)| marked(&folder.join(mark))).map(|(_, service)| *service)
}

/// Knows `OneDrive - Company`, `Dropbox (Company)` and `GoogleDrive-ada@example.org` by how they begin.
fn by_name(folder: &Path) -> Option<Service> {
    let name = folder.file_name()?.to_string_lossy().to_lowercase();
    let named = |known: &str| {
        let rest = name.strip_prefix(&known.to_lowercase());
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(" - ") || rest.starts_with(['-', '(']) || rest.starts_with(" (")
        })
    };
    NAMES.iter().find(|(known, _)| named(known)).map(|(_, service)| *service)
}

fn taken_over(folder: &Path, exists: impl Fn(&Path) -> bool) -> Option<Service> {
    let name = folder.file_name()?;
    let copy = folder.parent()?.join("Library/Mobile Documents/com~apple~CloudDocs").join(name);
    (TAKEN_OVER.iter().any(|known| name == *known) && exists(&copy)).then_some(Service::ICloud)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str) -> Option<Service> {
        service_of(Path::new(path), |_| false)
    }

    #[test]
    fn knows_the_folders_of_each_service_by_name() {
        for (path, service) in [
            ("/home/ada/Dropbox/code.png", Service::Dropbox),
            ("/home/ada/Dropbox (Harbour Ltd)/a/b/code.png", Service::Dropbox),
            ("/Users/ada/Library/CloudStorage/Dropbox/code.png", Service::Dropbox),
            ("/home/ada/Google Drive/code.png", Service::GoogleDrive),
            ("/Users/ada/Library/CloudStorage/GoogleDrive-ada@example.org/My Drive/code.png", Service::GoogleDrive),
            ("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/code.png", Service::ICloud),
            ("/c/Users/ada/iCloudDrive/code.png", Service::ICloud),
            ("/home/ada/MEGA/code.png", Service::Mega),
            ("/home/ada/Nextcloud/Pictures/code.png", Service::Nextcloud),
            ("/home/ada/nextcloud/code.png", Service::Nextcloud),
            ("/c/Users/ada/OneDrive/Pictures/Screenshots/code.png", Service::OneDrive),
            ("/c/Users/ada/OneDrive - Harbour Ltd/code.png", Service::OneDrive),
            ("/Users/ada/Library/CloudStorage/OneDrive-Personal/code.png", Service::OneDrive),
            ("/home/ada/ownCloud/code.png", Service::OwnCloud),
            ("/home/ada/pCloudDrive/code.png", Service::PCloud),
        ] {
            assert_eq!(named(path), Some(service), "{path}");
        }
    }

    #[test]
    fn takes_no_other_folder_for_one() {
        for path in [
            "/home/ada/Pictures/code.png",
            "/home/ada/Pictures/Dropbox",
            "/home/ada/Megaproject/code.png",
            "/home/ada/dropboxes/code.png",
            "/home/ada/Desktop/code.png",
            "code.png",
            "/",
        ] {
            assert_eq!(named(path), None, "{path}");
        }
    }

    #[test]
    fn knows_a_folder_of_any_name_by_the_mark_in_it_or_above_it() {
        for (mark, service) in MARKS {
            let top = Path::new("/data/shared").join(mark);
            let found = service_of(Path::new("/data/shared/deep/down/code.png"), |path| path == top);
            assert_eq!(found, Some(*service), "{mark}");
            assert_eq!(service_of(Path::new("/data/code.png"), |path| path == top), None, "it lies beside");
        }
    }

    #[test]
    fn takes_no_home_for_a_copied_folder_because_dropbox_keeps_its_data_there() {
        let own = ["/home/ada/.dropbox", "/home/ada/.dropbox/info.json"].map(Path::new);
        let exists = |path: &Path| own.contains(&path);
        assert_eq!(service_of(Path::new("/home/ada/Pictures/code.png"), exists), None);
    }

    #[test]
    fn knows_a_desktop_that_icloud_took_over() {
        let copy = Path::new("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/Desktop");
        let exists = |path: &Path| path == copy;
        assert_eq!(service_of(Path::new("/Users/ada/Desktop/scans/code.png"), exists), Some(Service::ICloud));
        assert_eq!(service_of(Path::new("/Users/ada/Documents/code.png"), exists), None, "that one was not");
    }
}
