import type { ErrorWords, Words } from "./en";

// French counts nought and one in the singular; a narrow no-break space (\u202f) stands before : ; ? and inside « ».
function count(n: number, one: string, many: string): string {
  return `${n} ${n < 2 ? one : many}`;
}

function foreign(
  what: string,
  then = "Cherchez le code QR ou le lien que le service affiche quand vous activez la connexion en deux étapes.",
): ErrorWords {
  return { say: `C’est ${what}, pas un code pour un authentificateur.`, then };
}

function wrong(part: string): ErrorWords {
  return { say: `${part} de ce code ne peut pas être juste.`, then: "Demandez un nouveau code au service." };
}

const badBatch: ErrorWords = {
  say: "Ce n’est pas une partie entière d’un export de Google Authenticator.",
  then: "Reprenez l’image, nette et entière.",
};

/** Every word a person reads, in French. */
export const fr: Words = {
  tag: "fr",
  name: "Sterk",
  kinds: {
    hotp: "À compteur",
    motp: "Mobile-OTP",
    steam: "Steam Guard",
    totp: "À durée",
    yandex: "Yandex Key",
  },
  unusual: {
    algorithm: "Peu de services utilisent cette fonction de hachage. Elle est gardée telle quelle.",
    digits: "La plupart des services utilisent six chiffres.",
    period: "La plupart des services changent de code toutes les 30 secondes.",
    short_secret: "Le secret est plus court que ne le demande la norme. Le service l’a choisi ainsi.",
  },
  errors: {
    app_link: foreign("un lien pour une autre application"),
    bad_algorithm: wrong("La fonction de hachage"),
    bad_batch: badBatch,
    bad_counter: wrong("Le compteur"),
    bad_digits: wrong("Le nombre de chiffres"),
    bad_period: wrong("La durée"),
    bad_pin: wrong("Le code PIN"),
    bad_recovery_key: {
      say: "Cette clé de secours contient une faute de frappe.",
      then: "Comparez chaque groupe avec votre copie\u202f: huit groupes de cinq lettres et chiffres.",
    },
    bad_secret: {
      say: "Le secret de ce code contient un caractère qu’aucun secret ne contient.",
      then: "Demandez un nouveau code au service.",
    },
    broken_record: {
      say: "Ce compte n’a pas pu être lu.",
      then: "Tout le reste fonctionne. La partie illisible est conservée telle quelle.",
    },
    calendar_entry: foreign("un rendez-vous"),
    clipboard_empty: {
      say: "Le presse-papiers ne contient ni image ni lien.",
      then: "Copiez un code QR ou un lien otpauth, puis collez de nouveau.",
    },
    clipboard_unavailable: {
      say: "Le presse-papiers n’a pas répondu.",
      then: "Réessayez, ou recopiez le code affiché.",
    },
    contact_card: foreign("une carte de visite"),
    counter_spent: {
      say: "Le compteur de ce compte est arrivé à son terme.",
      then: "Enregistrez de nouveau le compte auprès du service.",
    },
    damaged_migration: {
      say: "Cet export de Google Authenticator est endommagé ou tronqué.",
      then: "Reprenez l’image, nette et entière.",
    },
    disk_full: { say: "Le disque est plein. Rien n’a été modifié.", then: "Libérez de la place, puis réessayez." },
    duo_activation: foreign(
      "une activation de Duo Mobile",
      "Elle ne fonctionne que dans Duo Mobile. Demandez au service une autre application d’authentification.",
    ),
    email: foreign("une adresse ou un message électronique"),
    empty_migration: {
      say: "Cet export de Google Authenticator ne contient aucun compte.",
      then: "Choisissez des comptes sur le téléphone avant d’exporter.",
    },
    file_too_big: { say: "Ce fichier dépasse 64 Mio.", then: "Divisez-le, ou choisissez un autre fichier." },
    file_unreadable: {
      say: "Ce fichier n’a pas pu être lu.",
      then: "Vérifiez qu’il existe encore et que vous pouvez l’ouvrir.",
    },
    io_failed: {
      say: "Le coffre n’a pas pu être lu ou écrit. Rien n’a été modifié.",
      then: "Regardez les détails, puis réessayez.",
    },
    keyring_cancelled: {
      say: "La question du trousseau du système a été écartée.",
      then: "Réessayez, ou choisissez un autre moyen.",
    },
    keyring_failed: { say: "Le trousseau du système a refusé.", then: "Réessayez, ou choisissez un autre moyen." },
    keyring_locked: {
      say: "Le trousseau du système est resté verrouillé.",
      then: "Déverrouillez-le et réessayez, ou choisissez un autre moyen.",
    },
    keyring_mangled: {
      say: "Un autre programme a modifié la clé dans le trousseau du système.",
      then: "Le coffre est intact. Ouvrez-le avec votre phrase secrète ou votre clé de secours.",
    },
    keyring_no_entry: {
      say: "Le trousseau du système ne contient plus la clé de ce coffre.",
      then: "Le coffre est intact. Ouvrez-le avec votre phrase secrète ou votre clé de secours.",
    },
    keyring_no_service: {
      say: "Aucun trousseau ne répond sur cet ordinateur.",
      then: "Utilisez votre phrase secrète ou votre clé de secours.",
    },
    keyring_timed_out: {
      say: "Le trousseau du système a mis trop de temps à répondre.",
      then: "Cherchez sa fenêtre et réessayez, ou choisissez un autre moyen.",
    },
    label_too_long: {
      say: "Le nom dans ce code est plus long que ce que Sterk conserve.",
      then: "Demandez un nouveau code au service.",
    },
    location: foreign("un lieu sur la carte"),
    locked: { say: "Le coffre est verrouillé.", then: "Déverrouillez-le pour continuer." },
    microsoft_push: foreign(
      "l’inscription push de Microsoft",
      "Sur cette page, choisissez une autre application d’authentification.",
    ),
    migration_too_long: badBatch,
    missing_secret: {
      say: "Ce code ne contient pas de secret.",
      then: "Copiez tout le lien, ou demandez un nouveau code au service.",
    },
    mistyped_secret: {
      say: "Le secret de ce code est trop court ou mal saisi.",
      then: "Demandez un nouveau code au service.",
    },
    needs_pin: {
      say: "Ce compte a besoin de son code PIN pour produire des codes.",
      then: "Indiquez le code PIN avec «\u202fsterk edit\u202f».",
    },
    no_folder: {
      say: "Sterk ne sait pas où ranger le coffre.",
      then: "Indiquez un dossier dans STERK_VAULT, puis relancez.",
    },
    no_memory: {
      say: "Il n’y a pas assez de mémoire libre pour vérifier la phrase secrète.",
      then: "Fermez d’autres programmes, puis réessayez.",
    },
    no_migration_data: badBatch,
    no_qr: {
      say: "Cette image ne contient pas de code QR.",
      then: "Choisissez une image où le code est entier, net et de préférence droit.",
    },
    no_such_account: { say: "Ce compte n’existe plus.", then: "Un autre programme l’a peut-être supprimé." },
    no_such_slot: { say: "Ce coffre ne s’ouvre pas ainsi.", then: "Choisissez un autre moyen." },
    not_a_picture: {
      say: "Ce fichier n’est pas une image que Sterk sait lire.",
      then: "Utilisez une image PNG, JPEG, WebP, GIF ou BMP.",
    },
    not_a_vault: {
      say: "Le fichier à la place du coffre n’est pas un coffre Sterk.",
      then: "Il a été laissé tel quel. Déplacez-le, ou remettez votre coffre.",
    },
    not_migration: badBatch,
    nothing_to_import: {
      say: "Il n’y a rien à lire ici.",
      then: "Choisissez une image d’un code QR, ou collez un lien otpauth.",
    },
    passkey: foreign("une connexion par clé d’accès", "Elle est destinée à l’appareil photo d’un téléphone."),
    passphrase_empty: { say: "La phrase secrète est vide.", then: "Saisissez une phrase secrète." },
    payment: foreign("une demande de paiement"),
    phone_number: foreign("un numéro de téléphone"),
    picture_damaged: {
      say: "Cette image est endommagée ou incomplète.",
      then: "Enregistrez-la ou prenez-la de nouveau.",
    },
    picture_format_unsupported: {
      say: "Sterk ne lit pas ce type d’image.",
      then: "Utilisez une image PNG, JPEG, WebP, GIF ou BMP.",
    },
    picture_too_large: {
      say: "Cette image est trop grande pour être ouverte sans risque.",
      then: "Découpez le code QR et utilisez ce morceau.",
    },
    plain_text: foreign("du texte ordinaire"),
    read_only: {
      say: "Le dossier du coffre n’est pas accessible en écriture. Rien n’a été modifié.",
      then: "Autorisez l’écriture dans ce dossier, puis réessayez.",
    },
    review_gone: { say: "Cet examen est terminé.", then: "Ajoutez de nouveau l’image ou le lien." },
    secret_too_short: {
      say: "Le secret est trop court pour ce type de compte.",
      then: "Demandez un nouveau code au service.",
    },
    steam_link: foreign("une connexion ou un lien de Steam", "Il est destiné à l’application Steam."),
    text_message: foreign("un SMS"),
    too_long: {
      say: "Un nom est plus long que ce que Sterk conserve. Rien n’a été modifié.",
      then: "Laissez ce compte de côté.",
    },
    too_many_entries: { say: "Il y a plus de 10\u202f000 entrées.", then: "Ajoutez-les en plusieurs fois." },
    unexpected: { say: "Un imprévu s’est produit. Rien n’est perdu.", then: "Réessayez." },
    unknown_format: {
      say: "Ce fichier ne contient aucun compte sous une forme que Sterk sait lire.",
      then: "Choisissez une image d’un code QR, ou une liste de liens otpauth.",
    },
    unknown_scheme: {
      say: "Ce lien n’est pas destiné à un authentificateur.",
      then: "Le lien d’un compte commence par otpauth://.",
    },
    unknown_type: wrong("Le type de compte"),
    unsupported_migration: {
      say: "Cet export de Google Authenticator est d’un type plus récent.",
      then: "Mettez Sterk à jour, puis réessayez.",
    },
    unsupported_version: {
      say: "Ce coffre a été écrit par une version plus récente de Sterk.",
      then: "Mettez Sterk à jour, puis ouvrez-le de nouveau. Il n’a pas été touché.",
    },
    uri_too_long: { say: "Ce lien est trop long pour un compte.", then: "Copiez un seul lien à la fois." },
    vault_busy: { say: "Un autre programme écrit dans le coffre.", then: "Attendez un instant, puis réessayez." },
    vault_damaged: {
      say: "Le fichier du coffre est endommagé.",
      then: "Il a été laissé tel quel. La version précédente, à côté, s’ouvre peut-être encore.",
    },
    vault_exists: { say: "Il y a déjà un coffre ici.", then: "Déverrouillez-le plutôt. Il n’a pas été touché." },
    vault_gone: {
      say: "Il n’y a plus de coffre ici.",
      then: "Remettez-le depuis une sauvegarde, ou créez-en un nouveau.",
    },
    vault_rekeyed: {
      say: "Un autre programme a donné une nouvelle clé à ce coffre.",
      then: "Rien n’a été écrit. Déverrouillez-le de nouveau pour continuer.",
    },
    vault_tampered: {
      say: "Le fichier du coffre a été modifié par autre chose que Sterk.",
      then: "Il a été laissé tel quel. La version précédente, à côté, s’ouvre peut-être encore.",
    },
    vault_truncated: {
      say: "La fin du fichier du coffre manque.",
      then: "Il a été laissé tel quel. La version précédente, à côté, s’ouvre peut-être encore.",
    },
    web_link: foreign("un lien web"),
    wifi: foreign("la clé d’un réseau Wi-Fi"),
    wrong_passphrase: {
      say: "Cette phrase secrète n’ouvre pas ce coffre.",
      then: "Vérifiez les majuscules et la disposition du clavier, puis réessayez.",
    },
    wrong_recovery_key: {
      say: "Cette clé de secours n’ouvre pas ce coffre.",
      then: "Comparez chaque groupe avec votre copie, puis réessayez.",
    },
  },
  unknownError: (code) => ({ say: `Un imprévu s’est produit (${code}).`, then: "Rien n’est perdu. Réessayez." }),
  close: "Fermer",
  back: "Retour",
  cancel: "Annuler",
  tryAgain: "Réessayer",
  details: "Détails",

  starting: "Ouverture…",
  firstRun: {
    title: "Gardez vos codes en sûreté sur cet ordinateur",
    lead: "Choisissez comment votre coffre s’ouvre. Vous pourrez en changer plus tard.",
    keyring: "Avec cet ordinateur",
    keyringHint: "S’ouvre quand votre session est ouverte. La clé se trouve dans le trousseau du système.",
    passphrase: "Avec une phrase secrète",
    passphraseHint: "Vous la saisissez chaque fois que le coffre est verrouillé.",
    noKeyring: "Aucun trousseau ne répond sur cet ordinateur. Une phrase secrète protège donc votre coffre.",
    newPassphrase: "Phrase secrète",
    repeatPassphrase: "Encore une fois",
    passphraseAdvice: "Quatre mots ou plus, sans lien entre eux, se retiennent bien et se devinent mal.",
    differ: "Les deux phrases secrètes diffèrent.",
    alsoKey: "Vous recevez aussi une clé de secours, pour le jour où l’autre moyen fait défaut.",
    make: "Créer le coffre",
    making: "Création du coffre…",
  },
  recoveryKey: {
    title: "Votre clé de secours",
    lead: "Notez-la ou imprimez-la, et gardez-la loin de cet ordinateur. Elle ne s’affiche que maintenant.",
    label: "Clé de secours",
    proof: "Montrez que vous l’avez",
    group: (n) => `Groupe ${n}`,
    wrong: "Cela ne correspond pas. Comparez avec votre copie.",
    kept: "Je l’ai conservée",
    print: "Imprimer",
    next: "Suivant",
    again: "L’afficher de nouveau",
  },
  unlock: {
    title: "Votre coffre est verrouillé",
    passphrase: "Phrase secrète",
    recoveryKey: "Clé de secours",
    recoveryKeyHint: "Tous les groupes, avec ou sans tirets.",
    open: "Déverrouiller",
    opening: "Déverrouillage…",
    keyring: "Déverrouiller avec cet ordinateur",
    waiting: "En attente du trousseau du système…",
    usePassphrase: "Utiliser la phrase secrète",
    useRecoveryKey: "Utiliser la clé de secours",
    useKeyring: "Utiliser cet ordinateur",
  },
  codes: {
    title: "Codes",
    search: "Rechercher",
    clearSearch: "Effacer la recherche",
    add: "Ajouter un compte",
    lock: "Verrouiller",
    empty: "Rien ici pour l’instant.",
    emptyHint: "Prenez le code QR que vous montre un service et ajoutez-le ici.",
    noMatch: (query) => `Rien ne correspond à «\u202f${query}\u202f».`,
    noMatchHint: "Essayez moins de lettres, ou un autre nom.",
    unnamed: "Sans nom",
    row: (who, code) => `${who}, code ${code}. Copier`,
    rowHidden: (who) => `${who}, aucun code affiché`,
    next: (code) => `Ensuite ${code}`,
    left: (seconds) => `encore ${count(seconds, "seconde", "secondes")}`,
    copied: "Copié",
    copiedSay: (who, seconds) => `Code de ${who} copié. Il quittera le presse-papiers dans ${seconds} secondes.`,
    nextCode: "Code suivant",
    nextCodeSure: "Consommer un code\u202f?",
    nextCodeOf: (who) => `Code suivant de ${who}`,
    counterHint: "Produit un code à votre demande",
    needsPin: "Code PIN requis",
    broken: "N’a pas pu être lu",
    count: (n) => count(n, "compte", "comptes"),
  },
  enrol: {
    title: "Ajouter des comptes",
    files: "Images",
    filesHint: "Captures d’écran ou photos de codes QR",
    paste: "Coller",
    pasteHint: "Une image ou un lien copié",
    link: "Lien",
    linkHint: "Commence par otpauth://",
    read: "Examiner",
    drop: "Vous pouvez aussi déposer des images n’importe où dans cette fenêtre.",
    dropHere: "Déposez pour ajouter",
    reading: "Lecture…",
    review: "Conserver ce compte\u202f?",
    reviewMany: (n) => `${n} comptes trouvés`,
    none: "Aucun compte trouvé",
    account: "Compte",
    issuer: "Service",
    kind: "Type",
    algorithm: "Fonction de hachage",
    digits: "Chiffres",
    period: "Change toutes les",
    periodValue: (seconds) => count(seconds, "seconde", "secondes"),
    counter: "Compteur",
    secret: "Secret",
    secretValue: (bits) => `${bits} bits, masqué`,
    without: "non indiqué",
    duplicateSecret: (who) => `Vous conservez déjà exactement ce compte\u202f: ${who}.`,
    duplicateName: (who) => `Vous conservez déjà un compte de ce nom, avec un autre secret\u202f: ${who}.`,
    whatToDo: "Que faire",
    skip: "Ne pas l’ajouter",
    keep: "Garder les deux",
    replace: "Remplacer l’ancien secret",
    take: (who) => `Conserver ${who}`,
    more: (who) => `Détails de ${who}`,
    notRead: "Non lu",
    missing: (parts) =>
      `C’est une série de plusieurs codes QR. Il manque encore\u202f: partie ${parts}. Ajoutez-la, ou conservez ce qui est là.`,
    accept: "Conserver",
    acceptMany: (n) => `Conserver ${count(n, "compte", "comptes")}`,
    accepting: "Enregistrement…",
    kept: (n) => (n < 2 ? "Compte conservé." : `${n} comptes conservés.`),
    keptNone: "Rien n’a été modifié.",
    discard: "Abandonner",
  },
};
