#!/bin/bash
# In the workshop (a chroot of the guest's Debian): Debian's kernel, its modules with gpio-sim, and an initrd.
# Usage: kernel.sh ARCH OUT; OUT then holds vmlinuz, initrd.img, kernel (its version) and root/ (the modules).
set -euo pipefail
arch=$1 out=$2
here=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

dpkg --add-architecture "$arch"
apt-get -q update
image=$(apt-cache depends "linux-image-$arch:$arch" | sed -n 's/.*Depends: \(linux-image-[0-9][^:]*\).*/\1/p')
kernel=${image#linux-image-}
common=${kernel%-"$arch"}
series=$(cut -d. -f1,2 <<<"$kernel")
# 6.1's build tools are named by its series, 6.12's by their whole version.
kbuild=$(apt-cache show "linux-headers-$common-common:all" "linux-headers-$kernel:$arch" |
  grep -o 'linux-kbuild-[^ ,:]*' | head -n 1)
apt-get -q download "$image:$arch" "linux-headers-$kernel:$arch" "linux-headers-$common-common" \
  "$kbuild:$(dpkg --print-architecture)" "linux-source-$series" "busybox-static:$arch" "e2fsck-static:$arch"

# ---- Modules built from Debian's source against its headers -------------------------------------------------
# gpio-sim is not in Debian's configuration. Its dummy_hcd, a USB cable between the kernel and itself, has no endpoints
# for sound: with them a sound card is there, with a name of its own, though no sound goes through.
for package in linux-headers-* linux-kbuild-*; do dpkg-deb -x "$package" headers; done
cp -a headers/usr/. /usr # their makefiles hold whole paths
dpkg-deb --fsys-tarfile linux-source-*.deb | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
  tar -xJ --wildcards --no-anchored --strip-components=1 \
    drivers/gpio/gpio-sim.c drivers/gpio/gpiolib.h kernel/irq/irq_sim.c drivers/usb/gadget/udc/dummy_hcd.c
mkdir sim
mv drivers/gpio/* kernel/irq/irq_sim.c drivers/usb/gadget/udc/dummy_hcd.c sim
# As a module, irq_sim may not look into an irq's description; the exported way does the same.
sed -i 's/handle_simple_irq(irq_to_desc(irqnum))/generic_handle_irq_safe(irqnum)/' sim/irq_sim.c
echo 'MODULE_LICENSE("GPL");' >>sim/irq_sim.c
sed -i 's/^\(#define TYPE_BULK_OR_INT\s*\)(/\1(USB_EP_CAPS_TYPE_ISO | /' sim/dummy_hcd.c
# shellcheck disable=SC2016
printf '%s\n' 'obj-m := gpio-sim.o irq_sim.o dummy_hcd.o' 'ccflags-y := -DCONFIG_IRQ_SIM=1 -I$(src)' >sim/Makefile
cross=()
[[ $arch == "$(dpkg --print-architecture)" ]] || cross=(CROSS_COMPILE=aarch64-linux-gnu- CC=aarch64-linux-gnu-gcc)
# BTF (types for tracing) would want pahole; nobody traces these.
make -C "/usr/src/linux-headers-$kernel" M="$work/sim" "${cross[@]}" CONFIG_DEBUG_INFO_BTF_MODULES= modules

# ---- The kernel and its modules -----------------------------------------------------------------------------
dpkg-deb -x linux-image-*.deb image
rm -rf "$out"
mkdir -p "$out/root/usr/lib"
mv image/boot/vmlinuz-* "$out/vmlinuz"
# Debian 13's package has its modules below usr/.
modules=$(find image -maxdepth 4 -type d -path "*lib/modules")
mv "$modules" "$out/root/usr/lib/"
rm "$out/root/usr/lib/modules/$kernel/kernel/drivers/usb/gadget/udc/dummy_hcd.ko"*
install -D -m 644 -t "$out/root/usr/lib/modules/$kernel/extra" sim/*.ko
ln -s usr/lib "$out/root/lib"
depmod -b "$out/root" "$kernel"
printf '%s' "$kernel" >"$out/kernel"

# ---- An initrd that checks the disk, tells what it found, and goes on ---------------------------------------
for package in busybox-static* e2fsck-static*; do dpkg-deb -x "$package" parts; done
mkdir -p initrd/{bin,dev,proc,sys,modules,root}
cp "$(find parts -type f -path '*bin/busybox')" initrd/bin/busybox
cp "$(find parts -type f -path '*bin/e2fsck.static')" initrd/bin/e2fsck
install -m 755 "$here/guest/init" initrd/init
number=100
for module in virtio_pci virtio_blk crc32c_generic ext4 virtio_console; do
  while read -r how file _; do
    [[ $how == insmod ]] || continue
    name=$(basename "$file" .xz)
    ls initrd/modules/*-"$name" >/dev/null 2>&1 && continue
    number=$((number + 1))
    if [[ $file == *.xz ]]; then xz -dc "$file" >"initrd/modules/$number-$name"; else cp "$file" "initrd/modules/$number-$name"; fi
  done < <(modprobe -d "$out/root" -S "$kernel" --show-depends "$module")
done
rm "$out/root/lib"
(cd initrd && find . | cpio --quiet -o -H newc -R 0:0 | gzip -1) >"$out/initrd.img"
