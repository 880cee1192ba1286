# shellcheck shell=sh
# Gives a task the mounts that its definition asks for, and becomes the command. It runs in a mount namespace of its own:
# nothing of it is seen outside, and all of it goes with the task. Nothing is made on the host to mount on.
# A comment has a line of its own: those lines and the indentation are left out of what runs.
#
# Arguments: a folder with two empty ones, `held` and `root`, operations in the order in which they are to be done, `--`, the command. Each operation ends
# with the reason that is printed when it fails:
#   source N PATH REASON            holds on to what is there, for a later `bind`: a mount may come to lie over it
#   root REASON                     another root with the same in it, for mount points directly below it
#   folder PATH REASON              makes it, on the host
#   make TARGET KIND REASON         something to mount on, within what is mounted already
#   place TARGET KIND REASON        something to mount on, a `folder` or a `file`, where there is nothing
#   read-only-root REASON           all that is mounted until here, but for /proc and /dev
#   bind N TARGET MODE REASON       MODE: rw, ro
#   tmpfs TARGET OPTIONS REASON

held=$1/held root=$1/root
shift
# where pivot_root is; the command is found already, and has its own
PATH=/usr/sbin:/sbin:/usr/bin:/bin
newline='
'
# what is said on the way is nobody's; the command has its own again
exec 3>&2 2>/dev/null

fail() {
  printf '%s\n' "$1"
  exit 125
}

# Shows the entries of a folder in another one: what is made in that later is not made on the host.
show() {
  for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    name=${entry##*/}
    if [ -L "$entry" ]; then
      cp -P -- "$entry" "$2/"
    elif [ -d "$entry" ]; then
      mkdir -- "$2/$name" && mount -c --rbind -- "$entry" "$2/$name"
    elif [ -e "$entry" ]; then
      : >"$2/$name" && mount -c --bind -- "$entry" "$2/$name"
    fi
  done
}

# So many entries take a second or two; more would hold up the machine.
most_entries=2000

# A folder with the same entries over itself, in which something can be made. It comes to lie there when it is complete:
# the programs that this takes may be in it.
overlays=0
overlaid=$newline
overlay() {
  case $overlaid in *"$newline$1$newline"*) return ;; esac
  set -- "$1" "./over$((overlays += 1))" "$(stat -c %a -- "$1")" "$1"/*
  [ $# -le $((most_entries + 3)) ] || return
  mkdir -- "$2" && mount -t tmpfs -o "mode=$3" tmpfs "$held/${2#./}" && show "$1" "$2" &&
    mount -n -c --move "$2" "$1" && overlaid="$overlaid$1$newline"
}

place() {
  [ -e "$1" ] && return
  above=$1
  until [ -e "$above" ]; do above=${above%/*} && above=${above:-/}; done
  above=$(readlink -f -- "$above") || return
  target=$1 kind=$2
  overlay "$above" && make "$target" "$kind"
}

make() {
  [ -e "$1" ] && return
  if [ "$2" = folder ]; then mkdir -p -- "$1"; else mkdir -p -- "${1%/*}/" && : >"$1"; fi
}

new_root() {
  mount -t tmpfs -o mode=755 tmpfs "$root" && mount --make-unbindable "$root" && show '' "$root" &&
    mount -n --move "$held" "$root$held" && cd "$root" && pivot_root . . && umount -l . && cd "$held" &&
    overlaid="$overlaid/$newline"
}

# Mounts at and below a path become read-only, but for those below others. What the kernel has locked stays as it is.
read_only() {
  while read -r _ _ _ _ point options _; do
    # a path's blanks are written as \040
    case $point in
      *\\*)
        point=$(printf '%b.' "$(printf %s "$point" | sed 's/\\/\\0/g')")
        point=${point%.}
        ;;
    esac
    case $point/ in "${1%/}"/*) ;; *) continue ;; esac
    [ "$1" = / ] && case $point/ in "$held"/* | /proc/* | /dev/*) continue ;; esac
    case $options in ro | ro,*) continue ;; esac
    # one that another lies over cannot be reached, and need not be
    mount -o "remount,bind,ro${options#rw}" -- "$point" || ! mountpoint -q -- "$point" || return
  done </proc/self/mountinfo
}

bind() {
  mount -c --rbind -- "./$1" "$2" || return
  [ "$3" = rw ] || read_only "$(readlink -f -- "$2")"
}

hold() {
  if [ -d "$2" ]; then mkdir -- "./$1"; else : >"./$1"; fi && mount -c --rbind -- "$2" "./$1"
}

# From here on by `.`: a mount may come to lie over its path. What is shown elsewhere is shown without it.
mount -t tmpfs tmpfs "$held" && mount --make-unbindable "$held" && cd "$held" || exit 125
while [ "$1" != -- ]; do
  case $1 in
    folder) mkdir -p -- "$2" || fail "$3" && shift 3 ;;
    source) hold "$2" "$3" || fail "$4" && shift 4 ;;
    make) make "$2" "$3" || fail "$4" && shift 4 ;;
    root) new_root || fail "$2" && shift 2 ;;
    place) place "$2" "$3" || fail "$4" && shift 4 ;;
    read-only-root) read_only / || fail "$2" && shift 2 ;;
    bind) bind "$2" "$3" "$4" || fail "$5" && shift 5 ;;
    tmpfs) mount -t tmpfs -o "$3" tmpfs "$2" || fail "$4" && shift 4 ;;
    *) exit 125 ;;
  esac
done
shift
cd /
umount -l -- "$held"
exec "$@" 2>&3 3>&-
