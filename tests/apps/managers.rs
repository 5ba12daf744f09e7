//! Password managers: 1Password, CXF, Dashlane, NordPass, and tables of others.

use serde_json::json;
use sterk::import::{ImportError, Obstacle};

use crate::authplus::archive;
use crate::{SECRETS, complaints, plain, shown};

const FORGE: &str = "totp Forge|ada GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ SHA1 6 30s";
const POST: &str = "totp Post|grace JBSWY3DPEHPK3PXP SHA256 8 60s";

fn link() -> String {
    format!("otpauth://totp/Post:grace?secret={}&algorithm=SHA256&digits=8&period=60", SECRETS[1])
}

fn onepassword(trashed: bool) -> String {
    let field = |title: &str, totp: &str| json!({"title": title, "id": "TOTP_1", "value": {"totp": totp}});
    let login = json!([{"designation": "username", "value": "ada"}, {"designation": "password", "value": "pw"}]);
    json!({"accounts": [{"attrs": {}, "vaults": [{"attrs": {"name": "Private"}, "items": [
        {"favIndex": 1, "state": if trashed {"trashed"} else {"archived"}, "overview": {"title": "Forge", "tags": ["a"]},
            "details": {"loginFields": login, "notesPlain": "n", "sections": [{"fields": [
                field("one", SECRETS[0]), field("two", &link()), {"title": "x", "value": {"string": "y"}}]}]}},
        {"item": {"overview": {"title": "Old"}, "details": {"sections": [{"fields": [field("", "DFDFDEF")]}]}}},
        {"overview": {"title": "None"}, "details": {"sections": []}}]}]}]})
    .to_string()
}

#[test]
fn reads_every_one_time_password_of_a_1password_item() {
    let file = archive(&[("export.attributes", b"{}", None), ("export.data", onepassword(false).as_bytes(), None)]);
    let import = plain(file).unwrap();
    assert_eq!((import.format, import.holds_more), ("1password", true));
    assert_eq!(
        shown(&import),
        [FORGE, POST, "totp Old| DFDFC SHA1 6 30s"].map(|line| line.replace("DFDFC", "DFDFDEA"))
    );
    let first = &import.drafts[0];
    assert_eq!((&first.tags[..], first.pinned), (&["Private".to_owned(), "a".to_owned()][..], true));
    assert_eq!((first.note.as_str(), import.drafts[1].note.as_str()), ("n\none", "n\ntwo"));
    let import = plain(onepassword(true)).unwrap();
    let codes: Vec<_> = complaints(&import).into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["trashed", "trashed"]);
}

#[test]
fn reads_1password_tables_and_1pif() {
    let table = format!(
        "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\n\
        Forge,https://x,ada,pw,{},true,false,a;b,n\nNone,,,,,false,false,,\n",
        SECRETS[0]
    );
    let import = plain(table).unwrap();
    assert_eq!((import.format, shown(&import)), ("1password", vec![FORGE.to_owned()]));
    assert_eq!((&import.drafts[0].tags[..], import.drafts[0].pinned), (&["a".to_owned(), "b".to_owned()][..], true));
    let item = json!({"uuid": "1", "title": "Forge", "secureContents": {"fields": [{"designation": "username", "value": "ada"}],
        "sections": [{"fields": [{"n": "TOTP_1", "v": SECRETS[0]}, {"n": "x", "v": "y"}]}]}});
    let import = plain(format!("{item}\n***5642bee8-a5ff-11dc-8314-0800200c9a66***\n")).unwrap();
    assert_eq!((import.format, shown(&import)), ("1password", vec![FORGE.to_owned()]));
}

#[test]
fn reads_the_credential_exchange_of_one_account_and_of_many() {
    let item = json!({"id": "i", "title": "Forge", "favorite": true, "tags": ["a"], "credentials": [
        {"type": "basic-auth", "username": {"value": "ada"}, "password": {"value": "pw"}},
        {"type": "totp", "secret": SECRETS[0], "period": 30, "digits": 6, "algorithm": "sha1"},
        {"type": "totp", "secret": SECRETS[1], "period": 60, "digits": 8, "algorithm": "sha256", "issuer": "Post", "username": "grace"},
        {"type": "totp", "secret": SECRETS[2], "period": 30, "digits": 5, "algorithm": "steam", "issuer": "Games"},
        {"type": "totp", "secret": SECRETS[2], "period": 30, "digits": 6, "algorithm": "sha3"}]});
    let collections =
        json!([{"title": "Work", "items": [], "subCollections": [{"title": "Team", "items": [{"item": "i"}]}]}]);
    for file in [
        json!({"items": [item.clone()], "collections": collections.clone()}),
        json!({"version": 0, "accounts": [{"items": [item], "collections": collections}]}),
    ] {
        let import = plain(file.to_string()).unwrap();
        assert_eq!((import.format, import.holds_more), ("cxf", true));
        assert_eq!(shown(&import), [FORGE, POST, "steam Games|ada MZXW6YTBOI4Q SHA1 5 30s"]);
        assert_eq!(
            (&import.drafts[0].tags[..], import.drafts[0].pinned),
            (&["a".to_owned(), "Team".to_owned()][..], true)
        );
        assert_eq!(complaints(&import), [(4, "bad_algorithm")]);
    }
}

#[test]
fn reads_dashlane_where_it_holds_keys_and_says_where_not() {
    let head = "username,username2,username3,title,password,note,url,category";
    let table = format!(
        "{head},otpSecret,otpUrl\nada,,,Forge,pw,n,x,Work,{},\n,grace,,Site,pw,,x,,{},{}\n",
        SECRETS[0],
        SECRETS[2],
        link()
    );
    for file in
        [table.clone().into_bytes(), archive(&[("credentials.csv", table.as_bytes(), None), ("ids.csv", b"a", None)])]
    {
        let import = plain(file).unwrap();
        assert_eq!((import.format, shown(&import)), ("dashlane", vec![FORGE.to_owned(), POST.to_owned()]));
    }
    let without = ImportError::NotImportable(Obstacle::DashlaneWithoutKeys);
    assert_eq!(plain(format!("{head}\nada,,,Forge,pw,,x,\n")).unwrap_err(), without);
    assert_eq!(plain(r#"{"AUTHENTIFIANT":[{"title":"x"}]}"#).unwrap_err(), without);
}

#[test]
fn reads_nordpass_as_far_as_it_goes() {
    let head = "name,url,additional_urls,username,password,note,cardholdername,cardnumber,cvc,expirydate,zipcode,folder,full_name,\
        phone_number,email,address1,address2,city,country,state,type,custom_fields";
    let row = |fields: &str| format!("Forge,,,ada,pw,,,,,,,Work,,,,,,,,,password,\"{}\"", fields.replace('"', "\"\""));
    let keys = row(&json!([{"label": "2FA key", "type": "text", "value": SECRETS[0]}, {"label": "x", "type": "text", "value": link()},
        {"label": "colour", "type": "text", "value": "BLUE"}]).to_string());
    let import = plain(format!("{head}\n{keys}\n")).unwrap();
    assert_eq!((import.format, shown(&import)), ("nordpass", vec![FORGE.to_owned(), POST.to_owned()]));
    let error = plain(format!("{head}\n{}\n", row(""))).unwrap_err();
    assert_eq!(error, ImportError::NotImportable(Obstacle::NordPass));
}

#[test]
fn reads_tables_of_others_by_their_columns() {
    for (table, format) in [
        ("Title,URL,Username,Password,Notes,OTPAuth\nForge,x,ada,pw,,@\n", "apple-passwords"),
        ("url,username,password,totp,extra,name,grouping,fav\nx,ada,pw,@,n,Forge,Work,1\n", "lastpass-passwords"),
        ("service,login,otp_secret\nForge,ada,@\n,,\n", "csv"),
    ] {
        let import = plain(table.replace('@', SECRETS[0])).unwrap();
        assert_eq!((import.format, shown(&import)), (format, vec![FORGE.to_owned()]));
    }
    let bad = plain("service,login,totp\nForge,ada,01\nPost,eve,JBSWY3DP\n").unwrap();
    assert_eq!(complaints(&bad), [(2, "bad_secret")]);
}
