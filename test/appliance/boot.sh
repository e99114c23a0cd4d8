#!/bin/sh
# Boots a machine: in a mount namespace of its own, so that its root goes with it, and in control groups of its own.
# The process becomes systemd-nspawn; whoever kills it cuts the machine's power.
#   unshare --mount --propagation private --pid --fork --kill-child --mount-proc boot.sh NAME LAYERS FOLDER ARGUMENT...
# LAYERS as overlayfs has them, the topmost first; FOLDER holds what the machine writes, for the next boot too.
set -eu
name=$1 layers=$2 folder=$3
shift 3
for hierarchy in systemd unified .; do
  groups=/sys/fs/cgroup/$hierarchy
  [ -f "$groups/cgroup.procs" ] || continue
  mkdir -p "$groups/$name"
  echo 0 >"$groups/$name/cgroup.procs" # this process
done
mkdir -p "$folder/root" "$folder/written" "$folder/work"
# volatile: a test has no power cut that the host's own cache would not outlive, and dpkg syncs every file.
rm -rf "$folder/work/work/incompat"
mount -t overlay -o "volatile,lowerdir=$layers,upperdir=$folder/written,workdir=$folder/work" machine "$folder/root"
exec systemd-nspawn --directory="$folder/root" --machine="$name" --boot --register=no --keep-unit --console=pipe \
  --link-journal=no "$@"
