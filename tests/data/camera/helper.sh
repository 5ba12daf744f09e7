#!/bin/sh
# Stands in for the helper that looks through a camera: a link to this says what stands in the file beside it, link.says.
# A test links to it instead of writing a program: a file that was just written may not be run yet (ETXTBSY).
number() { printf "\\$(printf %o $(($1 % 256)))\\$(printf %o $(($1 / 256)))\\0\\0"; }

# Says a picture of one pixel, and a document.
say() {
    number 1
    number 1
    number ${#1}
    printf '\001\002\003%s' "$1"
}

blank() { say '{"Ok":[]}'; }
sees() { say "{\"Ok\":[{\"text\":\"$1\",\"spot\":null}]}"; }

ends() {
    number 0
    number 0
    number $((${#1} + 10))
    printf '{"Err":"%s"}' "$1"
}

echo $$ > "$0.id"
read -r order
. "$0.says"
