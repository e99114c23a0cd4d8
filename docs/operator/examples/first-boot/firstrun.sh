#!/bin/bash
# First boot of Raspberry Pi OS 12 (bookworm) Lite, where there is no cloud-init. Started as root by what docs/operator/first-boot.md
# adds to cmdline.txt; the system restarts behind it. Nothing in here is to be changed: see the file `settings`.
boot=/boot/firmware
tools=/usr/lib/raspberrypi-sys-mods/imager_custom
exec >>"$boot/dragoman/firstrun.log" 2>&1

# A value, whatever the editor made of the line ends.
setting() {
  tr -d '\r' <"$boot/settings" | sed -n "s/^$1=//p" | head -n 1
}

account=$(setting account)
"$tools" set_hostname "$(setting hostname)"
"$tools" enable_ssh -k "$(setting ssh_key)"
# Renames the user `pi`; without a password, only the key opens the account, and sudo must not ask for one.
/usr/lib/userconf-pi/userconf "$account" '!'
if [ -n "$account" ]; then
  (umask 337 && printf '%s ALL=(ALL) NOPASSWD:ALL\n' "$account" >/etc/sudoers.d/010_dragoman)
fi
if [ -n "$(setting wifi_name)" ]; then
  "$tools" set_wlan --plain "$(setting wifi_name)" "$(setting wifi_passphrase)" "$(setting wifi_country)"
fi
"$tools" set_timezone "$(setting timezone)"

install -m 644 "$boot/dragoman/dragoman-first-boot.service" /etc/systemd/system/
systemctl enable dragoman-first-boot.service

# Once only; and the passphrase need not stay where any computer can read it.
rm -f "$boot/settings" "$boot/firstrun.sh"
sed -i 's| systemd\.run.*||' "$boot/cmdline.txt"
exit 0
