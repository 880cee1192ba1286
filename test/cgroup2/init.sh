#!/bin/sh
# The first process of the virtual machine: tries the process engine in one kind of group after the other, as people have
# them, and says on the console what came of it. No systemd here: who starts the server made its group.
B=/bin/busybox
$B mkdir -p /proc /sys /dev /tmp
$B mount -t proc none /proc
$B mount -t sysfs none /sys
$B mount -t devtmpfs none /dev
$B mount -t tmpfs -o mode=1777 none /tmp
$B mount -t cgroup2 none /sys/fs/cgroup
$B ip link set lo up
export PATH=/bin HOME=/tmp
cd /longshore || exit
G=/sys/fs/cgroup
echo +memory >$G/cgroup.subtree_control

tests='node --test-reporter=tap --test-name-pattern=cgroup2 test/process/engine-memory.test.ts'
mode='node test/cgroup2/mode.ts'

# try NAME COMMAND...: in the group NAME, which is made unless it is there; `.` is the machine's own root
try() {
  name=$1
  shift
  $B mkdir -p "$G/$name"
  echo "== $name =="
  (
    echo 0 >"$G/$name/cgroup.procs"
    exec "$@"
  ) </dev/null 2>&1
  echo "== left: $($B find $G -type d -name 'longshore-*-*' | $B wc -l) =="
}

user='setpriv --reuid=1000 --regid=1000 --clear-groups'

try . $tests
try of-root $tests
$B mkdir $G/of-user
$B chown 1000:1000 $G/of-user $G/of-user/cgroup.procs $G/of-user/cgroup.subtree_control
try of-user $user $tests
try container unshare --cgroup --mount sh -c "
  $B umount $G && $B mount -t cgroup2 none $G && exec $tests"
# another's process is in the group
$B mkdir $G/shared
$B sleep 100000 &
echo $! >$G/shared/cgroup.procs
try shared $mode
# a plain user's shell: the group is root's
try plain $user $mode
echo "== done =="
$B poweroff -f
