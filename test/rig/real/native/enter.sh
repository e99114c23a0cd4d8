#!/bin/sh
# Inside a mount namespace of its own: puts a desk's GPIO where onoff looks for it and becomes the command,
# so that the process that was spawned is the daemon itself. An empty FOLDER: a machine without GPIO.
#   unshare -m --propagation private enter.sh FOLDER COMMAND ARGUMENT...
set -eu
folder=$1
shift
# Where the kernel has no GPIO class the folder is missing, and sysfs lets nobody make one.
mount -t tmpfs -o mode=755 desk /sys/class
if [ -n "$folder" ]; then
  mkdir /sys/class/gpio
  mount --bind "$folder" /sys/class/gpio
fi
# Whatever ends the tests ends the daemon too.
exec setpriv --pdeathsig KILL -- "$@"
