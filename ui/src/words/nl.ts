import type { ErrorWords, Words } from "./en";

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function foreign(what: string, then = "Zoek de QR-code of link die de dienst toont als je inloggen in twee stappen aanzet."): ErrorWords {
  return { say: `Dit is ${what}, geen code voor een authenticator.`, then };
}

function wrong(part: string): ErrorWords {
  return { say: `${part} in deze code kan niet kloppen.`, then: "Vraag de dienst om een nieuwe code." };
}

const badBatch: ErrorWords = {
  say: "Dit is geen heel deel van een export van Google Authenticator.",
  then: "Maak de foto opnieuw, scherp en in zijn geheel.",
};

/** Every word a person reads, in Dutch. */
export const nl: Words = {
  tag: "nl",
  name: "Sterk",
  kinds: {
    hotp: "Op een teller",
    motp: "Mobile-OTP",
    steam: "Steam Guard",
    totp: "Op de tijd",
    yandex: "Yandex Key",
  },
  unusual: {
    algorithm: "Weinig diensten gebruiken deze hashfunctie. Ze wordt bewaard zoals de code zegt.",
    digits: "De meeste diensten gebruiken zes cijfers.",
    period: "Bij de meeste diensten wisselt de code elke 30 seconden.",
    short_secret: "Het geheim is korter dan de standaard vraagt. De dienst heeft dat zo gekozen.",
  },
  errors: {
    app_link: foreign("een link voor een andere app"),
    bad_algorithm: wrong("De hashfunctie"),
    bad_batch: badBatch,
    bad_counter: wrong("De teller"),
    bad_digits: wrong("Het aantal cijfers"),
    bad_period: wrong("De periode"),
    bad_pin: wrong("De pincode"),
    bad_recovery_key: {
      say: "In deze herstelsleutel zit een schrijffout.",
      then: "Vergelijk elke groep met je exemplaar: acht groepen van vijf letters en cijfers.",
    },
    bad_secret: {
      say: "Het geheim in deze code bevat een teken dat geen geheim heeft.",
      then: "Vraag de dienst om een nieuwe code.",
    },
    broken_record: {
      say: "Dit account kon niet worden gelezen.",
      then: "Al het andere werkt. Het onleesbare deel blijft bewaard zoals het is.",
    },
    calendar_entry: foreign("een agenda-afspraak"),
    clipboard_empty: {
      say: "Op het klembord staat geen afbeelding en geen link.",
      then: "Kopieer een QR-code of een otpauth-link en plak opnieuw.",
    },
    clipboard_unavailable: {
      say: "Het klembord gaf geen antwoord.",
      then: "Probeer het opnieuw, of typ de code over van het scherm.",
    },
    contact_card: foreign("een visitekaartje"),
    counter_spent: {
      say: "De teller van dit account is aan zijn einde.",
      then: "Stel het account opnieuw in bij de dienst.",
    },
    damaged_migration: {
      say: "Deze export van Google Authenticator is beschadigd of afgesneden.",
      then: "Maak de foto opnieuw, scherp en in zijn geheel.",
    },
    disk_full: { say: "De schijf is vol. Er is niets veranderd.", then: "Maak ruimte vrij en probeer het opnieuw." },
    duo_activation: foreign(
      "een activering van Duo Mobile",
      "Die werkt alleen in Duo Mobile. Vraag de dienst om een andere authenticator-app.",
    ),
    email: foreign("een e-mailadres of -bericht"),
    empty_migration: {
      say: "In deze export van Google Authenticator zit geen account.",
      then: "Kies op de telefoon accounts voordat je exporteert.",
    },
    file_too_big: { say: "Dit bestand is groter dan 64 MiB.", then: "Splits het, of kies een ander bestand." },
    file_unreadable: {
      say: "Dit bestand kon niet worden gelezen.",
      then: "Kijk of het nog bestaat en of je het mag openen.",
    },
    io_failed: {
      say: "De kluis kon niet worden gelezen of geschreven. Er is niets veranderd.",
      then: "Bekijk de details en probeer het opnieuw.",
    },
    keyring_cancelled: {
      say: "De vraag van de sleutelbos is weggeklikt.",
      then: "Probeer het opnieuw, of kies een andere manier.",
    },
    keyring_failed: {
      say: "De sleutelbos van het systeem weigerde.",
      then: "Probeer het opnieuw, of kies een andere manier.",
    },
    keyring_locked: {
      say: "De sleutelbos van het systeem bleef vergrendeld.",
      then: "Ontgrendel hem en probeer het opnieuw, of kies een andere manier.",
    },
    keyring_mangled: {
      say: "Een ander programma heeft de sleutel in de sleutelbos veranderd.",
      then: "De kluis is ongemoeid gelaten. Open haar met je wachtwoordzin of herstelsleutel.",
    },
    keyring_no_entry: {
      say: "De sleutelbos van het systeem heeft de sleutel van deze kluis niet meer.",
      then: "De kluis is ongemoeid gelaten. Open haar met je wachtwoordzin of herstelsleutel.",
    },
    keyring_no_service: {
      say: "Op deze computer antwoordt geen sleutelbos.",
      then: "Gebruik je wachtwoordzin of herstelsleutel.",
    },
    keyring_timed_out: {
      say: "De sleutelbos van het systeem deed er te lang over.",
      then: "Zoek zijn venster en probeer het opnieuw, of kies een andere manier.",
    },
    label_too_long: {
      say: "De naam in deze code is langer dan Sterk bewaart.",
      then: "Vraag de dienst om een nieuwe code.",
    },
    location: foreign("een plek op de kaart"),
    locked: { say: "De kluis is vergrendeld.", then: "Ontgrendel haar om verder te gaan." },
    microsoft_push: foreign(
      "de pushregistratie van Microsoft",
      "Kies op die pagina voor een andere authenticator-app.",
    ),
    migration_too_long: badBatch,
    missing_secret: {
      say: "In deze code zit geen geheim.",
      then: "Kopieer de hele link, of vraag de dienst om een nieuwe code.",
    },
    mistyped_secret: {
      say: "Het geheim in deze code is te kort of verschreven.",
      then: "Vraag de dienst om een nieuwe code.",
    },
    needs_pin: {
      say: "Dit account heeft zijn pincode nodig voordat het codes maakt.",
      then: "Stel de pincode in met ‘sterk edit’.",
    },
    no_folder: {
      say: "Sterk weet niet waar de kluis moet liggen.",
      then: "Noem een map in STERK_VAULT en start opnieuw.",
    },
    no_memory: {
      say: "Er is te weinig vrij geheugen om de wachtwoordzin te controleren.",
      then: "Sluit andere programma’s en probeer het opnieuw.",
    },
    no_migration_data: badBatch,
    no_qr: {
      say: "In deze afbeelding staat geen QR-code.",
      then: "Kies een afbeelding waar de hele code scherp op staat, liefst recht.",
    },
    no_such_account: {
      say: "Dit account is er niet meer.",
      then: "Misschien heeft een ander programma het verwijderd.",
    },
    no_such_slot: { say: "Zo gaat deze kluis niet open.", then: "Kies een andere manier." },
    not_a_picture: {
      say: "Dit bestand is geen afbeelding die Sterk kan lezen.",
      then: "Gebruik een PNG-, JPEG-, WebP-, GIF- of BMP-afbeelding.",
    },
    not_a_vault: {
      say: "Het bestand op de plaats van de kluis is geen Sterk-kluis.",
      then: "Het is ongemoeid gelaten. Zet het ergens anders, of zet je kluis terug.",
    },
    not_migration: badBatch,
    nothing_to_import: {
      say: "Hier valt niets te lezen.",
      then: "Kies een afbeelding van een QR-code, of plak een otpauth-link.",
    },
    passkey: foreign("een aanmelding met een passkey", "Die is bedoeld voor de camera van een telefoon."),
    passphrase_empty: { say: "De wachtwoordzin is leeg.", then: "Typ een wachtwoordzin." },
    payment: foreign("een betaalverzoek"),
    phone_number: foreign("een telefoonnummer"),
    picture_damaged: { say: "Deze afbeelding is beschadigd of onvolledig.", then: "Bewaar of maak haar opnieuw." },
    picture_format_unsupported: {
      say: "Deze soort afbeelding leest Sterk niet.",
      then: "Gebruik een PNG-, JPEG-, WebP-, GIF- of BMP-afbeelding.",
    },
    picture_too_large: {
      say: "Deze afbeelding is te groot om veilig te openen.",
      then: "Knip de QR-code eruit en gebruik die.",
    },
    plain_text: foreign("gewone tekst"),
    read_only: {
      say: "In de map van de kluis kan niet worden geschreven. Er is niets veranderd.",
      then: "Sta schrijven in de map toe en probeer het opnieuw.",
    },
    review_gone: { say: "Deze controle is voorbij.", then: "Voeg de afbeelding of link opnieuw toe." },
    secret_too_short: {
      say: "Het geheim is te kort voor dit soort account.",
      then: "Vraag de dienst om een nieuwe code.",
    },
    steam_link: foreign("een aanmelding of link van Steam", "Die is bedoeld voor de Steam-app."),
    text_message: foreign("een sms-bericht"),
    too_long: { say: "Een naam is langer dan Sterk bewaart. Er is niets veranderd.", then: "Laat dat account weg." },
    too_many_entries: { say: "Er zijn meer dan 10.000 regels.", then: "Voeg ze in delen toe." },
    unexpected: { say: "Er gebeurde iets onvoorziens. Er is niets verloren.", then: "Probeer het opnieuw." },
    unknown_format: {
      say: "In dit bestand staat geen account in een vorm die Sterk leest.",
      then: "Kies een afbeelding van een QR-code, of een lijst met otpauth-links.",
    },
    unknown_scheme: {
      say: "Deze link is niet voor een authenticator.",
      then: "Een link voor een account begint met otpauth://.",
    },
    unknown_type: wrong("Het soort account"),
    unsupported_migration: {
      say: "Deze export van Google Authenticator is van een nieuwere soort.",
      then: "Werk Sterk bij en probeer het opnieuw.",
    },
    unsupported_version: {
      say: "Deze kluis is geschreven door een nieuwere Sterk.",
      then: "Werk Sterk bij en open haar opnieuw. Ze is niet aangeraakt.",
    },
    uri_too_long: { say: "Deze link is te lang voor een account.", then: "Kopieer één link tegelijk." },
    vault_busy: { say: "Een ander programma schrijft in de kluis.", then: "Wacht even en probeer het opnieuw." },
    vault_damaged: {
      say: "Het kluisbestand is beschadigd.",
      then: "Het is ongemoeid gelaten. De vorige versie ernaast gaat misschien nog open.",
    },
    vault_exists: { say: "Hier is al een kluis.", then: "Ontgrendel die. Ze is niet aangeraakt." },
    vault_gone: { say: "Hier is geen kluis meer.", then: "Zet haar terug uit een back-up, of maak een nieuwe." },
    vault_rekeyed: {
      say: "Een ander programma gaf deze kluis een nieuwe sleutel.",
      then: "Er is niets geschreven. Ontgrendel haar opnieuw om verder te gaan.",
    },
    vault_tampered: {
      say: "Het kluisbestand is door iets anders dan Sterk veranderd.",
      then: "Het is ongemoeid gelaten. De vorige versie ernaast gaat misschien nog open.",
    },
    vault_truncated: {
      say: "Het einde van het kluisbestand ontbreekt.",
      then: "Het is ongemoeid gelaten. De vorige versie ernaast gaat misschien nog open.",
    },
    web_link: foreign("een weblink"),
    wifi: foreign("de sleutel van een wifinetwerk"),
    wrong_passphrase: {
      say: "Die wachtwoordzin opent deze kluis niet.",
      then: "Let op hoofdletters en de toetsenbordindeling, en probeer het opnieuw.",
    },
    wrong_recovery_key: {
      say: "Die herstelsleutel opent deze kluis niet.",
      then: "Vergelijk elke groep met je exemplaar en probeer het opnieuw.",
    },
  },
  unknownError: (code) => ({
    say: `Er gebeurde iets onvoorziens (${code}).`,
    then: "Er is niets verloren. Probeer het opnieuw.",
  }),
  close: "Sluiten",
  back: "Terug",
  cancel: "Annuleren",
  tryAgain: "Opnieuw proberen",
  details: "Details",

  starting: "Openen…",
  firstRun: {
    title: "Bewaar je codes veilig op deze computer",
    lead: "Kies hoe je kluis opengaat. Je kunt dit later veranderen.",
    keyring: "Met deze computer",
    keyringHint: "Gaat open als je bent aangemeld. De sleutel ligt in de sleutelbos van het systeem.",
    passphrase: "Met een wachtwoordzin",
    passphraseHint: "Je typt hem telkens als de kluis vergrendeld is.",
    noKeyring: "Op deze computer antwoordt geen sleutelbos. Daarom beschermt een wachtwoordzin je kluis.",
    newPassphrase: "Wachtwoordzin",
    repeatPassphrase: "Nog een keer",
    passphraseAdvice: "Vier of meer woorden die niet bij elkaar horen, onthoud je goed en zijn moeilijk te raden.",
    differ: "De twee wachtwoordzinnen verschillen.",
    alsoKey: "Je krijgt ook een herstelsleutel, voor de dag dat de andere manier faalt.",
    make: "Kluis maken",
    making: "Kluis maken…",
  },
  recoveryKey: {
    title: "Je herstelsleutel",
    lead: "Schrijf hem op of druk hem af, en bewaar hem niet bij deze computer. Je ziet hem alleen nu.",
    label: "Herstelsleutel",
    proof: "Laat zien dat je hem hebt",
    group: (n) => `Groep ${n}`,
    wrong: "Dat klopt niet. Vergelijk met je exemplaar.",
    kept: "Ik heb hem bewaard",
    print: "Afdrukken",
    next: "Verder",
    again: "Nog een keer tonen",
  },
  unlock: {
    title: "Je kluis is vergrendeld",
    passphrase: "Wachtwoordzin",
    recoveryKey: "Herstelsleutel",
    recoveryKeyHint: "Alle groepen, met of zonder streepjes.",
    open: "Ontgrendelen",
    opening: "Ontgrendelen…",
    keyring: "Ontgrendelen met deze computer",
    waiting: "Wachten op de sleutelbos van het systeem…",
    usePassphrase: "Wachtwoordzin gebruiken",
    useRecoveryKey: "Herstelsleutel gebruiken",
    useKeyring: "Deze computer gebruiken",
  },
  codes: {
    title: "Codes",
    search: "Zoeken",
    clearSearch: "Zoekopdracht wissen",
    add: "Account toevoegen",
    lock: "Vergrendelen",
    empty: "Nog niets hier.",
    emptyHint: "Neem de QR-code die een dienst je toont en voeg hem hier toe.",
    noMatch: (query) => `Niets gevonden voor ‘${query}’.`,
    noMatchHint: "Probeer minder letters, of een andere naam.",
    unnamed: "Zonder naam",
    row: (who, code) => `${who}, code ${code}. Kopiëren`,
    rowHidden: (who) => `${who}, geen code zichtbaar`,
    next: (code) => `Straks ${code}`,
    left: (seconds) => `nog ${count(seconds, "seconde", "seconden")}`,
    copied: "Gekopieerd",
    copiedSay: (who, seconds) => `Code van ${who} gekopieerd. Na ${seconds} seconden verdwijnt hij van het klembord.`,
    nextCode: "Volgende code",
    nextCodeSure: "Code verbruiken?",
    nextCodeOf: (who) => `Volgende code van ${who}`,
    counterHint: "Maakt een code als je erom vraagt",
    needsPin: "Pincode nodig",
    broken: "Kon niet worden gelezen",
    count: (n) => count(n, "account", "accounts"),
  },
  enrol: {
    title: "Accounts toevoegen",
    files: "Afbeeldingen",
    filesHint: "Schermafdrukken of foto’s van QR-codes",
    paste: "Plakken",
    pasteHint: "Een gekopieerde afbeelding of link",
    link: "Link",
    linkHint: "Begint met otpauth://",
    read: "Bekijken",
    drop: "Je kunt afbeeldingen ook overal in dit venster laten vallen.",
    dropHere: "Laat los om toe te voegen",
    reading: "Lezen…",
    review: "Dit account bewaren?",
    reviewMany: (n) => `${n} accounts gevonden`,
    none: "Geen account gevonden",
    account: "Account",
    issuer: "Dienst",
    kind: "Soort",
    algorithm: "Hashfunctie",
    digits: "Cijfers",
    period: "Wisselt elke",
    periodValue: (seconds) => count(seconds, "seconde", "seconden"),
    counter: "Teller",
    secret: "Geheim",
    secretValue: (bits) => `${bits} bits, verborgen`,
    without: "niet opgegeven",
    duplicateSecret: (who) => `Je bewaart precies dit account al: ${who}.`,
    duplicateName: (who) => `Je bewaart al een account met deze naam en een ander geheim: ${who}.`,
    whatToDo: "Wat te doen",
    skip: "Weglaten",
    keep: "Allebei bewaren",
    replace: "Het oude geheim vervangen",
    take: (who) => `${who} bewaren`,
    more: (who) => `Details van ${who}`,
    notRead: "Niet gelezen",
    missing: (parts) =>
      `Dit is een reeks van meer QR-codes. Nog niet gezien: deel ${parts}. Voeg het ook toe, of bewaar wat er is.`,
    accept: "Bewaren",
    acceptMany: (n) => `${count(n, "account", "accounts")} bewaren`,
    accepting: "Opslaan…",
    kept: (n) => (n === 1 ? "Account bewaard." : `${n} accounts bewaard.`),
    keptNone: "Er is niets veranderd.",
    discard: "Weggooien",
  },
};
