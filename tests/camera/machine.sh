#!/bin/bash
# Runs a program in a virtual machine whose kernel has cameras: machine.sh [PROGRAM [WORD...]]
#
# The first time it makes the machine; without a program it does no more than that.
# That is Debian's stock kernel in QEMU, without KVM, and its root is this system, shared for reading alone with a
# layer in memory above it: what was built here runs there, and nothing that runs there is written here. The program is
# root in it and finds in STERK_MACHINE the folder from which `modprobe -d` loads `v4l2loopback` and `vivid`.
# It works as any user on Debian for amd64; `cargo xtask test --camera` brings the packages.
set -euo pipefail
PATH=$PATH:/usr/sbin

here=$(dirname "$(readlink -f "$0")")
store=$(readlink -f "$here/../..")/target/camera
minutes=10

fail() {
    echo "machine.sh: $*" >&2
    exit 1
}

# The newest kernel whose headers are installed.
find_kernel() {
    kernel=$(find /usr/src -maxdepth 1 -name 'linux-headers-*[0-9]-amd64' -printf '%f\n' | sort -V | tail -n 1)
    kernel=${kernel#linux-headers-}
    [ -n "$kernel" ] || fail "there are no kernel headers; the package is linux-headers-amd64"
}

# Fetches a package and unpacks it, without installing it.
unpack() {
    mkdir -p "$2"
    (cd "$2" && apt-get download -q "$1" >&2 && dpkg -x ./*.deb . && rm ./*.deb)
}

# Makes kernel, modules and the first file system, once for each kernel.
prepare() {
    machine=$store/$kernel
    [ "$machine/ready" -nt "$here/init.sh" ] && return
    rm -rf "$machine"
    unpack "linux-image-$kernel" "$machine"
    unpack v4l2loopback-dkms "$machine/loopback"
    local source modules=$machine/lib/modules/$kernel
    source=$(echo "$machine"/loopback/usr/src/v4l2loopback-*)
    make -s -C "/usr/src/linux-headers-$kernel" M="$source" modules >&2
    cp "$source/v4l2loopback.ko" "$modules/"
    depmod -b "$machine" "$kernel"
    first_file_system
    touch "$machine/ready"
}

# Holds what the kernel needs to see this system, and no more.
first_file_system() {
    local first=$machine/first module path
    mkdir -p "$first/bin"
    cp /bin/busybox "$first/bin/"
    install -m 755 "$here/init.sh" "$first/init"
    for module in virtio_pci 9pnet_virtio 9p overlay; do
        modprobe -d "$machine" -S "$kernel" --show-depends "$module"
    done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' > "$first/modules"
    while read -r path; do
        install -D -m 644 "$path" "$first${path#"$machine"}"
    done < "$first/modules"
    sed -i "s|^$machine||" "$first/modules"
    (cd "$first" && find . | cpio --quiet -o -H newc | gzip -1 > "$machine/first.gz")
}

# Boots, shows what the program says, and ends with its exit code.
run() {
    folder=$(mktemp -d "$store/run.XXXXXX")
    trap 'rm -rf "$folder"' EXIT
    { printf 'cd %q\nexport STERK_MACHINE=%q\nexec' "$PWD" "$machine"; printf ' %q' "$@"; echo; } > "$folder/job"
    timeout --foreground "${minutes}m" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1536 -nodefaults -no-reboot \
        -display none -monitor none -serial stdio -device virtio-rng-pci \
        -kernel "$machine/boot/vmlinuz-$kernel" -initrd "$machine/first.gz" \
        -append "console=ttyS0 quiet panic=-1 mitigations=off sterk.job=$folder/job" \
        -fsdev local,id=here,path=/,security_model=none,readonly=on,multidevs=remap \
        -device virtio-9p-pci,fsdev=here,mount_tag=here < /dev/null | sed -u 's|\r$||' | tee "$folder/said" >&2
    local code
    code=$(sed -n 's/^machine.sh: exit \([0-9]*\)$/\1/p' "$folder/said" | tail -n 1)
    [ -n "$code" ] || fail "the machine stopped before the program ended"
    return "$code"
}

[ "$(uname -m)" = x86_64 ] || fail "the kernel that is booted is made for amd64"
mkdir -p "$store"
find_kernel
prepare
[ $# -eq 0 ] || run "$@"
