#!/bin/busybox sh
# The first program of the machine: takes the system outside as its own root, runs the job, and switches off.
busybox=/bin/busybox
$busybox mkdir -p /proc /sys /dev /outside /above /root
$busybox mount -t proc proc /proc
$busybox mount -t sysfs sysfs /sys
$busybox mount -t devtmpfs dev /dev

while read -r module; do
    $busybox insmod "$module" || echo "machine.sh: $module does not load"
done < /modules

$busybox mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=524288 here /outside
$busybox mount -t tmpfs above /above
$busybox mkdir /above/layer /above/work
$busybox mount -t overlay -o lowerdir=/outside,upperdir=/above/layer,workdir=/above/work root /root
for folder in proc sys dev; do
    $busybox mount --bind /$folder /root/$folder
done
$busybox mount -t tmpfs run /root/run
$busybox mkdir /dev/shm
$busybox mount -t tmpfs shm /dev/shm
$busybox ip link set lo up

job=$($busybox sed 's/.*sterk\.job=\([^ ]*\).*/\1/' /proc/cmdline)
$busybox env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    $busybox chroot /root /bin/sh "$job"
echo "machine.sh: exit $?"
$busybox poweroff -f
